import { useMemo } from 'react';
import { useGateway } from '../../data/context.js';
import type { RowSource } from '../../data/rows.js';
import { tags, type AnyTagFilter, type ImageKind, type TagOrder, type TagsQuery } from '../../operations/tags.js';
import { boundAge, readNameFilter } from '../../pure/query.js';
import type { TagsSearch } from './search.js';

export type AnyTagRow = NonNullable<TagsQuery['tags']>['nodes'][number];
export type TagsHead = NonNullable<TagsQuery['tagFacets']>;

const orders: Readonly<Record<string, TagOrder>> = {
  newest: { field: 'UPDATED_AT', direction: 'DESC' },
  name: { field: 'NAME', direction: 'ASC' },
  version: { field: 'SEMVER', direction: 'DESC' },
  largest: { field: 'SIZE', direction: 'DESC' },
};

/** The filter that the address stands for, at the moment `now`. */
export function readAnyTagFilter({ q, registry, kind, updated }: TagsSearch, now: Date): AnyTagFilter {
  return {
    ...readNameFilter(q ?? ''),
    ...boundAge(updated, now),
    registries: registry,
    kinds: kind?.map((one) => one.toUpperCase() as ImageKind),
  };
}

export function useTagsSource(search: TagsSearch): RowSource<AnyTagRow, TagsHead> {
  const gateway = useGateway();
  return useMemo(() => {
    const { sort = 'newest' } = search;
    return {
      key: JSON.stringify(search),
      idOf: ({ id }) => id,
      async load(asked, signal) {
        const filter = readAnyTagFilter(search, new Date());
        const { data, problem } = await gateway.ask(tags, { filter, orderBy: orders[sort]!, ...asked }, signal);
        const list = data?.tags;
        if (!list) return { data: null, problem };
        return { data: { rows: list.nodes, total: list.totalCount, head: data.tagFacets ?? undefined }, problem };
      },
    };
  }, [gateway, search]);
}
