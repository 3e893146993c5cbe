import { useMemo, useState, type ReactNode } from 'react';
import { useChanges } from '../../data/live.js';
import { useOperation } from '../../data/query.js';
import { overview, type OverviewQuery } from '../../operations/overview.js';
import { AttachFirst } from '../../shell/firstregistry.js';
import { useLanguage } from '../../text/context.js';
import { Empty, ProblemNotice } from '../../ui/parts.js';
import { useTitle } from '../../ui/title.js';
import { Growing, type GrowingProps } from './growing.js';
import { Health } from './health.js';
import { Jobs } from './jobs.js';
import { Largest } from './largest.js';
import { Retention } from './retention.js';
import { SizeOverTime } from './size.js';
import { Today } from './today.js';
import type { OverviewRegistry } from './types.js';
import './overview.css';

/** The chart's length: a quarter of a year. */
const chartDays = 90;

/** How the registries are, what they hold, and what happens there: one operation. */
export function Overview(): ReactNode {
  const { t } = useLanguage();
  const [{ from, since }] = useState(boundsOf);
  const [days, setDays] = useState(30);
  const { data, problem, isAsking, renew } = useOperation(
    overview,
    useMemo(() => ({ from, since, days }), [from, since, days]),
  );
  useChanges(() => true, renew);
  useTitle(t('overview.title'));
  const registries = data?.registries ?? [];
  return (
    <div className="screen overview" aria-busy={data === null && isAsking}>
      <header className="screen-head">
        <div>
          <h1>{t('overview.title')}</h1>
          <p className="muted" role="status">
            {data === null ? t('loading') : t('overview.registries', { n: registries.length })}
          </p>
        </div>
      </header>
      {problem && <ProblemNotice problem={problem} retry={renew} />}
      {data !== null &&
        (registries.length === 0 ? (
          <First />
        ) : (
          <Known data={data} registries={registries} days={days} onDays={setDays} />
        ))}
    </div>
  );
}

interface KnownProps extends Pick<GrowingProps, 'days' | 'onDays'> {
  readonly data: OverviewQuery;
  readonly registries: readonly OverviewRegistry[];
}

function Known({ data, registries, days, onDays }: KnownProps): ReactNode {
  return (
    <>
      <Health registries={registries} />
      <div className="overview-panels">
        <SizeOverTime registries={registries} />
        <Jobs jobs={data.jobs} />
        <Today activity={data.activity} />
        <Largest repositories={data.repositories?.nodes ?? []} />
        <Growing growing={data.fastestGrowing ?? []} days={days} onDays={onDays} />
        <Retention registries={registries} />
      </div>
    </>
  );
}

/** No registry is there: the next step, for who may take it. */
function First(): ReactNode {
  const { t } = useLanguage();
  return (
    <Empty title={t('overview.first')}>
      <AttachFirst text={t('overview.firstText')} />
    </Empty>
  );
}

/** When the chart begins, and the day. They stay while the screen is there, so that the same is asked for again. */
function boundsOf(): { readonly from: string; readonly since: string } {
  const now = new Date();
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  return { from: new Date(now.getTime() - chartDays * 86_400_000).toISOString(), since: day.toISOString() };
}
