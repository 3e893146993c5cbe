import { Link } from '@tanstack/react-router';
import { useMemo, type ReactNode } from 'react';
import { largestOf, type Rows } from '../../data/rows.js';
import { useLanguage } from '../../text/context.js';
import type { Column } from '../../ui/grid/types.js';
import { SizeBar, Time } from '../../ui/parts.js';
import { RepositoryName } from '../../ui/repositoryname.js';
import type { RepositoriesHead, RepositoryRow } from './source.js';
import type { RepositoriesSearch } from './search.js';

function Updated({ row: { updatedAt, latestTag } }: { row: RepositoryRow }): ReactNode {
  const { t } = useLanguage();
  return (
    <span className="two-lines">
      <Time at={updatedAt} />
      {latestTag && (
        <small className="muted" title={t('repositories.latest', { tag: latestTag.name })}>
          <bdi>{latestTag.name}</bdi>
        </small>
      )}
    </span>
  );
}

export function useRepositoryColumns(
  search: RepositoriesSearch,
  change: (changed: Partial<RepositoriesSearch>) => void,
  rows: Rows<RepositoryRow, RepositoriesHead>,
): readonly Column<RepositoryRow>[] {
  const { t, formats } = useLanguage();
  const most = largestOf(rows);
  return useMemo(() => {
    const sortBy = (sort: RepositoriesSearch['sort'], order: 'ascending' | 'descending') => ({
      active: search.sort === sort ? order : undefined,
      onSort: () => change({ sort }),
    });
    return [
      {
        id: 'name',
        title: t('repositories.name'),
        sort: sortBy('name', 'ascending'),
        cell: ({ name, registry }) => (
          <Link to="/r/$registry/$" params={{ registry: registry.name, _splat: name }} tabIndex={-1}>
            <RepositoryName name={name} />
          </Link>
        ),
      },
      { id: 'registry', title: t('repositories.registry'), cell: ({ registry }) => <bdi>{registry.name}</bdi> },
      {
        id: 'tags',
        title: t('repositories.tags'),
        isNumber: true,
        sort: sortBy('tags', 'descending'),
        cell: ({ tagCount }) => formats.count(tagCount),
      },
      {
        id: 'size',
        title: t('repositories.size'),
        isNumber: true,
        sort: sortBy('largest', 'descending'),
        cell: ({ size }) => <SizeBar bytes={size} most={most} />,
      },
      {
        id: 'unique',
        title: t('repositories.unique'),
        hint: t('repositories.uniqueHint'),
        isNumber: true,
        cell: ({ uniqueSize }) => <span className="muted">{formats.bytes(uniqueSize)}</span>,
      },
      {
        id: 'updated',
        title: t('repositories.updated'),
        sort: sortBy(undefined, 'descending'),
        cell: (row) => <Updated row={row} />,
      },
    ];
    // `change` is new at each drawing and means the same.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [t, formats, most, search]);
}
