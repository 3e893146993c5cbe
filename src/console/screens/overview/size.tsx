import { useMemo, type ReactNode } from 'react';
import { growthOf, stackSeries, trimSeries } from '../../pure/stack.js';
import { useLanguage } from '../../text/context.js';
import { Area } from '../../ui/area.js';
import { Panel } from '../../ui/panel.js';
import type { OverviewRegistry } from './types.js';

/** The sizes of the registries over time, upon each other, the largest at the bottom. */
export function SizeOverTime({ registries }: { registries: readonly OverviewRegistry[] }): ReactNode {
  const { t, formats } = useLanguage();
  const series = useMemo(() => {
    const known = registries.filter(({ series }) => series.some(({ value }) => value !== null));
    const sorted = known.toSorted((one, other) => (other.size ?? 0) - (one.size ?? 0));
    return trimSeries(sorted.map(({ id, name, series }) => ({ id, name, points: series })));
  }, [registries]);
  const totals = useMemo(() => totalsOf(series), [series]);
  const growth = growthOf(totals);
  const now = totals.at(-1);
  return (
    <Panel
      title={t('overview.size')}
      aside={
        now == null ? undefined : (
          <p className="muted">
            {t('overview.sizeNow', { size: formats.bytes(now) })}
            {growth &&
              growth.bytes !== 0 &&
              `, ${t(growth.share === null ? 'overview.grewBytes' : 'overview.grew', tell(growth))}`}
          </p>
        )
      }
    >
      {series.length === 0 ? (
        <p className="panel-none muted">{t('overview.noSize')}</p>
      ) : (
        <Area label={t('overview.size')} series={series} print={(value) => formats.bytes(value)} />
      )}
    </Panel>
  );

  function tell({ bytes, share }: NonNullable<typeof growth>): Record<string, string> {
    const day = formats.day(series[0]!.points[0]!.from);
    return { size: formats.change(bytes), share: share === null ? '' : formats.share(share), day };
  }
}

/** The size of all of them at each point; null: none was known. */
function totalsOf(series: Parameters<typeof stackSeries>[0]): readonly (number | null)[] {
  const bands = stackSeries(series);
  return (bands.at(-1)?.upper ?? []).map((total, at) =>
    bands.some(({ values }) => values[at] !== null) ? total : null,
  );
}
