import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { OverviewQuery } from '../../operations/overview.js';
import { EventLine } from '../../shell/event/line.js';
import { useLanguage } from '../../text/context.js';
import { Panel } from '../../ui/panel.js';

/** The changes since midnight, the newest first. */
export function Today({ activity }: Pick<OverviewQuery, 'activity'>): ReactNode {
  const { t } = useLanguage();
  return (
    <Panel
      title={t('overview.today')}
      aside={<span className="muted">{t('overview.todayCount', { n: activity?.totalCount ?? 0 })}</span>}
    >
      {activity && activity.nodes.length > 0 ? (
        <ol className="panel-list">
          {activity.nodes.map((event) => (
            <EventLine key={event.id} event={event} />
          ))}
        </ol>
      ) : (
        <p className="panel-none muted">{t('overview.noneToday')}</p>
      )}
      <footer className="panel-foot">
        <Link to="/activity" className="link">
          {t('overview.allActivity')}
        </Link>
      </footer>
    </Panel>
  );
}
