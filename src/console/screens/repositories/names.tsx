import { Link } from '@tanstack/react-router';
import { useMemo, type ReactNode } from 'react';
import { useBatches, type BatchSource } from '../../data/batches.js';
import { useGateway } from '../../data/context.js';
import { useNews } from '../../data/live.js';
import { DeleteChosen, type ChosenDeletion } from '../../jobs/deletion/chosen.js';
import { repositoryGroups, type RepositoryGroupsQuery } from '../../operations/groups.js';
import { shortDigest } from '../../pure/name.js';
import { choose, isChosen, nothing } from '../../pure/selection.js';
import { useShell } from '../../shell/context.js';
import { useLanguage } from '../../text/context.js';
import { FilterField, Select } from '../../ui/fields.js';
import type { Choosing } from '../../ui/grid/types.js';
import { News } from '../../ui/news.js';
import { Badge, Empty, ProblemNotice } from '../../ui/parts.js';
import { RepositoryName } from '../../ui/repositoryname.js';
import { useRepositoriesDeletion } from './deleting.js';
import { NoRepository } from './norepository.js';
import type { RepositoriesSearch } from './search.js';
import { RepositoriesHeading } from './views.js';
import './names.css';

type Group = NonNullable<RepositoryGroupsQuery['repositoryGroups']>['nodes'][number];

export interface NamesProps {
  readonly search: RepositoriesSearch;
  readonly change: (changed: Partial<RepositoriesSearch>) => void;
}

/** Repositories of one name side by side, over all registries, with whether they are the same. */
export function Names({ search, change }: NamesProps): ReactNode {
  const { t } = useLanguage();
  const source = useSource(search);
  const list = useBatches(source);
  const chosen = useChosenNames(list.nodes);
  const news = useNews(({ repositoryName }) => repositoryName !== null, source.key);
  return (
    <div className="screen repositories">
      <RepositoriesHeading
        search={search}
        status={list.total === null ? t('loading') : t('names.count', { n: list.total })}
      />
      {list.problem && <ProblemNotice problem={list.problem} retry={list.renew} />}
      <Tools search={search} change={change} />
      <div className="names" aria-busy={list.isAsking}>
        <News
          count={news.count}
          text="rows.changed"
          onShow={() => {
            news.clear();
            list.renew();
          }}
        />
        {list.total === 0 && !list.isAsking ? (
          <NoName />
        ) : (
          <ol className="panel panel-list">
            {list.nodes.map((group) => (
              <GroupLine key={group.name} group={group} choosing={chosen.choosing} />
            ))}
          </ol>
        )}
        {list.hasMore && (
          <button type="button" className="button" onClick={list.more} aria-disabled={list.isAsking}>
            {t('search.more')}
          </button>
        )}
      </div>
      <DeleteChosen chosen={chosen} total={0} />
    </div>
  );
}

function NoName(): ReactNode {
  const { t } = useLanguage();
  const { shell } = useShell();
  if (shell?.registries?.length === 0) return <NoRepository isNarrowed={false} />;
  return (
    <Empty title={t('names.none')}>
      <p>{t('names.noneText')}</p>
    </Empty>
  );
}

function Tools({ search, change }: NamesProps): ReactNode {
  const { t } = useLanguage();
  return (
    <div className="toolbar">
      <FilterField label={t('repositories.filter')} value={search.q ?? ''} onChange={(q) => change({ q })} />
      <Select
        label={t('names.where')}
        value={search.alone === 'with' ? 'with' : ''}
        choices={[
          { value: '', label: t('names.several') },
          { value: 'with', label: t('names.any') },
        ]}
        onChange={(alone) => change({ alone: alone === 'with' ? 'with' : undefined })}
      />
    </div>
  );
}

/** Names are listed, and not repositories: all of these cannot be chosen at once. */
function useChosenNames(groups: readonly Group[]): ChosenDeletion {
  const find = (id: string): { registry: string; name: string } | undefined => {
    for (const { name, repositories } of groups) {
      const member = repositories.find((one) => one.id === id);
      if (member) return { registry: member.registry.name, name };
    }
    return undefined;
  };
  return useRepositoriesDeletion({ total: 0, find, all: null });
}

interface GroupLineProps {
  readonly group: Group;
  readonly choosing: Choosing;
}

function GroupLine({ group, choosing }: GroupLineProps): ReactNode {
  const { t, formats } = useLanguage();
  const { name, tagCount, size, drift, repositories } = group;
  const ids = repositories.map(({ id }) => id);
  const count = ids.filter((id) => isChosen(choosing.selection, id)).length;
  const isAll = count === ids.length;
  return (
    <li className="names-group">
      <div className="names-choice">
        <Choice
          label={t('names.select', { name })}
          ids={ids}
          isOn={isAll}
          isPartly={count > 0 && !isAll}
          choosing={choosing}
        />
        <p className="names-name">
          <RepositoryName name={name} />
          <span className="muted">
            {t('activity.tags', { n: tagCount })} · {formats.bytes(size)}
          </span>
        </p>
      </div>
      <ul className="names-members">
        {repositories.map(({ id, registry, latestTag }) => (
          <li key={id} className="names-choice">
            <Choice
              label={t('names.selectOne', { name, registry: registry.name })}
              ids={[id]}
              isOn={isChosen(choosing.selection, id)}
              choosing={choosing}
            />
            <Link to="/r/$registry/$" params={{ registry: registry.name, _splat: name }} className="names-member">
              <bdi className="name">{registry.name}</bdi>
              {latestTag && (
                <span className="muted">
                  <bdi>{latestTag.name}</bdi>{' '}
                  <code title={latestTag.digest ?? undefined}>{shortDigest(latestTag.digest)}</code>
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
      {repositories.length > 1 && <DriftLine name={name} drift={drift} repositories={repositories} />}
    </li>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly ids: readonly string[];
  readonly isOn: boolean;
  /** Some of them are chosen. */
  readonly isPartly?: boolean;
  readonly choosing: Choosing;
}

/** Chooses repositories; its keys are those of a list. */
function Choice({ label, ids, isOn, isPartly = false, choosing }: ChoiceProps): ReactNode {
  const { selection, onChange, onDelete } = choosing;
  return (
    <input
      type="checkbox"
      aria-label={label}
      checked={isOn}
      ref={(box) => {
        if (box) box.indeterminate = isPartly;
      }}
      onChange={() => onChange(choose(selection, ids, !isOn))}
      onKeyDown={({ key }) => {
        if (key === 'Escape') onChange(nothing);
        else if (key === 'Delete') onDelete();
      }}
    />
  );
}

/** Whether they are the same, and the way to what is different between the first two. */
function DriftLine({ name, drift, repositories }: Pick<Group, 'name' | 'drift' | 'repositories'>): ReactNode {
  const { t } = useLanguage();
  const { isNewestSame, differentTagCount, missingTagCount, sameTagCount } = drift;
  const isSame = isNewestSame && differentTagCount === 0 && missingTagCount === 0;
  const [a, b] = repositories.map(({ registry, latestTag }) =>
    latestTag ? `${registry.name}/${name}:${latestTag.name}` : undefined,
  );
  return (
    <p className="names-drift">
      <Badge tone={isNewestSame ? 'good' : 'warn'}>
        {t(isNewestSame ? 'names.newestSame' : 'names.newestDiffers')}
      </Badge>
      {isSame && <span className="muted">{t('names.same', { n: sameTagCount })}</span>}
      {differentTagCount > 0 && <span>{t('names.different', { n: differentTagCount })}</span>}
      {missingTagCount > 0 && <span>{t('names.missing', { n: missingTagCount })}</span>}
      {!isNewestSame && a !== undefined && b !== undefined && (
        <Link to="/compare" search={{ a, b }} className="link">
          {t('activity.compare')}
        </Link>
      )}
    </p>
  );
}

function useSource({ q, registry, namespace, alone }: RepositoriesSearch): BatchSource<Group> {
  const gateway = useGateway();
  return useMemo(
    () => ({
      key: JSON.stringify([q, registry, namespace, alone]),
      async load(asked, signal) {
        const variables = {
          filter: { nameContains: q, registries: registry, namespace },
          atLeast: alone === 'with' ? 1 : 2,
          ...asked,
        };
        const { data, problem } = await gateway.ask(repositoryGroups, variables, signal);
        const list = data?.repositoryGroups;
        if (!list) return { data: null, problem };
        const { nodes, totalCount, pageInfo } = list;
        const { hasNextPage, endCursor } = pageInfo;
        return { data: { nodes, total: totalCount, hasNextPage, endCursor, head: null }, problem };
      },
    }),
    [gateway, q, registry, namespace, alone],
  );
}
