import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { readRefusal } from '../../data/change.js';
import { useGateway } from '../../data/context.js';
import type { Operation } from '../../pure/operation.js';
import { approveDeletion, cancelJob, rejectDeletion } from '../../operations/job.js';
import { hasParts, isDeletion, isOver } from '../../pure/job.js';
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
  const { id } = job;
  const isGone = isOver(job.state) && isDeletion(job.work);
  const canRetry = isGone && !hasParts(job.work) && job.failureCount > 0;
  const isUndoable = isGone && job.restorableTagCount > 0;
  return (
    <>
      {isLinked && (
        <Link to="/jobs/$id" params={{ id }} className="button job-link" onClick={onLeave}>
          {t('job.open')}
        </Link>
      )}
      {isWaiting && <Decision job={job} />}
      {!isWaiting && !isOver(job.state) && (
        <Action
          icon="close"
          refusal={busy ?? (job.viewerCanCancel ? undefined : t('job.notYours'))}
          onAct={() => act(cancelJob, 'cancelJob', id)}
        >
          {t('job.cancel')}
        </Action>
      )}
      {canRetry && <RetryFailed job={job} />}
      {isUndoable && (
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

/** Somebody else's word on a deletion that waits for it. */
function Decision({ job: { id, viewerCanApprove, viewerCanCancel } }: { job: JobNow }): ReactNode {
  const { t } = useLanguage();
  const { isBusy, act } = useWord();
  const refuse = (isAllowed: boolean): string | undefined =>
    isBusy ? t('job.asking') : isAllowed ? undefined : t('job.notForYou');
  return (
    <>
      <Action
        tone="danger"
        icon="check"
        refusal={refuse(viewerCanApprove)}
        onAct={() => act(approveDeletion, 'approveDeletion', id)}
      >
        {t('job.approve')}
      </Action>
      <Action refusal={refuse(viewerCanCancel)} onAct={() => act(rejectDeletion, 'rejectDeletion', id)}>
        {t('job.reject')}
      </Action>
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
