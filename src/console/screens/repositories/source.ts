import { useMemo } from 'react';
import { useGateway } from '../../data/context.js';
import type { RowSource } from '../../data/rows.js';
import {
  repositories,
  type RepositoriesQuery,
  type RepositoryFilter,
  type RepositoryOrder,
} from '../../operations/repositories.js';
import { boundAge, readPlatform } from '../../pure/query.js';
import type { RepositoriesSearch } from './search.js';

export type RepositoryRow = NonNullable<RepositoriesQuery['repositories']>['nodes'][number];
export type RepositoriesHead = Pick<RepositoriesQuery, 'repositoryFacets'> & {
  readonly sources: NonNullable<RepositoriesQuery['repositories']>['sources'];
};

const orders: Readonly<Record<string, RepositoryOrder>> = {
  newest: { field: 'UPDATED_AT', direction: 'DESC' },
  name: { field: 'NAME', direction: 'ASC' },
  largest: { field: 'SIZE', direction: 'DESC' },
  tags: { field: 'TAG_COUNT', direction: 'DESC' },
};

export function useRepositorySource(search: RepositoriesSearch): RowSource<RepositoryRow, RepositoriesHead> {
  const gateway = useGateway();
  return useMemo(() => {
    const { q, registry, namespace, platform, updated, sort = 'newest' } = search;
    const orderBy = orders[sort]!;
    return {
      key: JSON.stringify(search),
      idOf: ({ id }) => id,
      async load(asked, signal) {
        const filter: RepositoryFilter = {
          nameContains: q,
          registries: registry,
          namespace,
          platform: platform === undefined ? undefined : readPlatform(platform),
          ...boundAge(updated, new Date()),
          empty: null,
        };
        const { data, problem } = await gateway.ask(repositories, { filter, orderBy, ...asked }, signal);
        const list = data?.repositories;
        if (!list) return { data: null, problem };
        const head = { repositoryFacets: data.repositoryFacets, sources: list.sources };
        return { data: { rows: list.nodes, total: list.totalCount, head: asked.head ? head : undefined }, problem };
      },
    };
  }, [gateway, search]);
}
