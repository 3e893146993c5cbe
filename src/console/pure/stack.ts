/** One measure over time. All series of a chart have the same parts of time, the oldest first. */
export interface Series {
  readonly id: string;
  readonly name: string;
  /** `value` null: not known then. */
  readonly points: readonly { readonly from: string; readonly to: string; readonly value: number | null }[];
}

/** A series as a band between two lines: its own values lie on those of the series before it. */
export interface Band {
  readonly id: string;
  readonly name: string;
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** The value of the series at each point; null: not known, and nothing was before. */
  readonly values: readonly (number | null)[];
}

/**
 * Without the time before any of them is known. Of a single part that is left both ends are given, so that it can be
 * drawn.
 */
export function trimSeries(all: readonly Series[]): readonly Series[] {
  const known = all.map(({ points }) => points.findIndex(({ value }) => value !== null)).filter((at) => at >= 0);
  const first = known.length === 0 ? 0 : Math.min(...known);
  return all.map(({ id, name, points }) => {
    const left = points.slice(first);
    return { id, name, points: left.length === 1 ? [left[0]!, { ...left[0]!, from: left[0]!.to }] : left };
  });
}

/** Lays series upon each other. A value that is not known is as the last one that was, and nothing before the first. */
export function stackSeries(all: readonly Series[]): readonly Band[] {
  const length = Math.max(0, ...all.map(({ points }) => points.length));
  let lower: readonly number[] = Array.from({ length }, () => 0);
  return all.map(({ id, name, points }) => {
    let last: number | null = null;
    const values = Array.from({ length }, (_, at) => (last = points[at]?.value ?? last));
    const below = lower;
    const upper = below.map((base, at) => base + (values[at] ?? 0));
    lower = upper;
    return { id, name, lower: below, upper, values };
  });
}

/** The outline of a band on a field of `width` by `height`, as an SVG path; `most` is at its top. */
export function outlineOf({ lower, upper }: Band, most: number, width: number, height: number): string {
  const last = Math.max(1, upper.length - 1);
  const place = (value: number, at: number): string =>
    `${round((at / last) * width)} ${round(height - (most === 0 ? 0 : value / most) * height)}`;
  const there = upper.map(place);
  const back = lower.map(place).toReversed();
  return there.length === 0 ? '' : `M${[...there, ...back].join('L')}Z`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The growth since the first value that is known; null: fewer than two are. */
export function growthOf(values: readonly (number | null)[]): { bytes: number; share: number | null } | null {
  const known = values.filter((value) => value !== null);
  const [first, last] = [known[0], known.at(-1)];
  if (known.length < 2 || first === undefined || last === undefined) return null;
  return { bytes: last - first, share: first === 0 ? null : (last - first) / first };
}
