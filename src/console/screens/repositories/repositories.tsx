import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, type ReactNode } from 'react';
import { useRows } from '../../data/rows.js';
import { DeleteChosen } from '../../jobs/deletion/chosen.js';
import { useDeletion } from '../../jobs/deletion/context.js';
import { useLanguage } from '../../text/context.js';
import { Choices, FilterField, Select } from '../../ui/fields.js';
import { Grid } from '../../ui/grid/grid.js';
import { useLiveRows } from '../../ui/grid/liverows.js';
import { ProblemNotice } from '../../ui/parts.js';
import { useTitle } from '../../ui/title.js';
import { useRepositoryColumns } from './columns.js';
import { findRow, useRepositoriesDeletion } from './deleting.js';
import { Chips, Facets } from './facets.js';
import { Names } from './names.js';
import { NoRepository } from './norepository.js';
import { type RepositoriesSearch, toAllTags } from './search.js';
import { useRepositorySource } from './source.js';
import { Sources } from './sources.js';
import { Tree } from './tree.js';
import { RepositoriesHeading } from './views.js';

const route = getRouteApi('/repositories');

const SaveRepositories = lazy(async () => ({ default: (await import('./saverepositories.js')).SaveRepositories }));

/** The repositories of all registries, in the way that the address says. */
export function Repositories(): ReactNode {
  const { t } = useLanguage();
  const search = route.useSearch();
  const navigate = useNavigate();
  const change = (changed: Partial<RepositoriesSearch>): void =>
    void navigate({ to: '/repositories', search: { ...search, ...changed }, replace: true });
  useTitle(t('repositories.title'));
  if (search.view === 'tree') return <Tree search={search} change={change} />;
  if (search.view === 'names') return <Names search={search} change={change} />;
  return <Table search={search} change={change} />;
}

/** One row for each, narrowed and ordered. */
function Table({ search, change }: ToolsProps): ReactNode {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const rows = useRows(useRepositorySource(search));
  useLiveRows(rows, ({ jobId }) => jobId === null);
  const columns = useRepositoryColumns(search, change, rows);
  const askDeletion = useDeletion();
  const isNarrowed = countFilters(search) > 0;
  const total = rows.total ?? 0;
  const chosen = useRepositoriesDeletion({ total, find: (id) => findRow(rows, id), all: toAllTags(search) });
  return (
    <div className="screen repositories">
      <RepositoriesHeading
        search={search}
        status={
          rows.total === null
            ? t('loading')
            : t(isNarrowed ? 'repositories.matching' : 'repositories.count', { n: total })
        }
      />
      {rows.problem && <ProblemNotice problem={rows.problem} retry={rows.renew} />}
      <Sources sources={rows.head?.sources ?? []} />
      <Tools search={search} change={change} registries={rows.head?.repositoryFacets?.registries ?? []} />
      <Chips search={search} change={change} />
      <div className="with-facets">
        <Choices label={t('repositories.registry')}>
          <Facets search={search} change={change} facets={rows.head?.repositoryFacets ?? null} />
        </Choices>
        {rows.total === 0 && !rows.isAsking ? (
          <NoRepository isNarrowed={isNarrowed} />
        ) : (
          <Grid
            label={t('repositories.title')}
            name="repositories"
            columns={columns}
            rows={rows}
            keyOf={(row) => row.id}
            onDelete={({ registry, name }) =>
              askDeletion({ kind: 'repository', registry: registry.name, repository: name })
            }
            choosing={chosen.choosing}
            referenceOf={({ reference }) => reference}
            onOpen={(row) =>
              void navigate({ to: '/r/$registry/$', params: { registry: row.registry.name, _splat: row.name } })
            }
          />
        )}
      </div>
      <DeleteChosen chosen={chosen} total={total} />
    </div>
  );
}

interface ToolsProps {
  readonly search: RepositoriesSearch;
  readonly change: (changed: Partial<RepositoriesSearch>) => void;
}

interface TableToolsProps extends ToolsProps {
  /** Those that have repositories of the list. */
  readonly registries: readonly { readonly value: string }[];
}

function Tools({ search, change, registries }: TableToolsProps): ReactNode {
  const { t } = useLanguage();
  return (
    <div className="toolbar">
      <FilterField label={t('repositories.filter')} value={search.q ?? ''} onChange={(q) => change({ q })} />
      <Select
        label={t('repositories.sort')}
        value={search.sort ?? 'newest'}
        onChange={(sort) => change({ sort: sort === 'newest' ? undefined : (sort as RepositoriesSearch['sort']) })}
        choices={(['newest', 'name', 'largest', 'tags'] as const).map((value) => ({
          value,
          label: t(`repositories.sort.${value}`),
        }))}
      />
      <Suspense>
        <SaveRepositories search={search} registries={search.registry ?? registries.map(({ value }) => value)} />
      </Suspense>
    </div>
  );
}

function countFilters({ q, registry, namespace, platform, updated }: RepositoriesSearch): number {
  return [q, registry, namespace, platform, updated].filter((one) => one !== undefined).length;
}
