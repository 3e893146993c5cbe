import type { ReactNode } from 'react';
import type { ToldEventFragment } from '../../operations/activity.js';
import { daysBetween } from '../../pure/days.js';
import { EventLine } from '../../shell/event/line.js';
import { useLanguage } from '../../text/context.js';
import { Panel } from '../../ui/panel.js';
import { useMinute } from '../../ui/parts.js';

export interface ActivityDayProps {
  readonly day: Date;
  readonly events: readonly ToldEventFragment[];
  /** Who asked for jobs, by their ids; empty: not known. */
  readonly askers: ReadonlyMap<string, string>;
}

/** The events of one day, the newest first. */
export function ActivityDay({ day, events, askers }: ActivityDayProps): ReactNode {
  const { t, formats } = useLanguage();
  const now = useMinute();
  const before = daysBetween(day, now);
  const date = formats.day(day);
  const title = before === 0 ? t('activity.today') : before === 1 ? t('activity.yesterday') : date;
  return (
    <Panel title={title} aside={before < 2 && <span className="muted">{date}</span>}>
      <ol className="panel-list">
        {events.map((event) => (
          <EventLine key={event.id} event={event} asker={askers.get(event.jobId ?? '') || undefined} />
        ))}
      </ol>
    </Panel>
  );
}
