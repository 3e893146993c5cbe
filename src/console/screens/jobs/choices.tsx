import type { ReactNode } from 'react';
import { useShell } from '../../shell/context.js';
import { useLanguage } from '../../text/context.js';
import { FacetGroup } from '../../ui/facetgroup.js';
import { jobKinds, jobStates, type JobKindChoice, type JobsSearch, type JobStateChoice } from './search.js';

export interface JobChoicesProps {
  readonly search: JobsSearch;
  readonly change: (changed: Partial<JobsSearch>) => void;
}

/** The filters of the list of jobs. */
export function JobChoices({ search, change }: JobChoicesProps): ReactNode {
  const { t } = useLanguage();
  const { shell } = useShell();
  const { kind = [], state = [], registry = [] } = search;
  return (
    <>
      <FacetGroup
        title={t('jobs.state')}
        isMany
        choices={jobStates.map((value) => ({
          value,
          label: t(`job.state.${value}`),
          isChosen: state.includes(value),
        }))}
        onChoose={(value) => change({ state: toggle(state, value as JobStateChoice) })}
      />
      <FacetGroup
        title={t('jobs.work')}
        isMany
        choices={jobKinds.map((value) => ({ value, label: t(`job.work.${value}`), isChosen: kind.includes(value) }))}
        onChoose={(value) => change({ kind: toggle(kind, value as JobKindChoice) })}
      />
      <FacetGroup
        title={t('repositories.registry')}
        isMany
        choices={(shell?.registries ?? []).map(({ name }) => ({ value: name, isChosen: registry.includes(name) }))}
        onChoose={(value) => change({ registry: toggle(registry, value) })}
      />
    </>
  );
}

function toggle<Value>(values: readonly Value[], value: Value): readonly Value[] | undefined {
  const changed = values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
  return changed.length > 0 ? changed : undefined;
}
