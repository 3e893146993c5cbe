import { useMemo, useState, type ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { useBatches, type Batches, type BatchSource } from '../../data/batches.js';
import { useGateway } from '../../data/context.js';
import { useChanges } from '../../data/live.js';
import { treeLevel, type TreeLevelQuery } from '../../operations/tree.js';
import { splitName } from '../../pure/name.js';
import { useShell } from '../../shell/context.js';
import { useLanguage } from '../../text/context.js';
import { Select } from '../../ui/fields.js';
import { Icon } from '../../ui/icon.js';
import { ProblemNotice, Time } from '../../ui/parts.js';
import { NoRepository } from './norepository.js';
import type { RepositoriesSearch } from './search.js';
import { RepositoriesHeading } from './views.js';
import './tree.css';

type Namespace = NonNullable<TreeLevelQuery['namespaces']>['nodes'][number];
type Repositories = NonNullable<TreeLevelQuery['repositories']>;
type Level = Batches<Namespace, Repositories>;

export interface TreeProps {
  readonly search: RepositoriesSearch;
  readonly change: (changed: Partial<RepositoriesSearch>) => void;
}

/** The tree that names make: each level is read when it is opened. */
export function Tree({ search, change }: TreeProps): ReactNode {
  const { t } = useLanguage();
  const { shell } = useShell();
  // The tree is of one registry, or of all.
  const registry = search.registry?.length === 1 ? search.registry[0] : undefined;
  const level = useLevel(registry, null);
  const names = (shell?.registries ?? []).map(({ name }) => ({ value: name, label: name }));
  const isEmpty = level.total === 0 && level.head?.totalCount === 0;
  return (
    <div className="screen repositories">
      <RepositoriesHeading
        search={search}
        status={level.total === null ? t('loading') : t('tree.count', { n: level.total })}
      />
      {level.problem && <ProblemNotice problem={level.problem} retry={level.renew} />}
      <div className="toolbar">
        <Select
          label={t('repositories.registry')}
          value={registry ?? ''}
          choices={[{ value: '', label: t('tree.anyRegistry') }, ...names]}
          onChange={(name) => change({ registry: name === '' ? undefined : [name] })}
        />
      </div>
      {isEmpty ? (
        <NoRepository isNarrowed={false} />
      ) : (
        <div className="panel tree" aria-busy={level.isAsking}>
          <LevelLines registry={registry} parent={null} level={level} />
        </div>
      )}
    </div>
  );
}

/** `parent` null: the top, and the repositories whose names have no slash. */
function useLevel(registry: string | undefined, parent: string | null): Level {
  const gateway = useGateway();
  const source = useMemo<BatchSource<Namespace, Repositories>>(
    () => ({
      key: JSON.stringify([registry, parent]),
      async load(asked, signal) {
        const filter = { namespace: parent ?? '', registries: registry === undefined ? undefined : [registry] };
        const { data, problem } = await gateway.ask(treeLevel, { registry, parent, filter, ...asked }, signal);
        if (!data?.namespaces || !data.repositories) return { data: null, problem };
        const { nodes, totalCount, pageInfo } = data.namespaces;
        const { hasNextPage, endCursor } = pageInfo;
        return { data: { nodes, total: totalCount, hasNextPage, endCursor, head: data.repositories }, problem };
      },
    }),
    [gateway, registry, parent],
  );
  const level = useBatches(source);
  const start = parent === null ? '' : `${parent}/`;
  useChanges(({ repositoryName }) => repositoryName?.startsWith(start) ?? false, level.renew);
  return level;
}

interface LevelLinesProps {
  readonly registry: string | undefined;
  readonly parent: string | null;
  readonly level: Level;
}

function LevelLines({ registry, parent, level }: LevelLinesProps): ReactNode {
  const { t } = useLanguage();
  const repositories = level.head?.nodes ?? [];
  const left = (level.head?.totalCount ?? 0) - repositories.length;
  return (
    <ul>
      {level.nodes.map((namespace) => (
        <NamespaceLine key={namespace.path} registry={registry} namespace={namespace} />
      ))}
      {level.hasMore && (
        <li className="tree-more">
          <button type="button" className="link-button" onClick={level.more}>
            {t('search.more')}
          </button>
        </li>
      )}
      {repositories.map((repository) => (
        <RepositoryLine key={repository.id} repository={repository} isRegistryShown={registry === undefined} />
      ))}
      {left > 0 && (
        <li className="tree-more">
          <Link
            to="/repositories"
            search={{ namespace: parent ?? '', registry: registry === undefined ? undefined : [registry] }}
            className="link"
          >
            {t('tree.more', { n: left })}
          </Link>
        </li>
      )}
    </ul>
  );
}

function NamespaceLine({ registry, namespace }: { registry: string | undefined; namespace: Namespace }): ReactNode {
  const { t, formats } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  const { path, repositoryCount, tagCount, size, updatedAt } = namespace;
  return (
    <li>
      <button type="button" className="tree-line" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name={isOpen ? 'down' : 'right'} />
        <bdi className="name">{splitName(path)[1]}/</bdi>
        <span className="tree-facts muted">
          <span>{t('tree.repositories', { n: repositoryCount })}</span>
          <span>{t('activity.tags', { n: tagCount })}</span>
          <span className="tree-size">{formats.bytes(size)}</span>
          <span className="tree-time">
            <Time at={updatedAt} />
          </span>
        </span>
      </button>
      {isOpen && <OpenLevel registry={registry} parent={path} />}
    </li>
  );
}

function OpenLevel({ registry, parent }: { registry: string | undefined; parent: string }): ReactNode {
  const { t } = useLanguage();
  const level = useLevel(registry, parent);
  if (level.problem && level.total === null) return <ProblemNotice problem={level.problem} retry={level.renew} />;
  if (level.total === null) return <p className="tree-more muted">{t('loading')}</p>;
  return <LevelLines registry={registry} parent={parent} level={level} />;
}

interface RepositoryLineProps {
  readonly repository: Repositories['nodes'][number];
  readonly isRegistryShown: boolean;
}

function RepositoryLine({ repository, isRegistryShown }: RepositoryLineProps): ReactNode {
  const { t, formats } = useLanguage();
  const { name, registry, tagCount, size, updatedAt } = repository;
  return (
    <li>
      <Link to="/r/$registry/$" params={{ registry: registry.name, _splat: name }} className="tree-line">
        <Icon name="box" />
        <bdi className="name">{splitName(name)[1]}</bdi>
        <span className="tree-facts muted">
          {isRegistryShown && <bdi>{registry.name}</bdi>}
          <span>{t('activity.tags', { n: tagCount })}</span>
          <span className="tree-size">{formats.bytes(size)}</span>
          <span className="tree-time">
            <Time at={updatedAt} />
          </span>
        </span>
      </Link>
    </li>
  );
}
