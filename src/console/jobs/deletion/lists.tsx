import { useId, type ReactNode } from 'react';
import { shortDigest } from '../../pure/name.js';
import { useLanguage } from '../../text/context.js';
import { Badge } from '../../ui/parts.js';
import { KeptImages } from './kept.js';
import { More, Names } from './names.js';
import type { Deleting, Plan } from './state.js';

export interface PlanListsProps {
  readonly plan: Plan;
  readonly deleting: Deleting;
  readonly isWhole: boolean;
}

/** The lists of a plan: what goes, what stays and why, and how. */
export function PlanLists({ plan, deleting, isWhole }: PlanListsProps): ReactNode {
  const { t } = useLanguage();
  const { changes } = deleting;
  const hasSiblings = plan.keptImages.some(({ reasons }) => reasons.includes('OTHER_TAGS'));
  return (
    <>
      <GoingTags plan={plan} deleting={deleting} />
      {changes !== null && changes.staying.length > 0 && (
        <p className="plan-words">
          {t('deletion.staysNow')} <Names names={changes.staying.slice(0, 20)} more={changes.staying.length - 20} />
        </p>
      )}
      <KeptImages plan={plan} />
      {!isWhole && (hasSiblings || deleting.choice) && <Siblings plan={plan} deleting={deleting} />}
      <Orphans plan={plan} />
      <Words plan={plan} />
    </>
  );
}

function GoingTags({ plan, deleting: { changes } }: { plan: Plan; deleting: Deleting }): ReactNode {
  const { t } = useLanguage();
  const id = useId();
  const along = new Set(plan.alsoRemovedTags.map(({ name }) => name));
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="plan-heading plan-going">
        {t('deletion.going')} <span className="muted">{t('deletion.tags', { n: plan.tagCount })}</span>
      </h3>
      {/* It scrolls by keys once it is focused. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <ul className="plan-tags" tabIndex={plan.tags.length > 12 ? 0 : undefined} aria-labelledby={id}>
        {plan.tags.map(({ id: key, name, digest }) => {
          const change = changes?.tags.get(name);
          return (
            <li key={key} className={change || along.has(name) ? 'is-marked' : undefined}>
              <bdi className="name" title={name}>
                {name}
              </bdi>
              {change && <Badge tone="warn">{t(`deletion.change.${change}`)}</Badge>}
              {along.has(name) && <Badge tone="bad">{t('deletion.along')}</Badge>}
              <code className="muted">{shortDigest(digest)}</code>
            </li>
          );
        })}
      </ul>
      <More shown={plan.tags.length} total={plan.tagCount} />
    </section>
  );
}

function Siblings({ plan, deleting }: { plan: Plan; deleting: Deleting }): ReactNode {
  const { t } = useLanguage();
  const { choice: withSiblings } = deleting;
  return (
    <section className="plan-siblings">
      <label className="plan-option">
        <input
          type="checkbox"
          checked={withSiblings}
          disabled={deleting.isBusy !== null}
          onChange={() => deleting.planAgain(!withSiblings)}
        />
        {t('deletion.withSiblings')}
      </label>
      {plan.alsoRemovedTagCount > 0 && (
        <p className="plan-words">
          {t('deletion.alsoGoes', { n: plan.alsoRemovedTagCount })}{' '}
          <Names
            names={plan.alsoRemovedTags.slice(0, 20).map(({ name }) => name)}
            more={plan.alsoRemovedTagCount - 20}
          />
        </p>
      )}
    </section>
  );
}

function Orphans({ plan }: { plan: Plan }): ReactNode {
  const { t } = useLanguage();
  const id = useId();
  if (plan.orphanedReferrerCount === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="plan-heading">
        {t('deletion.orphans')} <span className="muted">{t('deletion.orphansText')}</span>
      </h3>
      <ul className="plan-kept">
        {plan.orphanedReferrers.map(({ digest, artifactType }) => (
          <li key={digest}>
            <code>{shortDigest(digest)}</code> <bdi className="muted">{artifactType ?? t('unknown')}</bdi>
          </li>
        ))}
      </ul>
      <More shown={plan.orphanedReferrers.length} total={plan.orphanedReferrerCount} />
    </section>
  );
}

/** How the registry deletes, what is not known, and what it costs. */
function Words({ plan }: { plan: Plan }): ReactNode {
  const { t } = useLanguage();
  return (
    <section className="plan-words">
      <p className="muted">
        <Badge>{t(`deletion.method.${plan.method}`)}</Badge> {t(`deletion.methodText.${plan.method}`)}{' '}
        {t('deletion.requests', { n: plan.upstreamRequests })}
      </p>
      {plan.leavesEmptyRepository && <p>{t('deletion.empties')}</p>}
      {plan.uncertainties.length > 0 && (
        <ul className="plan-uncertain">
          {plan.uncertainties.map((sentence) => (
            <li key={sentence}>
              <bdi>{sentence}</bdi>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
