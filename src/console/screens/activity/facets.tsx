import type { ReactNode } from 'react';
import { toggleIn } from '../../pure/selection.js';
import { useShell } from '../../shell/context.js';
import { HealthMark } from '../../shell/health.js';
import { useLanguage } from '../../text/context.js';
import { FacetGroup } from '../../ui/facetgroup.js';
import { groupNames, type ActivitySearch, type Group } from './search.js';

export interface ActivityFacetsProps {
  readonly search: ActivitySearch;
  readonly change: (changed: Partial<ActivitySearch>) => void;
}

export function ActivityFacets({ search, change }: ActivityFacetsProps): ReactNode {
  const { t } = useLanguage();
  const { shell } = useShell();
  const { kind = [], registry = [] } = search;
  return (
    <>
      <FacetGroup
        title={t('activity.kinds')}
        choices={groupNames.map((value) => ({
          value,
          label: t(`activity.group.${value}`),
          isChosen: kind.includes(value),
        }))}
        onChoose={(value) => change({ kind: toggleIn(kind, value as Group) })}
        isMany
      />
      <FacetGroup
        title={t('repositories.registry')}
        choices={(shell?.registries ?? []).map(({ name, freshness: { state, lastError } }) => ({
          value: name,
          mark: <HealthMark state={state} message={lastError?.message} />,
          isChosen: registry.includes(name),
        }))}
        onChoose={(value) => change({ registry: toggleIn(registry, value) })}
        isMany
      />
    </>
  );
}
