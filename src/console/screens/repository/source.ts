import { useMemo } from 'react';
import { useGateway } from '../../data/context.js';
import type { RowSource } from '../../data/rows.js';
import {
  repository,
  type RepositoryHeadFragment,
  type RepositoryQuery,
  type TagFilter,
  type TagOrder,
} from '../../operations/repository.js';
import { boundAge, readNameFilter, readPlatform } from '../../pure/query.js';
import type { RepositorySearch } from './search.js';

export type TagRow = NonNullable<NonNullable<RepositoryQuery['repository']>['tags']>['nodes'][number];
/** `missing`: there is no such repository, or not for whoever looks. */
export type RepositoryFacts = (RepositoryHeadFragment & { readonly platforms: readonly string[] }) | 'missing';

const orders: Readonly<Record<string, TagOrder>> = {
  newest: { field: 'UPDATED_AT', direction: 'DESC' },
  name: { field: 'NAME', direction: 'ASC' },
  version: { field: 'SEMVER', direction: 'DESC' },
  largest: { field: 'SIZE', direction: 'DESC' },
};

/** The chart's length: half a year. */
const chartDays = 26 * 7;

/** The filter that an address stands for: it is the same for the list and for a deletion of all that match. */
export function readTagFilter({ q, updated, platform }: RepositorySearch, now: Date): TagFilter {
  return {
    ...readNameFilter(q ?? ''),
    ...boundAge(updated, now),
    platform: platform === undefined ? undefined : readPlatform(platform),
  };
}

export function useTagSource(
  registry: string,
  name: string,
  search: RepositorySearch,
): RowSource<TagRow, RepositoryFacts> {
  const gateway = useGateway();
  const { q, updated, platform, sort = 'newest' } = search;
  return useMemo(
    () => ({
      key: JSON.stringify([registry, name, q, updated, platform, sort]),
      idOf: ({ id }) => id,
      async load(asked, signal) {
        const now = new Date();
        const filter = readTagFilter({ q, updated, platform, sort: undefined, tag: undefined }, now);
        const which = { registries: [registry], globs: [name] };
        const pushesFrom = new Date(now.getTime() - chartDays * 86_400_000).toISOString();
        const { data, problem } = await gateway.ask(
          repository,
          { registry, name, filter, orderBy: orders[sort]!, pushesFrom, which, ...asked },
          signal,
        );
        if (problem?.code === 'NOT_FOUND') return { data: { rows: [], total: 0, head: 'missing' }, problem: null };
        const found = data?.repository;
        if (!found?.tags) return { data: null, problem };
        const platforms = data?.repositoryFacets?.platforms.map(({ value }) => value) ?? [];
        const head = asked.head ? { ...(found as RepositoryHeadFragment), platforms } : undefined;
        return { data: { rows: found.tags.nodes, total: found.tags.totalCount, head }, problem };
      },
    }),
    [gateway, registry, name, q, updated, platform, sort],
  );
}
