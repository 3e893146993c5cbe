import type { ReactNode } from 'react';
import { useLanguage } from '../text/context.js';

export interface BarsProps {
  readonly label: string;
  /** In their order, each with when its part of time begins. */
  readonly points: readonly { readonly from: string; readonly value: number | null }[];
  readonly print?: (value: number) => string;
}

/** A row of bars over time, with the same numbers as a sentence for those who do not see them. */
export function Bars({ label, points, print }: BarsProps): ReactNode {
  const { formats } = useLanguage();
  const write = print ?? ((value: number) => formats.count(value));
  const most = Math.max(1, ...points.map(({ value }) => value ?? 0));
  const last = points.at(-1)?.value ?? 0;
  const width = 4;
  return (
    <figure className="bars">
      <svg
        viewBox={`0 0 ${points.length * width} 32`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${label}: ${write(last)}; ${write(most)}`}
      >
        {points.map(({ from, value }, at) => {
          const height = value ? Math.max(1.5, (value / most) * 32) : 0.5;
          return (
            <rect key={from} x={at * width} y={32 - height} width={width - 1} height={height} rx="0.5">
              <title>{`${formats.day(from)}: ${write(value ?? 0)}`}</title>
            </rect>
          );
        })}
      </svg>
      <figcaption className="muted">{label}</figcaption>
    </figure>
  );
}
