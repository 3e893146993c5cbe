import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useRows } from '../../data/rows.js';
import { DeleteChosen, type ChosenDeletion } from '../../jobs/deletion/chosen.js';
import { useDeletion } from '../../jobs/deletion/context.js';
import { ages } from '../../pure/query.js';
import { nothing, toggleIn, type Selection } from '../../pure/selection.js';
import { NothingYet } from '../../shell/firstregistry.js';
import { SaveView } from '../../shell/saved/saveview.js';
import { useLanguage } from '../../text/context.js';
import { FacetGroup } from '../../ui/facetgroup.js';
import { Choices, FilterField, Select } from '../../ui/fields.js';
import { Grid } from '../../ui/grid/grid.js';
import { useLiveRows } from '../../ui/grid/liverows.js';
import { Empty, ProblemNotice } from '../../ui/parts.js';
import { useTitle } from '../../ui/title.js';
import { useToast } from '../../ui/toast.js';
import { useAnyTagColumns } from './columns.js';
import { kinds, type TagsSearch } from './search.js';
import { readAnyTagFilter, useTagsSource, type TagsHead } from './source.js';
import './tags.css';

const route = getRouteApi('/tags');

type Change = (changed: Partial<TagsSearch>) => void;

/** The tags of all registries, the newest first. */
export function Tags(): ReactNode {
  const { t } = useLanguage();
  const search = route.useSearch();
  const navigate = useNavigate();
  const change: Change = (changed) => void navigate({ to: '/tags', search: { ...search, ...changed }, replace: true });
  const rows = useRows(useTagsSource(search));
  useLiveRows(rows, ({ repositoryName }) => repositoryName !== null);
  useTitle(t('tags.title'));
  const chosen = useTagsDeletion(search);
  const columns = useAnyTagColumns(search, change);
  const isNarrowed = [search.q, search.registry, search.kind, search.updated].some((one) => one !== undefined);
  return (
    <div className="screen tags">
      <header className="screen-head">
        <div>
          <h1>{t('tags.title')}</h1>
          <p className="muted" role="status">
            {rows.total === null ? t('loading') : t('tags.count', { n: rows.total })}
          </p>
        </div>
        <div className="screen-actions">
          <SaveView />
        </div>
      </header>
      {rows.problem && <ProblemNotice problem={rows.problem} retry={rows.renew} />}
      <Tools search={search} change={change} />
      <div className="with-facets">
        <Choices label={t('repositories.registry')}>
          <TagFacets search={search} change={change} facets={rows.head} />
        </Choices>
        {rows.total === 0 && !rows.isAsking ? (
          <NoTag isNarrowed={isNarrowed} />
        ) : (
          <Grid
            label={t('tags.title')}
            name="anytags"
            columns={columns}
            rows={rows}
            keyOf={({ id }) => id}
            referenceOf={({ reference }) => reference}
            choosing={chosen.choosing}
            onOpen={({ name, repository }) => {
              if (!repository) return;
              const params = { registry: repository.registry.name, _splat: repository.name };
              void navigate({ to: '/r/$registry/$', params, search: { tag: name } });
            }}
          />
        )}
      </div>
      <DeleteChosen chosen={chosen} total={rows.total ?? 0} />
    </div>
  );
}

function NoTag({ isNarrowed }: { isNarrowed: boolean }): ReactNode {
  const { t } = useLanguage();
  if (!isNarrowed) return <NothingYet title={t('tags.empty')} />;
  return (
    <Empty title={t('tags.none')}>
      <p>{t('tags.noneText')}</p>
    </Empty>
  );
}

/** Plans the deletion of chosen tags: by their ids, or all that match but for some. */
function useTagsDeletion(search: TagsSearch): ChosenDeletion {
  const { t } = useLanguage();
  const askDeletion = useDeletion();
  const toast = useToast();
  const [selection, setSelection] = useState<Selection>(nothing);
  const isPlaced = search.registry !== undefined;
  const refusal = selection.mode === 'all' && !isPlaced ? t('deletion.chooseRegistry') : undefined;
  const plan = (): void => {
    if (selection.mode === 'some' && selection.keys.size === 0) return;
    if (refusal !== undefined) return toast(refusal);
    const chosen =
      selection.mode === 'some'
        ? { tags: [...selection.keys] }
        : { filter: readAnyTagFilter(search, new Date()), except: [...selection.except] };
    askDeletion({ kind: 'selection', chosen }, () => setSelection(nothing));
  };
  const labelOf = (_key: string, tag: string): string => t('repository.select', { tag });
  return {
    of: 'tags',
    choosing: { selection, onChange: setSelection, labelOf, onDelete: plan },
    refusal,
  };
}

function Tools({ search, change }: { search: TagsSearch; change: Change }): ReactNode {
  const { t } = useLanguage();
  return (
    <div className="toolbar">
      <FilterField label={t('repository.filter')} value={search.q ?? ''} onChange={(q) => change({ q })} />
      <Select
        label={t('repositories.sort')}
        value={search.sort ?? 'newest'}
        choices={(['newest', 'version', 'name', 'largest'] as const).map((value) => ({
          value,
          label: t(`repository.sort.${value}`),
        }))}
        onChange={(sort) => change({ sort: sort === 'newest' ? undefined : (sort as TagsSearch['sort']) })}
      />
    </div>
  );
}

interface TagFacetsProps {
  readonly search: TagsSearch;
  readonly change: Change;
  /** null: not answered yet. */
  readonly facets: TagsHead | null;
}

function TagFacets({ search, change, facets }: TagFacetsProps): ReactNode {
  const { t } = useLanguage();
  const { registry = [], kind = [], updated } = search;
  return (
    <>
      <FacetGroup
        title={t('repositories.registry')}
        choices={(facets?.registries ?? []).map((one) => ({ ...one, isChosen: registry.includes(one.value) }))}
        onChoose={(value) => change({ registry: toggleIn(registry, value) })}
        isMany
      />
      <FacetGroup
        title={t('repositories.updated')}
        choices={ages.map((age) => ({ value: age, label: t(`age.${age}`), isChosen: updated === age }))}
        onChoose={(age) => change({ updated: updated === age ? undefined : ages.find((one) => one === age) })}
      />
      <FacetGroup
        title={t('tags.kind')}
        choices={(facets?.kinds ?? []).flatMap(({ value, count }) => {
          const known = kinds.find((one) => one === value);
          return known === undefined
            ? []
            : [{ value, count, label: t(`tags.kind.${known}`), isChosen: kind.includes(known) }];
        })}
        onChoose={(value) => change({ kind: toggleIn(kind, value as (typeof kind)[number]) })}
        isMany
      />
    </>
  );
}
