import { useMemo, type ReactNode } from 'react';
import type { ComparedPartsFragment, ComparedStepFragment, Difference } from '../../operations/compare.js';
import { pairReplaced, wordStep } from '../../pure/steps.js';
import { useLanguage } from '../../text/context.js';
import type { TextName } from '../../text/texts.js';
import { Bounded, LongText } from '../../ui/long.js';
import { ShareBar } from '../../ui/parts.js';

type Pair = ComparedPartsFragment['steps'][number];

/** So many steps are asked for. */
const most = 500;

const signs: Readonly<Record<Difference, readonly [sign: string, text: TextName]>> = {
  SAME: ['=', 'compare.same'],
  CHANGED: ['≠', 'compare.changed'],
  ADDED: ['+', 'compare.added'],
  REMOVED: ['−', 'compare.removed'],
};

/** The sign of a difference, in shape and in words. */
export function DifferenceSign({ difference }: { difference: Difference }): ReactNode {
  const { t } = useLanguage();
  const [sign, text] = signs[difference];
  return (
    <span className="compare-sign" role="img" aria-label={t(text)} title={t(text)}>
      {sign}
    </span>
  );
}

/** Both builds step by step, side by side where their commands are the same. */
export function Steps({ steps }: { steps: readonly Pair[] }): ReactNode {
  const { t } = useLanguage();
  const sizeOf = (step: ComparedStepFragment | null): number => step?.layer?.size ?? 0;
  const largest = Math.max(...steps.map(({ base, head }) => Math.max(sizeOf(base), sizeOf(head))));
  const rows = useMemo(() => pairReplaced(steps), [steps]);
  if (steps.length === 0) return <p className="muted">{t('compare.noSteps')}</p>;
  return (
    <>
      <Bounded items={rows} most={100}>
        {(shown) => (
          <ol className="compare-steps">
            {shown.map((pair, at) => (
              <StepPair key={at} pair={pair} largest={largest} />
            ))}
          </ol>
        )}
      </Bounded>
      {steps.length >= most && <p className="muted">{t('compare.stepsCut', { n: most })}</p>}
    </>
  );
}

function StepPair({ pair, largest }: { pair: Pair; largest: number }): ReactNode {
  const { difference, base, head } = pair;
  if (difference === 'SAME')
    return (
      <li className="compare-step is-same">
        <DifferenceSign difference={difference} />
        <StepSide step={head ?? base} largest={largest} side="same" />
      </li>
    );
  return (
    <li className="compare-step">
      <DifferenceSign difference={difference} />
      <StepSide step={base} largest={largest} side="removed" />
      <StepSide step={head} largest={largest} side="added" />
    </li>
  );
}

interface StepSideProps {
  readonly step: ComparedStepFragment | null;
  readonly largest: number;
  readonly side: 'same' | 'added' | 'removed';
}

function StepSide({ step, largest, side }: StepSideProps): ReactNode {
  const { t, formats } = useLanguage();
  if (step === null) return <div className="compare-nothing" />;
  return (
    <div className={`compare-half is-${side}`}>
      {side !== 'same' && <span className="hidden">{t(side === 'added' ? 'compare.to' : 'compare.from')}</span>}
      <div className="compare-words">
        <code>
          <LongText text={wordStep(step) ?? t('image.noStep')} most={300} />
        </code>
        {step.layer && <span>{formats.bytes(step.layer.size)}</span>}
      </div>
      {step.layer && <ShareBar value={step.layer.size} most={largest} tone={side} />}
    </div>
  );
}
