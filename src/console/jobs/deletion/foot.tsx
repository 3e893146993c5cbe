import { useEffect, useState, type ReactNode } from 'react';
import { secondsLeft } from '../../pure/plan.js';
import { useLanguage } from '../../text/context.js';
import { Action } from '../../ui/action.js';
import type { PlannedStand } from './planned.js';
import type { Plan } from './state.js';

/** The part of a deletion under way that the foot tells of, and acts on. */
export type FootStand = Pick<PlannedStand<unknown, unknown>, 'plannedAt' | 'isInvalid' | 'isBusy'> & {
  readonly plan:
    (Pick<Plan, 'secondsLeft' | 'tagCount' | 'needsApproval'> & Partial<Pick<Plan, 'deletionBlockers'>>) | null;
  readonly refusals: readonly { readonly code: string }[];
  readonly planAgain: () => void;
  readonly begin: () => void;
};

export interface PlanFootProps {
  readonly deleting: FootStand;
  readonly isWhole: boolean;
  /** The repository's name was typed, or is not asked for. */
  readonly isNamed: boolean;
  readonly onClose: () => void;
}

/** How long the plan is taken for, and the two ways out; of an old plan one: to plan again. */
export function PlanFoot({ deleting, isWhole, isNamed, onClose }: PlanFootProps): ReactNode {
  const { t, formats } = useLanguage();
  const { plan, refusals, isBusy } = deleting;
  const left = useSecondsLeft(plan?.secondsLeft ?? 0, deleting.plannedAt);
  const isRefused = refusals.some(({ code }) => code !== 'CHANGED_SINCE_PLAN') || !!plan?.deletionBlockers?.length;
  const isTooOld = deleting.isInvalid || (plan !== null && left === 0);
  return (
    <>
      <p className="plan-countdown muted" role="timer" aria-live="off">
        {isBusy === 'planning'
          ? t('deletion.planning')
          : plan && (isTooOld ? t('deletion.expired') : t('deletion.valid', { time: formats.countdown(left) }))}
      </p>
      <button type="button" className="button" onClick={onClose}>
        {t(isWhole ? 'deletion.keepRepository' : 'deletion.keep')}
      </button>
      {isTooOld || isRefused ? (
        <Action
          tone="primary"
          icon="refresh"
          refusal={isBusy ? t('deletion.planning') : undefined}
          onAct={() => deleting.planAgain()}
        >
          {t('deletion.planAgain')}
        </Action>
      ) : (
        <Action
          tone="danger"
          icon="trash"
          refusal={
            plan === null || isBusy !== null
              ? t(isBusy === 'beginning' ? 'deletion.beginning' : 'deletion.planning')
              : plan.tagCount === 0 && !isWhole
                ? t('deletion.nothing')
                : isNamed
                  ? undefined
                  : t('deletion.typeFirst')
          }
          onAct={deleting.begin}
        >
          {t(plan?.needsApproval ? 'deletion.request' : 'deletion.delete', { n: plan?.tagCount ?? 0 })}
        </Action>
      )}
    </>
  );
}

function useSecondsLeft(seconds: number, since: number): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return secondsLeft(seconds, since, Math.max(since, now));
}
