import type { ReactNode } from 'react';
import { useOperation } from '../../data/query.js';
import {
  compareConfig,
  type ComparedPartsFragment,
  type Difference,
  type SideFragment,
} from '../../operations/compare.js';
import { listConfig, wordJson } from '../../pure/config.js';
import { pairByKey, withSame, type KeyedPair } from '../../pure/keyed.js';
import { useLanguage } from '../../text/context.js';
import { Bounded, ForeignText } from '../../ui/long.js';
import { ProblemNotice } from '../../ui/parts.js';
import { DifferenceSign } from './steps.js';

/** The API tells so many of a list, by their keys. */
const told = 1000;

/** A pair with how it differs: the gateway says so where it does not tell the texts. */
type Told = KeyedPair & { readonly difference?: Difference };

export interface LabelsProps {
  readonly parts: ComparedPartsFragment;
  readonly base: SideFragment;
  readonly head: SideFragment;
  /** Also what is alike. */
  readonly isAll: boolean;
}

/** Labels of the platform, and annotations of both manifests: those that differ, or all. */
export function ComparedLabels({ parts, base, head, isAll }: LabelsProps): ReactNode {
  const { t } = useLanguage();
  const annotations = pairByKey(base.annotations, head.annotations, told);
  const labels = isAll ? withSame(parts.labels, parts.head?.labels ?? []) : parts.labels;
  return (
    <>
      <Pairs title={t('image.labels')} pairs={labels} />
      <Pairs title={t('image.annotations')} pairs={isAll ? annotations : annotations.filter(differs)} />
    </>
  );
}

export interface ConfigProps {
  readonly base: string;
  readonly head: string;
  readonly isAll: boolean;
}

/** How containers of both are run. Both configs are read from registries when they are looked at. */
export function ComparedConfig({ base, head, isAll }: ConfigProps): ReactNode {
  const { t } = useLanguage();
  const { data, problem, isAsking, renew } = useOperation(compareConfig, { base, head });
  const pair = data?.compare?.platforms[0];
  const config = pair?.head?.config;
  const pairs = pair?.config && (isAll && config ? withSame(pair.config, listConfig(config)) : pair.config);
  return (
    <>
      {problem && <ProblemNotice problem={problem} retry={renew} />}
      {pairs ? <Pairs title={t('image.config')} pairs={pairs} print={wordJson} /> : isAsking && <p>{t('loading')}</p>}
    </>
  );
}

function differs({ base, head }: KeyedPair): boolean {
  return base !== head;
}

interface PairsProps {
  readonly title: string;
  readonly pairs: readonly Told[];
  readonly print?: (text: string) => string;
}

/** Texts of both sides under their keys. */
function Pairs({ title, pairs, print = (text) => text }: PairsProps): ReactNode {
  const { t, formats } = useLanguage();
  return (
    <section>
      <h2>
        {title} <span className="muted">{formats.count(pairs.length)}</span>
      </h2>
      {pairs.length === 0 && <p className="muted">{t('compare.alike')}</p>}
      <Bounded items={pairs} most={50}>
        {(shown) => (
          <ul className="compare-texts">
            {shown.map(({ key, base, head, difference = tell(base, head) }) => (
              <li key={key} className={`is-${difference.toLowerCase()}`}>
                <DifferenceSign difference={difference} />
                <bdi className="compare-text-key">{key}</bdi>
                {difference === 'SAME' ? (
                  <Value text={head} print={print} side="same" />
                ) : (
                  <>
                    <Value text={base} print={print} side="removed" />
                    <Value text={head} print={print} side="added" />
                  </>
                )}
              </li>
            ))}
          </ul>
        )}
      </Bounded>
      {pairs.length >= told && <p className="muted">{t('image.textsCut', { n: told })}</p>}
    </section>
  );
}

function tell(base: string | null, head: string | null): Difference {
  if (base === null) return 'ADDED';
  return head === null ? 'REMOVED' : base === head ? 'SAME' : 'CHANGED';
}

interface ValueProps {
  readonly text: string | null;
  readonly print: (text: string) => string;
  readonly side: 'same' | 'added' | 'removed';
}

function Value({ text, print, side }: ValueProps): ReactNode {
  const { t } = useLanguage();
  if (text === null) return <span className="compare-nothing">{t('compare.none')}</span>;
  return (
    <span className={`compare-value is-${side}`}>
      {text === '' ? <span className="muted">{t('image.emptyText')}</span> : <ForeignText text={print(text)} />}
    </span>
  );
}
