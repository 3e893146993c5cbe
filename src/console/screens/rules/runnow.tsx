import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useChange } from '../../data/change.js';
import { useOperation } from '../../data/query.js';
import { applyRetention, retentionPlan } from '../../operations/retention.js';
import { useLanguage } from '../../text/context.js';
import { Dialog } from '../../ui/dialog.js';
import { Notice, ProblemNotice } from '../../ui/parts.js';
import { RetentionFacts } from './facts.js';

export interface RunNowProps {
  readonly id: string;
  readonly registry: string;
  readonly onClose: () => void;
}

/** Shows what the saved rules let go of now, and has just this done. */
export function RunNow({ id, registry, onClose }: RunNowProps): ReactNode {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const { data, problem, isAsking, renew } = useOperation(retentionPlan, { registry });
  const { isBusy, refusal, run } = useChange(applyRetention);
  const plan = data?.registryRetentionPreview ?? null;
  const apply = async (planToken: string): Promise<void> => {
    const job = (await run({ id, planToken }))?.applyRetention.job;
    if (!job) return;
    onClose();
    void navigate({ to: '/jobs/$id', params: { id: job.id } });
  };
  const footer = (
    <>
      <button type="button" className="button" onClick={onClose}>
        {t('cancel')}
      </button>
      {refusal !== null && (
        <button type="button" className="button" disabled={isAsking} onClick={renew}>
          {t('retention.again')}
        </button>
      )}
      {plan !== null && plan.goingTagCount > 0 && (
        <button
          type="button"
          className="button button-danger"
          disabled={isBusy || isAsking}
          onClick={() => void apply(plan.token)}
        >
          {t('retention.delete', { n: plan.goingTagCount })}
        </button>
      )}
    </>
  );
  return (
    <Dialog title={t('retention.runTitle', { name: registry })} onClose={onClose} footer={footer}>
      {problem && <ProblemNotice problem={problem} retry={renew} />}
      {refusal && <Notice tone="bad">{refusal.message}</Notice>}
      {plan === null && problem === null && <p className="muted">{t('loading')}</p>}
      {plan?.goingTagCount === 0 && <p>{t('retention.nothing')}</p>}
      {plan !== null && plan.goingTagCount > 0 && (
        <>
          <RetentionFacts numbers={plan} />
          <p>{t('retention.runText')}</p>
        </>
      )}
    </Dialog>
  );
}
