import { useState, type ReactNode } from 'react';
import { splitName } from '../../pure/name.js';
import { isNameAsked } from '../../pure/plan.js';
import { useLanguage } from '../../text/context.js';
import { Dialog } from '../../ui/dialog.js';
import { ProblemNotice } from '../../ui/parts.js';
import { JobActions } from '../job/actions.js';
import { useFollowedJob } from '../job/follow.js';
import { Pieces } from '../job/pieces.js';
import { JobProgress } from '../job/progress.js';
import { PlanFoot } from './foot.js';
import { NameField } from './namefield.js';
import { Notices } from './notices.js';
import { PlanNumbers } from './numbers.js';
import { PlanLists } from './lists.js';
import { useDeleting } from './state.js';
import { PlannedSelection } from './selection.js';
import { useSelecting } from './selecting.js';
import type { DeletionSubject, SelectionSubject } from './subject.js';
import './deletion.css';

export interface DeletionProps<Subject = DeletionSubject | SelectionSubject> {
  readonly subject: Subject;
  readonly onBegun: (() => void) | undefined;
  readonly onClose: () => void;
}

/** The plan of a deletion, which is carried out as it is shown, and then its job to the end. */
export function Deletion({ subject, ...props }: DeletionProps): ReactNode {
  if (subject.kind === 'selection') return <FromMany subject={subject} {...props} />;
  return <FromOne subject={subject} {...props} />;
}

function FromOne({ subject, onBegun, onClose }: DeletionProps<DeletionSubject>): ReactNode {
  const deleting = useDeleting(subject, onBegun);
  const place = `${subject.registry} / ${subject.repository}`;
  if (deleting.jobId !== null) return <Outcome id={deleting.jobId} place={place} onClose={onClose} />;
  return <Planned subject={subject} deleting={deleting} onClose={onClose} />;
}

function FromMany({ subject, onBegun, onClose }: DeletionProps<SelectionSubject>): ReactNode {
  const { t } = useLanguage();
  const selecting = useSelecting(subject, onBegun);
  const place = t('job.places', { n: selecting.plan?.repositoryCount ?? 0 });
  if (selecting.jobId !== null) return <Outcome id={selecting.jobId} place={place} onClose={onClose} />;
  return <PlannedSelection selecting={selecting} onClose={onClose} />;
}

interface PlannedProps {
  readonly subject: DeletionSubject;
  readonly deleting: ReturnType<typeof useDeleting>;
  readonly onClose: () => void;
}

function Planned({ subject, deleting, onClose }: PlannedProps): ReactNode {
  const { t } = useLanguage();
  const [typed, setTyped] = useState('');
  const { registry, repository } = subject;
  const { plan, problem } = deleting;
  const isWhole = subject.kind === 'repository';
  const isAsked = plan !== null && isNameAsked(plan, isWhole);
  const isNamed = !isAsked || typed === repository;
  return (
    <Dialog
      title={t(isWhole ? 'deletion.titleRepository' : 'deletion.title', { name: splitName(repository)[1] })}
      subtitle={<bdi>{`${registry} / ${repository}`}</bdi>}
      onClose={onClose}
      fixed={<PlanNumbers plan={plan} changes={deleting.changes} />}
      footer={<PlanFoot deleting={deleting} isWhole={isWhole} isNamed={isNamed} onClose={onClose} />}
    >
      {problem && <ProblemNotice problem={problem} retry={() => deleting.planAgain()} />}
      <Notices subject={subject} deleting={deleting} />
      {plan && <PlanLists plan={plan} deleting={deleting} isWhole={isWhole} />}
      {isAsked && (
        <NameField
          repository={repository}
          typed={typed}
          onType={setTyped}
          onSubmit={() => {
            if (isNamed) deleting.begin();
          }}
        />
      )}
    </Dialog>
  );
}

interface OutcomeProps {
  readonly id: string;
  readonly place: string;
  readonly onClose: () => void;
}

/** The job's own words: the dialog does not guess. */
function Outcome({ id, place, onClose }: OutcomeProps): ReactNode {
  const { t } = useLanguage();
  const { job, problem, renew } = useFollowedJob(id);
  return (
    <Dialog
      title={t(job === null ? 'job.begun' : `job.title.${job.state}`)}
      subtitle={<bdi>{place}</bdi>}
      onClose={onClose}
      fixed={job && <JobProgress job={job} />}
      footer={
        <>
          {job && <JobActions job={job} renew={renew} isLinked onLeave={onClose} />}
          <button type="button" className="button button-primary" onClick={onClose}>
            {t('close')}
          </button>
        </>
      }
    >
      {problem && <ProblemNotice problem={problem} />}
      {job && <Pieces job={job} />}
    </Dialog>
  );
}
