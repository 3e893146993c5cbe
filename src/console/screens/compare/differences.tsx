import { useMemo, type ReactNode } from 'react';
import { useOperation } from '../../data/query.js';
import { comparePlatform, type ComparedPartsFragment, type CompareQuery } from '../../operations/compare.js';
import { labelPlatforms } from '../../pure/platforms.js';
import { useLanguage } from '../../text/context.js';
import { Notice, ProblemNotice } from '../../ui/parts.js';
import { Segments } from '../../ui/segments.js';
import { Tabs } from '../../ui/tabs.js';
import { Bytes } from './bytes.js';
import type { CompareSearch } from './search.js';
import { Steps } from './steps.js';
import { ComparedConfig, ComparedLabels } from './texts.js';

type Comparison = NonNullable<CompareQuery['compare']>;

export interface DifferencesProps {
  readonly found: Comparison;
  readonly search: CompareSearch;
  readonly onChange: (changed: Partial<CompareSearch>) => void;
  readonly isAsking: boolean;
}

/** How two images differ, on one of their platforms. */
export function Differences({ found, search, onChange, isAsking }: DifferencesProps): ReactNode {
  const { t } = useLanguage();
  const labels = useMemo(() => labelPlatforms(found.choices), [found.choices]);
  const at = Math.max(0, search.platform === undefined ? 0 : labels.indexOf(search.platform));
  const choice = found.choices[at];
  const { parts, problem, renew } = useParts(found, at);
  return (
    <div className="compare" aria-busy={isAsking}>
      {found.isSame && (
        <Notice tone="info" icon="check">
          {t('compare.isSame')}
        </Notice>
      )}
      {found.choices.length === 0 && !found.isSame && <Notice tone="info">{t('compare.noPlatforms')}</Notice>}
      {found.choices.length > 1 && (
        <Segments
          label={t('image.platform')}
          segments={labels.map((label, index) => ({
            value: label,
            label: label.replace(/^linux\//, ''),
            note: noteOf(found.choices[index]!, t('compare.onlyFrom'), t('compare.onlyTo')),
          }))}
          chosen={labels[at]!}
          onChoose={(label) => onChange({ platform: label === labels[0] ? undefined : label })}
        />
      )}
      {problem && <ProblemNotice problem={problem} retry={renew} />}
      {choice && (choice.base === null || choice.head === null) && (
        <Notice tone="info">{t(choice.base === null ? 'compare.onlyToText' : 'compare.onlyFromText')}</Notice>
      )}
      {parts && <Parts parts={parts} found={found} search={search} onChange={onChange} />}
    </div>
  );
}

function noteOf({ base, head, difference }: Comparison['choices'][number], onlyFrom: string, onlyTo: string) {
  if (head === null) return onlyFrom;
  return base === null ? onlyTo : difference === 'SAME' ? '=' : '≠';
}

/** The chosen platform in its parts: the first came with the comparison. A platform of one side alone has none. */
function useParts(found: Comparison, at: number) {
  const choice = found.choices[at];
  const isPair = choice?.base != null && choice.head != null;
  const variables = at > 0 && isPair ? { base: choice.base.digest, head: choice.head.digest } : null;
  const { data, problem, renew } = useOperation(comparePlatform, variables);
  const asked = data?.compare?.shown[0];
  const isAsked = asked?.base?.digest === variables?.base && asked?.head?.digest === variables?.head;
  const parts = at === 0 ? (found.shown[0] ?? null) : variables !== null && asked && isAsked ? asked : null;
  return { parts, problem: at === 0 ? null : problem, renew };
}

interface PartsProps extends Omit<DifferencesProps, 'isAsking'> {
  readonly parts: ComparedPartsFragment;
}

function Parts({ parts, found, search, onChange }: PartsProps): ReactNode {
  const { t } = useLanguage();
  const { part = 'steps', all } = search;
  const isAll = all === 'yes';
  const { base, head } = parts;
  return (
    <>
      <Bytes parts={parts} />
      <Tabs
        label={t('image.parts')}
        tabs={[
          { name: 'steps', title: t('compare.steps') },
          { name: 'config', title: t('image.config') },
          { name: 'labels', title: t('image.labels') },
        ]}
        chosen={part}
        onChoose={(name) => onChange({ part: name === 'steps' ? undefined : name })}
      >
        {part !== 'steps' && (
          <label className="compare-all">
            <input type="checkbox" checked={isAll} onChange={() => onChange({ all: isAll ? undefined : 'yes' })} />
            {t('compare.all')}
          </label>
        )}
        {part === 'steps' && <Steps steps={parts.steps} />}
        {part === 'config' && base && head && (
          <ComparedConfig key={base.digest + head.digest} base={base.digest} head={head.digest} isAll={isAll} />
        )}
        {part === 'labels' && <ComparedLabels parts={parts} base={found.base} head={found.head} isAll={isAll} />}
      </Tabs>
    </>
  );
}
