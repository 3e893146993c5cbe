import { badInput } from '../errors.js';

/** A measure of a repository or a registry over time. */
export type SeriesMetric = 'SIZE' | 'TAG_COUNT' | 'PUSHES';

/** The most points of a series: as many as a picture of some hundred pixels can show. */
export const maxPoints = 120;

const day = 86_400_000;

/** Days since 1970-01-01, UTC. */
export function toDay(time: Date): number {
  return Math.floor(time.getTime() / day);
}

/** The moment at which a day begins, UTC. */
export function fromDay(days: number): Date {
  return new Date(days * day);
}

/** Parts of a time that are of one length, from the earliest on. */
export interface SeriesRange {
  /** Milliseconds since 1970. */
  readonly from: number;
  /** Milliseconds of a part. */
  readonly step: number;
  readonly points: number;
}

/** The end of the part, and what is known of it; null: nothing is. */
export interface SeriesPoint {
  readonly from: Date;
  readonly to: Date;
  readonly value: number | null;
}

/** A range as it is asked for. */
export interface AskedRange {
  readonly from?: Date | null;
  readonly to?: Date | null;
  readonly points: number;
}

/** Thirty days up to now where nothing else is said. Throws BAD_USER_INPUT naming `from`, `to` or `points`. */
export function toSeriesRange({ from, to, points }: AskedRange, now: Date): SeriesRange {
  if (!(Number.isInteger(points) && points >= 1 && points <= maxPoints))
    throw badInput(`"points" must be between 1 and ${maxPoints}, got ${points}.`, 'points');
  const end = (to ?? now).getTime();
  const start = from?.getTime() ?? end - 30 * day;
  // Days are numbers of 32 bits in the database.
  if (!(Math.abs(start) < 1e14 && Math.abs(end) < 1e14))
    throw badInput('"from" and "to" must be within three thousand years of 1970.', 'from');
  if (end - start < points)
    throw badInput('"from" must be before "to", by a millisecond for each point at the least.', 'from');
  return { from: start, step: Math.floor((end - start) / points), points };
}

/** The points of a range, with the values of its parts in their order. */
export function toSeriesPoints({ from, step }: SeriesRange, values: readonly (number | null)[]): SeriesPoint[] {
  return values.map((value, at) => ({
    from: new Date(from + at * step),
    to: new Date(from + (at + 1) * step),
    value,
  }));
}
