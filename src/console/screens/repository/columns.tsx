import { Link } from '@tanstack/react-router';
import { useMemo, type ReactNode } from 'react';
import { largestOf, type Rows } from '../../data/rows.js';
import { shortDigest } from '../../pure/name.js';
import { useLanguage } from '../../text/context.js';
import type { Column } from '../../ui/grid/types.js';
import { Badge, SizeBar, Time } from '../../ui/parts.js';
import type { RepositorySearch } from './search.js';
import type { RepositoryFacts, TagRow } from './source.js';

export function useTagColumns(
  search: RepositorySearch,
  change: (changed: Partial<RepositorySearch>) => void,
  rows: Rows<TagRow, RepositoryFacts>,
): readonly Column<TagRow>[] {
  const { t } = useLanguage();
  const most = largestOf(rows);
  return useMemo(() => {
    const sortBy = (sort: RepositorySearch['sort'], order: 'ascending' | 'descending') => ({
      active: search.sort === sort ? order : undefined,
      onSort: () => change({ sort }),
    });
    return [
      {
        id: 'name',
        title: t('repository.tag'),
        sort: sortBy('name', 'ascending'),
        cell: ({ name }) => (
          <Link to="." search={{ ...search, tag: name }} tabIndex={-1} className="name">
            <bdi>{name}</bdi>
          </Link>
        ),
      },
      {
        id: 'updated',
        title: t('repository.updated'),
        sort: sortBy(undefined, 'descending'),
        cell: ({ updatedAt, updatedAtSource }) => (
          <Time at={updatedAt} hint={updatedAtSource === 'FIRST_SEEN' ? t('repository.firstSeen') : undefined} />
        ),
      },
      {
        id: 'size',
        title: t('repository.size'),
        isNumber: true,
        sort: sortBy('largest', 'descending'),
        cell: ({ size }) => <SizeBar bytes={size} most={most} />,
      },
      { id: 'platforms', title: t('repository.platforms'), cell: (row) => <Platforms row={row} /> },
      {
        id: 'image',
        title: t('repository.image'),
        cell: ({ digest }) => (
          <code className="digest" title={digest ?? undefined}>
            {shortDigest(digest)}
          </code>
        ),
      },
      { id: 'same', title: t('repository.same'), cell: (row) => <Siblings row={row} /> },
    ];
    // `change` is new at each drawing and means the same.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [t, most, search]);
}

function Platforms({ row }: { row: TagRow }): ReactNode {
  const platforms = (row.image?.platforms ?? []).filter(({ name }) => name !== 'unknown/unknown');
  return platforms.map(({ name }) => <Badge key={name}>{name.replace(/^linux\//, '')}</Badge>);
}

/** Tags of the same image: what deletes one of them by digest would take the others along. */
function Siblings({ row }: { row: TagRow }): ReactNode {
  const { t } = useLanguage();
  const left = row.siblingCount - row.siblings.length;
  return (
    <span className="siblings">
      {row.siblings.map(({ id, name }) => (
        <bdi key={id}>{name}</bdi>
      ))}
      {left > 0 && <span className="muted">{t('repository.sameMore', { n: left })}</span>}
    </span>
  );
}
