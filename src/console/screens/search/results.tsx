import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useMemo, type ReactNode } from 'react';
import { useBatches, type BatchSource } from '../../data/batches.js';
import { useGateway } from '../../data/context.js';
import { search as searchOperation, type SearchQuery } from '../../operations/search.js';
import { useLanguage } from '../../text/context.js';
import { Choices, FilterField } from '../../ui/fields.js';
import { FacetGroup } from '../../ui/facetgroup.js';
import { Icon } from '../../ui/icon.js';
import { Copy, Empty, ProblemNotice } from '../../ui/parts.js';
import { useTitle } from '../../ui/title.js';
import { FoundMore, FoundName, foundIcons, placeOf, referenceOf, typeOf, type Found } from '../../shell/found/found.js';
import type { SearchSearch } from './search.js';
import { foundTypes } from '../../shell/found/types.js';
import './results.css';

const route = getRouteApi('/search');

type Counts = NonNullable<SearchQuery['search']>['counts'];

/** All that was found, with how much of each type. */
export function SearchResults(): ReactNode {
  const { t } = useLanguage();
  const search = route.useSearch();
  const navigate = useNavigate();
  const change = (changed: Partial<SearchSearch>): void =>
    void navigate({ to: '/search', search: { ...search, ...changed }, replace: true });
  const list = useBatches(useSource(search));
  useTitle(t('search.title'));
  const isEmpty = search.q === undefined;
  return (
    <div className="screen search-results">
      <header className="screen-head">
        <div>
          <h1>{t('search.title')}</h1>
          <p className="muted" role="status">
            {isEmpty ? t('search.hint') : list.total === null ? t('loading') : t('search.found', { n: list.total })}
          </p>
        </div>
      </header>
      {list.problem && <ProblemNotice problem={list.problem} retry={list.renew} />}
      <div className="toolbar">
        <FilterField label={t('search.field')} value={search.q ?? ''} onChange={(q) => change({ q })} />
      </div>
      {!isEmpty && (
        <div className="with-facets">
          <Choices label={t('search.title')}>
            <Types counts={list.head ?? []} chosen={search.type} onChoose={(type) => change({ type })} />
          </Choices>
          {list.total === 0 && !list.isAsking ? (
            <Empty title={t('search.none')}>
              <p>{t('search.noneText')}</p>
            </Empty>
          ) : (
            <div className="panel" aria-busy={list.isAsking}>
              <ol className="panel-list">
                {list.nodes.map((found) => (
                  <Result key={found.node.id} found={found} />
                ))}
              </ol>
              {list.hasMore && (
                <footer className="panel-foot">
                  <button type="button" className="button" onClick={list.more} aria-disabled={list.isAsking}>
                    {t('search.more')}
                  </button>
                </footer>
              )}
            </div>
          )}
        </div>
      )}
    </div>
  );
}

interface TypesProps {
  readonly counts: Counts;
  readonly chosen: SearchSearch['type'];
  readonly onChoose: (type: SearchSearch['type']) => void;
}

function Types({ counts, chosen, onChoose }: TypesProps): ReactNode {
  const { t } = useLanguage();
  const countOf = (type: string): { count?: number } => {
    const count = counts.find((one) => one.type === type)?.count;
    return count === undefined ? {} : { count };
  };
  return (
    <FacetGroup
      title={t('search.title')}
      choices={[
        { value: '', label: t('search.type.any'), isChosen: chosen === undefined },
        ...foundTypes.map((value) => ({
          value,
          label: t(`search.type.${value}`),
          ...countOf(value),
          isChosen: chosen === value,
        })),
      ]}
      onChoose={(value) => onChoose(foundTypes.find((type) => type === value))}
    />
  );
}

function Result({ found }: { found: Found }): ReactNode {
  const place = placeOf(found);
  const reference = referenceOf(found);
  const name = (
    <bdi>
      <FoundName found={found} />
    </bdi>
  );
  return (
    <li className="result">
      <Icon name={foundIcons[typeOf(found)]} />
      <span className="result-text">
        {place ? (
          <Link {...(place as { to: string })} className="name">
            {name}
          </Link>
        ) : (
          name
        )}
        <bdi className="muted result-more">
          <FoundMore found={found} />
        </bdi>
      </span>
      {reference !== null && <Copy text={reference} label={reference} />}
    </li>
  );
}

function useSource({ q, type }: SearchSearch): BatchSource<Found, Counts> {
  const gateway = useGateway();
  return useMemo(
    () => ({
      key: JSON.stringify([q, type]),
      async load(asked, signal) {
        if (q === undefined || q.trim() === '')
          return { data: { nodes: [], total: 0, hasNextPage: false, endCursor: null, head: [] }, problem: null };
        const types = type === undefined ? null : [type];
        const { data, problem } = await gateway.ask(searchOperation, { query: q, types, ...asked }, signal);
        const list = data?.search;
        if (!list) return { data: null, problem };
        const { edges, totalCount, counts, pageInfo } = list;
        const { hasNextPage, endCursor } = pageInfo;
        return { data: { nodes: edges, total: totalCount, hasNextPage, endCursor, head: counts }, problem };
      },
    }),
    [gateway, q, type],
  );
}
