import { useState, type ReactNode } from 'react';
import { useChange } from '../../data/change.js';
import { setRetention, type RetentionQuery } from '../../operations/retention.js';
import { useLanguage } from '../../text/context.js';
import { Action } from '../../ui/action.js';
import { Select } from '../../ui/fields.js';
import { Icon } from '../../ui/icon.js';
import { Notice, Time } from '../../ui/parts.js';
import { RunNow } from './runnow.js';

export interface ScheduleProps {
  readonly registry: NonNullable<RetentionQuery['registry']>;
  readonly onChanged: () => void;
}

/** Hours between two runs that are offered. */
const intervals = [1, 6, 24, 168, 720] as const;

/** How often the rules are applied, when that was last, and how to do it now. */
export function Schedule({ registry, onChanged }: ScheduleProps): ReactNode {
  const { t } = useLanguage();
  const { isBusy, refusal, run } = useChange(setRetention);
  const [isRunning, setRunning] = useState(false);
  const { intervalHours, lastRunAt, rules } = registry.retention;
  const known: readonly number[] = intervals;
  const hours = intervalHours === null || known.includes(intervalHours) ? known : [...known, intervalHours];
  const change = async (value: string): Promise<void> => {
    if (isBusy) return;
    const data = await run({ id: registry.id, intervalHours: value === '' ? null : Number(value) });
    if (data !== null) onChanged();
  };
  return (
    <section className="rules-part rules-line" aria-label={t('retention.schedule')}>
      <Icon name="clock" />
      <div>
        <Select
          label={t('retention.runs')}
          value={intervalHours === null ? '' : String(intervalHours)}
          onChange={(value) => void change(value)}
          choices={[
            { value: '', label: t('retention.asked') },
            ...hours.map((n) => ({ value: String(n), label: t('retention.every', { n }) })),
          ]}
        />
        <p className="muted">
          {t('retention.lastRun')}: {lastRunAt === null ? t('retention.never') : <Time at={lastRunAt} />}
        </p>
        {refusal && <Notice tone="bad">{refusal.message}</Notice>}
      </div>
      <Action refusal={refuseRun(registry, t)} onAct={() => setRunning(true)}>
        {t('retention.run')}
      </Action>
      {isRunning && rules.length > 0 && (
        <RunNow id={registry.id} registry={registry.name} onClose={() => setRunning(false)} />
      )}
    </section>
  );
}

function refuseRun(registry: ScheduleProps['registry'], t: ReturnType<typeof useLanguage>['t']): string | undefined {
  if (!registry.viewerCanApplyRetention) return t('retention.refused');
  if (registry.readOnly) return t('retention.readOnly');
  return registry.retention.rules.length === 0 ? t('retention.noRules') : undefined;
}
