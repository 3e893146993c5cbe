import { useEffect, useState, type ReactNode } from 'react';
import { useGateway } from '../../data/context.js';
import { planUndo, undoJob, type PlanUndoMutation } from '../../operations/job.js';
import type { Problem } from '../../pure/problem.js';
import { useLanguage } from '../../text/context.js';
import { Action } from '../../ui/action.js';
import { Dialog } from '../../ui/dialog.js';
import { Badge, Notice, ProblemNotice, type Tone } from '../../ui/parts.js';
import { hasParts } from '../../pure/job.js';
import { useFollowedJob, type JobNow } from './follow.js';
import { Pieces } from './pieces.js';
import { describePlace } from './place.js';
import { JobProgress } from './progress.js';

type UndoPlan = NonNullable<PlanUndoMutation['undoJob']['undo']>;
type UndoState = UndoPlan['tags'][number]['state'];

const tones: Readonly<Record<UndoState, Tone>> = {
  RESTORABLE: 'good',
  UNKNOWN: 'info',
  PRESENT: 'quiet',
  MOVED: 'warn',
  IMAGE_GONE: 'bad',
};

export interface UndoProps {
  readonly job: JobNow;
  readonly onClose: () => void;
}

/** Says first what of a deletion can come back, and then has it put back. */
export function Undo({ job, onClose }: UndoProps): ReactNode {
  const { t } = useLanguage();
  const { undo, refusal, problem, jobId, isBusy, begin, planAgain } = useUndoing(job.id, t('undo.nothing'));
  const isOfMany = hasParts(job.work);
  const place = <bdi>{isOfMany ? describePlace(job, t) : `${job.registry?.name} / ${job.repositoryName ?? ''}`}</bdi>;
  if (jobId !== null) return <Restored id={jobId} place={place} onClose={onClose} />;
  const count = undo === null ? 0 : undo.restorable + undo.unknown;
  return (
    <Dialog
      title={t('undo.title')}
      subtitle={place}
      onClose={onClose}
      footer={
        <>
          <button type="button" className="button" onClick={onClose}>
            {t('cancel')}
          </button>
          <Action
            tone="primary"
            icon="undo"
            refusal={isBusy ? t('undo.asking') : count === 0 ? t('undo.nothing') : undefined}
            onAct={begin}
          >
            {t('undo.restore', { n: count })}
          </Action>
        </>
      }
    >
      {problem && <ProblemNotice problem={problem} retry={planAgain} />}
      {refusal !== null && (
        <Notice tone="bad">
          <bdi>{refusal}</bdi>
        </Notice>
      )}
      {undo === null && isBusy && <p className="muted">{t('undo.asking')}</p>}
      {undo && <UndoneTags undo={undo} isOfMany={isOfMany} />}
    </Dialog>
  );
}

function UndoneTags({ undo, isOfMany }: { undo: UndoPlan; isOfMany: boolean }): ReactNode {
  const { t } = useLanguage();
  return (
    <>
      <p role="status">{t('undo.summary', { n: undo.restorable, total: undo.tagCount })}</p>
      <ul className="piece-list">
        {undo.tags.map(({ name, state, repositoryName, registry }) => (
          <li key={`${registry.id} ${repositoryName}:${name}`} className="piece">
            <Badge tone={tones[state]}>{t(`undo.state.${state}`)}</Badge>
            <span className="piece-text">
              <bdi className="name">{name}</bdi>{' '}
              {isOfMany && <bdi className="muted">{`${registry.name} / ${repositoryName}`}</bdi>}{' '}
              <span className="muted">{t(`undo.text.${state}`)}</span>
            </span>
          </li>
        ))}
      </ul>
      {undo.tagCount > undo.tags.length && (
        <p className="muted">{t('deletion.more', { n: undo.tagCount - undo.tags.length })}</p>
      )}
    </>
  );
}

function Restored({ id, place, onClose }: { id: string; place: ReactNode; onClose: () => void }): ReactNode {
  const { t } = useLanguage();
  const { job, problem } = useFollowedJob(id);
  return (
    <Dialog
      title={t(job?.state === 'SUCCEEDED' ? 'undo.done' : 'undo.title')}
      subtitle={place}
      onClose={onClose}
      fixed={job && <JobProgress job={job} />}
      footer={
        <button type="button" className="button button-primary" onClick={onClose}>
          {t('close')}
        </button>
      }
    >
      {problem && <ProblemNotice problem={problem} />}
      {job && <Pieces job={job} />}
    </Dialog>
  );
}

interface Undoing {
  readonly undo: UndoPlan | null;
  readonly refusal: string | null;
  readonly problem: Problem | null;
  readonly jobId: string | null;
  readonly isBusy: boolean;
  readonly begin: () => void;
  readonly planAgain: () => void;
}

/** `nothing`: the sentence for a deletion of which all is back meanwhile. */
function useUndoing(id: string, nothing: string): Undoing {
  const gateway = useGateway();
  const [stand, setStand] = useState<Omit<Undoing, 'begin' | 'planAgain'>>({
    undo: null,
    refusal: null,
    problem: null,
    jobId: null,
    isBusy: true,
  });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    void gateway.ask(planUndo, { id }, controller.signal).then(({ data, problem }) => {
      if (controller.signal.aborted) return;
      const { undo = null, userErrors = [] } = data?.undoJob ?? {};
      setStand({ undo, refusal: userErrors[0]?.message ?? null, problem, jobId: null, isBusy: false });
    });
    return () => controller.abort();
  }, [gateway, id, turn]);
  const begin = (): void => {
    setStand((before) => ({ ...before, isBusy: true }));
    void gateway.ask(undoJob, { id }).then(({ data, problem }) => {
      const { job = null, userErrors = [] } = data?.undoJob ?? {};
      setStand((before) => ({
        ...before,
        refusal: userErrors[0]?.message ?? (job === null && problem === null ? nothing : null),
        problem,
        jobId: job?.id ?? null,
        isBusy: false,
      }));
    });
  };
  return { ...stand, begin, planAgain: () => setTurn((before) => before + 1) };
}
