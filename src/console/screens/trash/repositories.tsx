import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useState, type ReactNode } from 'react';
import { useCursorRows } from '../../data/cursorrows.js';
import { toPage } from '../../data/cursors.js';
import { useGateway } from '../../data/context.js';
import { useChanges } from '../../data/live.js';
import { useOperation } from '../../data/query.js';
import type { Rows } from '../../data/rows.js';
import { formerRepositories, formerTagsOf, type FormerRepositoriesQuery } from '../../operations/trash.js';
import { useLanguage } from '../../text/context.js';
import { Select } from '../../ui/fields.js';
import { Grid } from '../../ui/grid/grid.js';
import type { Column } from '../../ui/grid/types.js';
import { Empty, ProblemNotice, Time } from '../../ui/parts.js';
import { RepositoryName } from '../../ui/repositoryname.js';
import { writeFormerKey } from './key.js';
import { Restoring } from './restoring.js';

type FormerRepository = NonNullable<FormerRepositoriesQuery['formerRepositories']>['nodes'][number];

export interface FormerRepositoriesProps {
  readonly registry: string;
  readonly names: readonly string[];
}

/** Repositories of a registry that are gone, or have no tags left. */
export function FormerRepositories({ registry, names }: FormerRepositoriesProps): ReactNode {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const rows = useFormerRepositories(registry);
  useChanges(({ kind, registryName }) => kind.startsWith('REPOSITORY_') && registryName === registry, rows.renew);
  const columns = useColumns();
  const [opened, setOpened] = useState<string | null>(null);
  return (
    <>
      <div className="toolbar">
        <Select
          label={t('repositories.registry')}
          value={registry}
          choices={names.map((value) => ({ value, label: value }))}
          onChange={(value) => void navigate({ to: '/trash', search: { show: 'repositories', registry: [value] } })}
        />
      </div>
      {rows.problem && <ProblemNotice problem={rows.problem} retry={rows.renew} />}
      {rows.total === 0 && !rows.isAsking ? (
        <Empty title={t('trash.noRepositories')}>
          <p>{t('trash.emptyText')}</p>
        </Empty>
      ) : (
        <Grid
          label={t('trash.repositories')}
          name="trash-repositories"
          columns={columns}
          rows={rows}
          keyOf={({ name }) => name}
          onOpen={({ name }) => setOpened(name)}
        />
      )}
      {opened !== null && (
        <RepositoryRestoring registry={registry} repository={opened} onClose={() => setOpened(null)} />
      )}
    </>
  );
}

interface RepositoryRestoringProps {
  readonly registry: string;
  readonly repository: string;
  readonly onClose: () => void;
}

/** The tags that a repository had last, to be put back. */
function RepositoryRestoring({ registry, repository, onClose }: RepositoryRestoringProps): ReactNode {
  const { data } = useOperation(formerTagsOf, { registry, repository });
  const keys = useMemo(() => {
    const revisions = data?.registry?.tagHistory.nodes ?? [];
    const place = { registry: { name: registry }, repositoryName: repository };
    return [...new Set(revisions.map(({ tag }) => writeFormerKey({ ...place, tag })))];
  }, [data, registry, repository]);
  return keys.length > 0 && <Restoring keys={keys} onClose={onClose} />;
}

function useColumns(): readonly Column<FormerRepository>[] {
  const { t, formats } = useLanguage();
  return useMemo(
    () => [
      {
        id: 'name',
        title: t('repositories.name'),
        cell: ({ name, registry }) => (
          <Link to="/r/$registry/$" params={{ registry: registry.name, _splat: name }} tabIndex={-1}>
            <RepositoryName name={name} />
          </Link>
        ),
      },
      {
        id: 'tags',
        title: t('repositories.tags'),
        isNumber: true,
        cell: ({ tagCount }) => formats.count(tagCount),
      },
      { id: 'updated', title: t('trash.went'), cell: ({ deletedAt }) => <Time at={deletedAt} /> },
    ],
    [t, formats],
  );
}

function useFormerRepositories(registry: string): Rows<FormerRepository, null> {
  const gateway = useGateway();
  return useCursorRows<FormerRepository>(registry, async ({ after, first }, signal) => {
    const { data, problem } = await gateway.ask(formerRepositories, { registry, first, after }, signal);
    if (!data?.formerRepositories) return { data: null, problem };
    return { data: toPage(data.formerRepositories), problem };
  });
}
