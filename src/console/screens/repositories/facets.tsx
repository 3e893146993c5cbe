import type { ReactNode } from 'react';
import { ages } from '../../pure/query.js';
import { useShell } from '../../shell/context.js';
import { HealthMark } from '../../shell/health.js';
import { useLanguage } from '../../text/context.js';
import { Icon } from '../../ui/icon.js';
import { FacetGroup, type FacetChoice } from '../../ui/facetgroup.js';
import type { RepositoriesHead } from './source.js';
import type { RepositoriesSearch } from './search.js';

type Change = (changed: Partial<RepositoriesSearch>) => void;

export interface FacetsProps {
  readonly search: RepositoriesSearch;
  readonly change: Change;
  /** null: not answered yet. */
  readonly facets: RepositoriesHead['repositoryFacets'] | null;
}

/** The filters of the list, each with how many would be left. */
export function Facets({ search, change, facets }: FacetsProps): ReactNode {
  const { t } = useLanguage();
  const { shell } = useShell();
  const chosen = search.registry ?? [];
  const states = new Map(shell?.registries?.map(({ name, freshness }) => [name, freshness]));
  const registries = facets?.registries.map(({ value, count }): FacetChoice => {
    const freshness = states.get(value);
    const mark = freshness && <HealthMark state={freshness.state} message={freshness.lastError?.message} />;
    return { value, count, mark, isChosen: chosen.includes(value) };
  });
  const toggle = (name: string): void => {
    const registry = chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name];
    change({ registry: registry.length > 0 ? registry : undefined });
  };
  return (
    <>
      <FacetGroup title={t('repositories.registry')} choices={registries ?? []} onChoose={toggle} isMany />
      <FacetGroup
        title={t('repositories.updated')}
        choices={ages.map((age) => ({ value: age, label: t(`age.${age}`), isChosen: search.updated === age }))}
        onChoose={(age) => change({ updated: search.updated === age ? undefined : (age as (typeof ages)[number]) })}
      />
      <FacetGroup
        title={t('repositories.namespace')}
        choices={(facets?.namespaces ?? []).map(({ value, count }) => ({
          value,
          count,
          ...(value === '' ? { label: t('repositories.noNamespace') } : {}),
          isChosen: search.namespace === value,
        }))}
        onChoose={(namespace) => change({ namespace: search.namespace === namespace ? undefined : namespace })}
      />
      <FacetGroup
        title={t('repositories.platform')}
        choices={(facets?.platforms ?? []).map(({ value, count }) => ({
          value,
          count,
          isChosen: search.platform === value,
        }))}
        onChoose={(platform) => change({ platform: search.platform === platform ? undefined : platform })}
      />
    </>
  );
}

/** The filters that are on, each to be taken away. */
export function Chips({ search, change }: { search: RepositoriesSearch; change: Change }): ReactNode {
  const { t } = useLanguage();
  const { registry = [], namespace, platform, updated } = search;
  const chips = [
    ...registry.map((name) => ({
      label: `${t('repositories.registry')}: ${name}`,
      without: { registry: registry.length > 1 ? registry.filter((one) => one !== name) : undefined },
    })),
    ...(namespace
      ? [{ label: `${t('repositories.namespace')}: ${namespace}`, without: { namespace: undefined } }]
      : []),
    ...(platform ? [{ label: `${t('repositories.platform')}: ${platform}`, without: { platform: undefined } }] : []),
    ...(updated
      ? [{ label: `${t('repositories.updated')}: ${t(`age.${updated}`)}`, without: { updated: undefined } }]
      : []),
  ];
  if (chips.length === 0) return null;
  return (
    <ul className="chips">
      {chips.map(({ label, without }) => (
        <li key={label}>
          <button
            type="button"
            className="chip"
            onClick={() => change(without)}
            aria-label={t('repositories.remove', { filter: label })}
          >
            <bdi>{label}</bdi>
            <Icon name="close" />
          </button>
        </li>
      ))}
      <li>
        <button
          type="button"
          className="link-button"
          onClick={() =>
            change({ q: undefined, registry: undefined, namespace: undefined, platform: undefined, updated: undefined })
          }
        >
          {t('repositories.clear')}
        </button>
      </li>
    </ul>
  );
}
