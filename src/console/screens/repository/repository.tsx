import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState, type ReactNode } from 'react';
import { useRows } from '../../data/rows.js';
import { ages } from '../../pure/query.js';
import { tableOfTags } from '../../pure/table.js';
import { nothing, type Selection } from '../../pure/selection.js';
import { useLanguage } from '../../text/context.js';
import { Action } from '../../ui/action.js';
import { FilterField, Select } from '../../ui/fields.js';
import { Grid } from '../../ui/grid/grid.js';
import { useLiveRows } from '../../ui/grid/liverows.js';
import { Empty, ProblemNotice } from '../../ui/parts.js';
import { SelectionBar } from '../../ui/selectionbar.js';
import { useTitle } from '../../ui/title.js';
import { useTagDeletion } from './deleting.js';
import { useTagColumns } from './columns.js';
import { CompareChosen, useChosenPair } from './comparison.js';
import { RepositoryHeading } from './heading.js';
import type { RepositorySearch } from './search.js';
import { useTagSource } from './source.js';
import { TagBeside, useTagAt } from './tagbeside.js';

const route = getRouteApi('/r/$registry/$');

const SaveTable = lazy(async () => ({ default: (await import('../../ui/savetable.js')).SaveTable }));

/** One repository: what it is, and its tags from any row on. */
export function Repository(): ReactNode {
  const { registry, _splat: name = '' } = route.useParams();
  // Another repository begins anew: nothing that was chosen in the last one is chosen here.
  return <OneRepository key={`${registry} ${name}`} registry={registry} name={name} />;
}

function OneRepository({ registry, name }: { registry: string; name: string }): ReactNode {
  const { t } = useLanguage();
  const search = route.useSearch();
  const navigate = useNavigate();
  const change = (changed: Partial<RepositorySearch>, replace = changed.tag === undefined): void =>
    void navigate({
      to: '/r/$registry/$',
      params: { registry, _splat: name },
      search: { ...search, ...changed },
      replace,
    });
  const rows = useRows(useTagSource(registry, name, search));
  useLiveRows(rows, (event) => event.repositoryName === name && event.registryName === registry);
  useTitle(name);
  const [selection, setSelection] = useState<Selection>(nothing);
  const deletion = useTagDeletion({ registry, name, search, rows, selection, onBegun: () => setSelection(nothing) });
  const columns = useTagColumns(search, change, rows);
  const beside = useTagAt(rows, search.tag);
  const comparison = useChosenPair(registry, name, rows, selection);
  if (rows.head === 'missing') return <NoRepository />;
  return (
    <div className="screen repository">
      <RepositoryHeading registry={registry} name={name} head={rows.head} />
      {rows.problem && <ProblemNotice problem={rows.problem} retry={rows.renew} />}
      <TagTools search={search} change={change} platforms={rows.head?.platforms ?? []}>
        <SaveTags registry={registry} name={name} search={search} />
      </TagTools>
      {rows.total === 0 && !rows.isAsking ? (
        <NoTags search={search} reference={rows.head?.reference ?? name} />
      ) : (
        <Grid
          label={t('repository.tags')}
          name="tags"
          columns={columns}
          rows={rows}
          keyOf={(row) => row.name}
          referenceOf={({ reference }) => reference}
          onOpen={(row) => change({ tag: row.name })}
          choosing={{
            selection,
            onChange: setSelection,
            labelOf: (tag) => t('repository.select', { tag }),
            onDelete: deletion.ask,
            onCompare: comparison.open,
          }}
          at={beside.at}
        />
      )}
      <SelectionBar selection={selection} total={rows.total ?? 0} onClear={() => setSelection(nothing)}>
        <Action tone="danger" icon="trash" refusal={deletion.refusal} onAct={deletion.ask}>
          {t('deletion.plan')} <kbd aria-hidden="true">{t('key.delete')}</kbd>
        </Action>
        <CompareChosen comparison={comparison} />
      </SelectionBar>
      <TagBeside registry={registry} repository={name} tag={search.tag} beside={beside} onTag={change} />
    </div>
  );
}

function NoRepository(): ReactNode {
  const { t } = useLanguage();
  return (
    <Empty isWhole title={t('repository.missing')}>
      <p>{t('repository.missingText')}</p>
    </Empty>
  );
}

interface TagToolsProps {
  readonly search: RepositorySearch;
  readonly change: (changed: Partial<RepositorySearch>) => void;
  /** Those that images of the repository are for. */
  readonly platforms: readonly string[];
  readonly children: ReactNode;
}

function TagTools({ search, change, platforms, children }: TagToolsProps): ReactNode {
  const { t } = useLanguage();
  const choices = useMemo(
    () => ({
      ages: [{ value: '', label: t('age.any') }, ...ages.map((value) => ({ value, label: t(`age.${value}`) }))],
      sorts: (['newest', 'version', 'name', 'largest'] as const).map((value) => ({
        value,
        label: t(`repository.sort.${value}`),
      })),
    }),
    [t],
  );
  return (
    <div className="toolbar">
      <FilterField label={t('repository.filter')} value={search.q ?? ''} onChange={(q) => change({ q })} />
      <Select
        label={t('repository.age')}
        isLabelHidden
        value={search.updated ?? ''}
        choices={choices.ages}
        onChange={(updated) =>
          change({ updated: updated === '' ? undefined : (updated as RepositorySearch['updated']) })
        }
      />
      <PlatformChoice chosen={search.platform} platforms={platforms} onChoose={(platform) => change({ platform })} />
      <Select
        label={t('repositories.sort')}
        value={search.sort ?? 'newest'}
        choices={choices.sorts}
        onChange={(sort) => change({ sort: sort === 'newest' ? undefined : (sort as RepositorySearch['sort']) })}
      />
      {children}
    </div>
  );
}

function SaveTags({ registry, name, search }: { registry: string; name: string; search: RepositorySearch }): ReactNode {
  const { q, sort, updated, platform } = search;
  const isNarrowed = updated !== undefined || platform !== undefined;
  return (
    <Suspense>
      <SaveTable table={tableOfTags({ registry, repository: name, q, sort, isNarrowed })} />
    </Suspense>
  );
}

interface PlatformChoiceProps {
  readonly chosen: string | undefined;
  readonly platforms: readonly string[];
  readonly onChoose: (platform: string | undefined) => void;
}

/** Of one platform there is nothing to choose. */
function PlatformChoice({ chosen, platforms, onChoose }: PlatformChoiceProps): ReactNode {
  const { t } = useLanguage();
  if (platforms.length < 2 && chosen === undefined) return null;
  const values = chosen === undefined || platforms.includes(chosen) ? platforms : [chosen, ...platforms];
  return (
    <Select
      label={t('repositories.platform')}
      isLabelHidden
      value={chosen ?? ''}
      choices={[
        { value: '', label: t('repository.anyPlatform') },
        ...values.map((value) => ({ value, label: value.slice(0, 80) })),
      ]}
      onChange={(value) => onChoose(value === '' ? undefined : value)}
    />
  );
}

function NoTags({ search, reference }: { search: RepositorySearch; reference: string }): ReactNode {
  const { t } = useLanguage();
  const isNarrowed = search.q !== undefined || search.updated !== undefined || search.platform !== undefined;
  return (
    <Empty title={t(isNarrowed ? 'repository.none' : 'repository.empty')}>
      <p>{isNarrowed ? t('repository.noneText') : t('repository.emptyText', { reference })}</p>
    </Empty>
  );
}
