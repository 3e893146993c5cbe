import { useMemo, type ReactNode } from 'react';
import { outlineOf, stackSeries, type Band, type Series } from '../pure/stack.js';
import { useLanguage } from '../text/context.js';

export interface AreaProps {
  readonly label: string;
  /** The first lies at the bottom; of 120 points at the most. */
  readonly series: readonly Series[];
  readonly print: (value: number | null) => string;
}

const [width, height] = [600, 160];

/** Bands upon each other over time. The same numbers are a table for those who do not see them. */
export function Area({ label, series, print }: AreaProps): ReactNode {
  const { formats, t } = useLanguage();
  const bands = useMemo(() => stackSeries(series), [series]);
  const times = series[0]?.points ?? [];
  const top = bands.at(-1)?.upper ?? [];
  const most = Math.max(...top, 0);
  const [first, last] = [times[0], times.at(-1)];
  return (
    <figure className="area">
      <div className="area-plot" aria-hidden="true">
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none">
          <path className="area-line" d={`M0 .5H${width}M0 ${height / 2}H${width}M0 ${height - 0.5}H${width}`} />
          {bands.map((band, at) => (
            <path key={band.id} className={`area-band series-${at % 6}`} d={outlineOf(band, most, width, height)} />
          ))}
          {times.map(({ from }, at) => (
            <rect
              key={from}
              className="area-time"
              x={((at - 0.5) / Math.max(1, times.length - 1)) * width}
              width={width / Math.max(1, times.length - 1)}
              height={height}
            >
              <title>{`${formats.day(from)}: ${print(top[at] ?? null)}`}</title>
            </rect>
          ))}
        </svg>
        <span className="area-most">{print(most)}</span>
      </div>
      <div className="area-times muted" aria-hidden="true">
        <span>{first && formats.day(first.from)}</span>
        <span>{last && formats.day(last.to)}</span>
      </div>
      <ul className="area-legend" aria-hidden="true">
        {bands.map(({ id, name, values }, at) => (
          <li key={id}>
            <span className={`swatch series-${at % 6}`} />
            <bdi>{name}</bdi> <span className="muted">{print(values.at(-1) ?? null)}</span>
          </li>
        ))}
      </ul>
      <div className="hidden">
        <Numbers label={label} bands={bands} times={times} print={print} time={t('chart.time')} />
      </div>
    </figure>
  );
}

interface NumbersProps extends Pick<AreaProps, 'label' | 'print'> {
  readonly bands: readonly Band[];
  readonly times: Series['points'];
  /** The heading of the column of times. */
  readonly time: string;
}

function Numbers({ label, bands, times, print, time }: NumbersProps): ReactNode {
  const { formats } = useLanguage();
  return (
    <table>
      <caption>{label}</caption>
      <thead>
        <tr>
          <th scope="col">{time}</th>
          {bands.map(({ id, name }) => (
            <th key={id} scope="col">
              <bdi>{name}</bdi>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {times.map(({ from }, at) => (
          <tr key={from}>
            <th scope="row">{formats.day(from)}</th>
            {bands.map(({ id, values }) => (
              <td key={id}>{print(values[at] ?? null)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
