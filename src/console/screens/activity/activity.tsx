import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo, type ReactNode } from 'react';
import { useBatches } from '../../data/batches.js';
import { useNews } from '../../data/live.js';
import { groupByDay } from '../../pure/days.js';
import { useLanguage } from '../../text/context.js';
import { Choices, Select } from '../../ui/fields.js';
import { News } from '../../ui/news.js';
import { Empty, ProblemNotice } from '../../ui/parts.js';
import { useTitle } from '../../ui/title.js';
import { ActivityDay } from './day.js';
import { ActivityFacets } from './facets.js';
import { groups, sinces, type ActivitySearch } from './search.js';
import { useActivitySource, useAskers } from './source.js';
import './activity.css';

const route = getRouteApi('/activity');

/** The events of all registries, day by day. One that comes meanwhile is told of, and shown when it is asked for. */
export function Activity(): ReactNode {
  const { t } = useLanguage();
  const search = route.useSearch();
  const navigate = useNavigate();
  const change = (changed: Partial<ActivitySearch>): void =>
    void navigate({ to: '/activity', search: { ...search, ...changed }, replace: true });
  const source = useActivitySource(search);
  const list = useBatches(source);
  const news = useNews(({ kind, registryName, repositoryName }) => {
    const kinds: readonly string[] | undefined = search.kind?.flatMap((group): readonly string[] => groups[group]);
    return (
      (kinds?.includes(kind) ?? true) &&
      (search.registry?.includes(registryName) ?? true) &&
      (search.repository === undefined || search.repository === repositoryName)
    );
  }, source.key);
  const askers = useAskers(list.nodes);
  const days = useMemo(() => groupByDay(list.nodes), [list.nodes]);
  useTitle(t('activity.title'));
  const isNarrowed = Object.values(search).some((one) => one !== undefined);
  const show = (): void => {
    news.clear();
    list.renew();
  };
  return (
    <div className="screen activity">
      <header className="screen-head">
        <div>
          <h1>{t('activity.title')}</h1>
          <p className="muted" role="status">
            {list.total === null ? t('loading') : t('activity.count', { n: list.total })}
          </p>
        </div>
      </header>
      {list.problem && <ProblemNotice problem={list.problem} retry={list.renew} />}
      <Since search={search} change={change} />
      <div className="with-facets">
        <Choices label={t('activity.kinds')}>
          <ActivityFacets search={search} change={change} />
        </Choices>
        <div className="activity-days" aria-busy={list.isAsking}>
          <News count={news.count} text={news.isWhole ? 'activity.new' : 'activity.manyNew'} onShow={show} />
          {list.total === 0 && !list.isAsking ? (
            <Empty title={t(isNarrowed ? 'activity.noneMatch' : 'activity.none')}>
              <p>{t(isNarrowed ? 'activity.noneMatchText' : 'activity.noneText')}</p>
            </Empty>
          ) : (
            days.map(({ day, things }) => <ActivityDay key={day.getTime()} day={day} events={things} askers={askers} />)
          )}
          <More hasMore={list.hasMore} isAsking={list.isAsking} isShown={list.nodes.length > 0} onMore={list.more} />
        </div>
      </div>
    </div>
  );
}

interface SinceProps {
  readonly search: ActivitySearch;
  readonly change: (changed: Partial<ActivitySearch>) => void;
}

function Since({ search, change }: SinceProps): ReactNode {
  const { t } = useLanguage();
  const choices = ['any', ...sinces] as const;
  return (
    <div className="toolbar">
      <Select
        label={t('activity.since')}
        value={search.since ?? 'any'}
        choices={choices.map((value) => ({ value, label: t(`activity.since.${value}`) }))}
        onChange={(value) => change({ since: sinces.find((since) => since === value) })}
      />
    </div>
  );
}

interface MoreProps {
  readonly hasMore: boolean;
  readonly isAsking: boolean;
  readonly isShown: boolean;
  readonly onMore: () => void;
}

function More({ hasMore, isAsking, isShown, onMore }: MoreProps): ReactNode {
  const { t } = useLanguage();
  if (hasMore)
    return (
      <button type="button" className="button" onClick={onMore} aria-disabled={isAsking}>
        {t('activity.more')}
      </button>
    );
  return isShown && !isAsking ? <p className="muted activity-end">{t('activity.end')}</p> : null;
}
