import { useId, useState, type ReactNode } from 'react';
import { useLanguage } from '../../text/context.js';
import { Dialog } from '../../ui/dialog.js';
import { Field } from '../../ui/fields.js';
import { Badge, Notice, ProblemNotice, Time } from '../../ui/parts.js';
import { PlanFoot } from './foot.js';
import { More, Names } from './names.js';
import type { Selecting, SelectionPlan } from './selecting.js';

/** Tags that go without their number being typed. */
const mostUntyped = 25;

export interface PlannedSelectionProps {
  readonly selecting: Selecting;
  readonly onClose: () => void;
}

/** The plan of a deletion from many repositories: how much goes, from where, and what stays. */
export function PlannedSelection({ selecting, onClose }: PlannedSelectionProps): ReactNode {
  const { t } = useLanguage();
  const { plan, problem, refusals } = selecting;
  const [typed, setTyped] = useState('');
  const isAsked = plan !== null && plan.tagCount > mostUntyped;
  const isNamed = !isAsked || typed.trim() === String(plan.tagCount);
  return (
    <Dialog
      title={t('deletion.titleMany')}
      subtitle={plan && t('job.places', { n: plan.repositoryCount })}
      onClose={onClose}
      fixed={<SelectionNumbers plan={plan} />}
      footer={<PlanFoot deleting={selecting} isWhole={false} isNamed={isNamed} onClose={onClose} />}
    >
      {problem && <ProblemNotice problem={problem} retry={selecting.planAgain} />}
      {refusals.map(({ code, message }) => (
        <Notice key={message} tone={code === 'CHANGED_SINCE_PLAN' ? 'warn' : 'bad'}>
          <bdi>{message}</bdi>
        </Notice>
      ))}
      {plan?.needsApproval && (
        <Notice tone="info" icon="shield">
          {t('deletion.approvalMany')}
        </Notice>
      )}
      {plan && <Places plan={plan} />}
      {isAsked && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (isNamed) selecting.begin();
          }}
        >
          <Field label={t('deletion.typeCount')} hint={String(plan.tagCount)}>
            {({ id, describedBy }) => (
              <input
                id={id}
                aria-describedby={describedBy}
                value={typed}
                inputMode="numeric"
                autoComplete="off"
                maxLength={10}
                onChange={(event) => setTyped(event.target.value)}
              />
            )}
          </Field>
        </form>
      )}
    </Dialog>
  );
}

function SelectionNumbers({ plan }: { plan: SelectionPlan | null }): ReactNode {
  const { t, formats } = useLanguage();
  const numbers = [
    { id: 'tagCount', label: t('deletion.goes', { n: plan?.tagCount ?? 0 }), value: plan?.tagCount },
    { id: 'manifestCount', label: t('deletion.deleted', { n: plan?.manifestCount ?? 0 }), value: plan?.manifestCount },
    { id: 'keptImageCount', label: t('deletion.protected'), value: plan?.protectedTagCount },
    { id: 'reclaimable', label: t('deletion.back'), value: plan?.reclaimable },
  ];
  return (
    <dl className="plan-numbers" aria-busy={plan === null}>
      {numbers.map(({ id, label, value }) => (
        <div key={id} className={`plan-number plan-${id}${value ? '' : ' is-nothing'}`}>
          <dt>{label}</dt>
          <dd>
            {value === undefined ? (
              <span className="bone" aria-label={t('loading')} role="img" />
            ) : id === 'reclaimable' ? (
              formats.bytes(value)
            ) : (
              formats.count(value)
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Places({ plan }: { plan: SelectionPlan }): ReactNode {
  const { t } = useLanguage();
  const id = useId();
  const { repositories, repositoryCount, unknownTagCount, confirmedAt, upstreamRequests } = plan;
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="plan-heading plan-going">
        {t('deletion.going')} <span className="muted">{t('job.places', { n: repositoryCount })}</span>
      </h3>
      <ul className="plan-kept">
        {repositories.map(({ registry, repository, tags, tagCount, needsApproval, leavesEmptyRepository }) => (
          <li key={repository.id}>
            <span>
              <bdi className="name">{repository.name}</bdi> <bdi className="muted">{registry.name}</bdi>{' '}
              {needsApproval && <Badge tone="info">{t('job.state.AWAITING_APPROVAL')}</Badge>}{' '}
              {leavesEmptyRepository && <Badge tone="warn">{t('deletion.allTags')}</Badge>}
            </span>
            <span className="muted">
              <Names names={tags.map(({ name }) => name)} more={tagCount - tags.length} />
            </span>
          </li>
        ))}
      </ul>
      <More shown={repositories.length} total={repositoryCount} />
      <div className="plan-words plan-basis">
        {unknownTagCount > 0 && <p>{t('deletion.unknown', { n: unknownTagCount })}</p>}
        <p className="muted">
          {t('deletion.byIndex')} {confirmedAt === null ? t('unknown') : <Time at={confirmedAt} />}.{' '}
          {t('deletion.requests', { n: upstreamRequests })}
        </p>
      </div>
    </section>
  );
}
