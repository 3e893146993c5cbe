import { Link } from '@tanstack/react-router';
import { useMemo, useRef, type ReactNode } from 'react';
import { shortDigest } from '../../pure/name.js';
import { useLanguage } from '../../text/context.js';
import type { Column } from '../../ui/grid/types.js';
import { Icon } from '../../ui/icon.js';
import { Badge, Time } from '../../ui/parts.js';
import { RepositoryName } from '../../ui/repositoryname.js';
import type { FormerTag } from './source.js';

export function useTrashColumns(onRestore: (row: FormerTag) => void): readonly Column<FormerTag>[] {
  const { t, formats } = useLanguage();
  const restore = useRef(onRestore);
  restore.current = onRestore;
  return useMemo(
    () => [
      {
        id: 'name',
        title: t('repository.tag'),
        cell: (row) => (
          <span className="two-lines">
            <bdi className="name">{row.tag}</bdi>
            <Place row={row} />
          </span>
        ),
      },
      { id: 'registry', title: t('repositories.registry'), cell: ({ registry }) => <bdi>{registry.name}</bdi> },
      {
        id: 'updated',
        title: t('trash.went'),
        cell: (row) => <Went row={row} />,
      },
      {
        id: 'image',
        title: t('repository.image'),
        cell: ({ digest, image }) => (
          <span className="two-lines">
            <code title={digest}>{shortDigest(digest)}</code>
            {image && <small className="muted">{formats.bytes(image.size)}</small>}
          </span>
        ),
      },
      {
        id: 'state',
        title: t('trash.state'),
        cell: ({ image }) =>
          image ? <Badge tone="good">{t('trash.may')}</Badge> : <Badge tone="quiet">{t('trash.unlikely')}</Badge>,
      },
      {
        id: 'act',
        title: t('trash.restore'),
        cell: (row) => (
          <button
            type="button"
            tabIndex={-1}
            className="button button-small"
            aria-label={t('trash.restoreOne', { tag: row.tag })}
            onClick={() => restore.current(row)}
          >
            <Icon name="undo" /> {t('trash.restore')}
          </button>
        ),
      },
    ],
    [t, formats],
  );
}

/** When it went, and how that is known. */
function Went({ row: { until, untilSource } }: { row: FormerTag }): ReactNode {
  const { t } = useLanguage();
  return (
    <span className="two-lines">
      <Time at={until} />
      {untilSource !== null && <small className="muted">{t(`trash.source.${untilSource}`)}</small>}
    </span>
  );
}

function Place({ row: { registry, repositoryName } }: { row: FormerTag }): ReactNode {
  return (
    <Link to="/r/$registry/$" params={{ registry: registry.name, _splat: repositoryName }} tabIndex={-1}>
      <small>
        <RepositoryName name={repositoryName} />
      </small>
    </Link>
  );
}
