import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { readRefusal } from '../../data/change.js';
import { useGateway } from '../../data/context.js';
import type { Operation } from '../../pure/operation.js';
import { approveDeletion, cancelJob, rejectDeletion } from '../../operations/job.js';
import { isDeletion, isOver } from '../../pure/job.js';
import { useLanguage } from '../../text/context.js';
import { Action } from '../../ui/action.js';
import { useToast } from '../../ui/toast.js';
import type { JobNow } from './follow.js';
import { RetryFailed } from './retry.js';
import { Undo } from './undo.js';

export interface JobActionsProps {
  readonly job: JobNow;
  /** It leads to the job's own page. */
  readonly isLinked?: boolean;
  /** Something of it was undone. */
  readonly renew: () => void;
  /** Where it stands is left for another. */
  readonly onLeave?: () => void;
}

/** The actions on a job: one that is not for the viewer is there, and says so. */
export function JobActions({ job, renew, isLinked = false, onLeave }: JobActionsProps): ReactNode {
  const { t } = useLanguage();
  const [isUndoing, setUndoing] = useState(false);
  const { isBusy, act } = useWord();
  const isWaiting = job.state === 'AWAITING_APPROVAL';
  const busy = isBusy ? t('job.asking') : undefined;
  const forbidden = job.viewerCanApprove ? undefined : t('job.notForYou');
  const { id } = job;
  return (
    <>
      {isLinked && (
        <Link to="/jobs/$id" params={{ id }} className="button job-link" onClick={onLeave}>
          {t('job.open')}
        </Link>
      )}
      {isWaiting && (
        <>
          <Action
            tone="danger"
            icon="check"
            refusal={busy ?? forbidden}
            onAct={() => act(approveDeletion, 'approveDeletion', id)}
          >
            {t('job.approve')}
          </Action>
          <Action
            refusal={busy ?? (job.viewerCanCancel ? undefined : t('job.notForYou'))}
            onAct={() => act(rejectDeletion, 'rejectDeletion', id)}
          >
            {t('job.reject')}
          </Action>
        </>
      )}
      {!isWaiting && !isOver(job.state) && (
        <Action
          icon="close"
          refusal={busy ?? (job.viewerCanCancel ? undefined : t('job.notYours'))}
          onAct={() => act(cancelJob, 'cancelJob', id)}
        >
          {t('job.cancel')}
        </Action>
      )}
      {isOver(job.state) && isDeletion(job.work) && job.failureCount > 0 && <RetryFailed job={job} />}
      {isOver(job.state) && isDeletion(job.work) && job.restorableTagCount > 0 && (
        <Action icon="undo" onAct={() => setUndoing(true)}>
          {t('job.undo', { n: job.restorableTagCount })}
        </Action>
      )}
      {isUndoing && (
        <Undo
          job={job}
          onClose={() => {
            setUndoing(false);
            renew();
          }}
        />
      )}
    </>
  );
}

type Word<Name extends string> = Operation<
  { readonly [name in Name]: { readonly userErrors: readonly { readonly message: string }[] } },
  { readonly id: string }
>;

/** Has a job stop, begin or never begin; what was refused is told in the gateway's words. */
function useWord(): {
  readonly isBusy: boolean;
  readonly act: <Name extends string>(word: Word<Name>, name: Name, id: string) => void;
} {
  const gateway = useGateway();
  const toast = useToast();
  const [isBusy, setBusy] = useState(false);
  return {
    isBusy,
    act(word, name, id) {
      setBusy(true);
      void gateway.ask(word, { id }).then(({ data, problem }) => {
        setBusy(false);
        const refusal = readRefusal(data?.[name], problem);
        if (refusal !== null) toast(refusal.message);
      });
    },
  };
}
