import type { ReactNode } from 'react';
import type { PlanChanges } from '../../pure/plan.js';
import { useLanguage } from '../../text/context.js';
import { Badge } from '../../ui/parts.js';
import type { Plan } from './state.js';

/** The four numbers of a plan, in view whatever is scrolled. `plan` null: it is being made. */
export function PlanNumbers({ plan, changes }: { plan: Plan | null; changes: PlanChanges | null }): ReactNode {
  const { t, formats } = useLanguage();
  const numbers = [
    { id: 'tagCount', label: 'deletion.goes', value: plan?.tagCount, print: (count: number) => formats.count(count) },
    {
      id: 'manifestCount',
      label: 'deletion.deleted',
      value: plan?.manifestCount,
      print: (count: number) => formats.count(count),
    },
    {
      id: 'keptImageCount',
      label: 'deletion.stays',
      value: plan?.keptImageCount,
      print: (count: number) => formats.count(count),
    },
    {
      id: 'reclaimable',
      label: 'deletion.back',
      value: plan?.reclaimable,
      print: (bytes: number) => formats.bytes(bytes),
    },
  ] as const;
  return (
    <dl className="plan-numbers" aria-busy={plan === null}>
      {numbers.map(({ id, label, value, print }) => (
        <div key={id} className={`plan-number plan-${id}${value ? '' : ' is-nothing'}`}>
          <dt>{t(label, { n: value ?? 0 })}</dt>
          <dd>
            {value === undefined ? <span className="bone" aria-label={t('loading')} role="img" /> : print(value)}
            {changes?.numbers.has(id) && <Badge tone="warn">{t('deletion.numberChanged')}</Badge>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
