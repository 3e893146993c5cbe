import { Link } from '@tanstack/react-router';
import { useMemo, type ReactNode } from 'react';
import { shortDigest } from '../../pure/name.js';
import { useLanguage } from '../../text/context.js';
import type { Column } from '../../ui/grid/types.js';
import { Time } from '../../ui/parts.js';
import type { TagsSearch } from './search.js';
import type { AnyTagRow } from './source.js';

/** A tag with the repository that it is in. */
function TagName({ row: { name, repository } }: { row: AnyTagRow }): ReactNode {
  const text = (
    <bdi className="name">
      <span className="muted">{repository?.name}:</span>
      {name}
    </bdi>
  );
  if (!repository) return text;
  const params = { registry: repository.registry.name, _splat: repository.name };
  return (
    <Link to="/r/$registry/$" params={params} search={{ tag: name }} tabIndex={-1}>
      {text}
    </Link>
  );
}

export function useAnyTagColumns(
  search: TagsSearch,
  change: (changed: Partial<TagsSearch>) => void,
): readonly Column<AnyTagRow>[] {
  const { t, formats } = useLanguage();
  return useMemo(() => {
    const sortBy = (sort: TagsSearch['sort'], order: 'ascending' | 'descending') => ({
      active: search.sort === sort ? order : undefined,
      onSort: () => change({ sort }),
    });
    return [
      {
        id: 'name',
        title: t('repository.tag'),
        sort: sortBy('name', 'ascending'),
        cell: (row) => <TagName row={row} />,
      },
      {
        id: 'registry',
        title: t('repositories.registry'),
        cell: ({ repository }) => <bdi>{repository?.registry.name}</bdi>,
      },
      {
        id: 'size',
        title: t('repository.size'),
        isNumber: true,
        sort: sortBy('largest', 'descending'),
        cell: ({ size }) => formats.bytes(size),
      },
      {
        id: 'image',
        title: t('repository.image'),
        cell: ({ digest }) => (
          <code className="digest" title={digest ?? undefined}>
            {shortDigest(digest)}
          </code>
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
    ];
    // `change` is new at each drawing and means the same.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [t, formats, search]);
}
