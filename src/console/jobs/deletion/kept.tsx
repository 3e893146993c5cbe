import { useId, type ReactNode } from 'react';
import { useLanguage } from '../../text/context.js';
import { More, Names } from './names.js';
import type { Plan } from './state.js';

type KeptImage = Plan['keptImages'][number];

/** The images that stay though tags of them go, each with all that keeps it. */
export function KeptImages({ plan }: { plan: Plan }): ReactNode {
  const { t } = useLanguage();
  const id = useId();
  if (plan.keptImageCount === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="plan-heading plan-staying">
        {t('deletion.staying', { n: plan.keptImageCount })} <span className="muted">{t('deletion.undoable')}</span>
      </h3>
      <ul className="plan-kept">
        {plan.keptImages.map((kept) => (
          <li key={kept.digest}>
            <span className="name">
              <Names names={kept.tags.map(({ name }) => name)} more={kept.tagCount - kept.tags.length} />
            </span>
            {kept.reasons.map((reason) => (
              <Reason key={reason} reason={reason} kept={kept} />
            ))}
          </li>
        ))}
      </ul>
      <More shown={plan.keptImages.length} total={plan.keptImageCount} />
    </section>
  );
}

function Reason({ reason, kept }: { reason: KeptImage['reasons'][number]; kept: KeptImage }): ReactNode {
  const { t } = useLanguage();
  if (reason === 'UNCERTAIN') return <span className="muted plan-reason">{t('deletion.keptUncertain')}</span>;
  const [tags, count] =
    reason === 'INDEX' ? [kept.indexTags, kept.indexTagCount] : [kept.otherTags, kept.otherTagCount];
  return (
    <span className="muted plan-reason">
      {t(reason === 'INDEX' ? 'deletion.keptByIndex' : 'deletion.keptByTags', { n: count })}{' '}
      <Names names={tags.map(({ name }) => name)} more={count - tags.length} />
    </span>
  );
}
