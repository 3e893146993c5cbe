/** Numbers, sizes and times as people of a place write them. */
export interface Formats {
  count(value: number): string;
  /** Bytes in decimal units, as registries and clouds count them: `1.8 GB`. null: a dash. */
  bytes(value: number | null | undefined): string;
  /** Bytes that came or went, with their sign: `+1.8 GB`. */
  change(value: number): string;
  /** A part of one: `0.021` is `2.1 %`. */
  share(value: number): string;
  /** How long ago, or in how long, in the largest fitting unit: `3 days ago`. */
  ago(time: string | Date, now: Date): string;
  /** The whole date with its time of day, for a tooltip. */
  moment(time: string | Date): string;
  /** The date alone. */
  day(time: string | Date): string;
  /** The time of day alone. */
  clock(time: string | Date): string;
  /** Minutes and seconds that are left: `4:59`. */
  countdown(seconds: number): string;
  list(parts: readonly string[]): string;
}

const sizes = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;

/** Seconds of each unit, the largest first. */
const units = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** `locale`: a BCP 47 tag, such as `en` or `de-AT`. Each format is made when it is first used, as that takes long. */
export function createFormats(locale: string): Formats {
  const count = lazily(() => new Intl.NumberFormat(locale));
  const share = lazily(() => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }));
  const ago = lazily(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' }));
  const moment = lazily(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }));
  const day = lazily(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }));
  const clock = lazily(() => new Intl.DateTimeFormat(locale, { timeStyle: 'short' }));
  const list = lazily(() => new Intl.ListFormat(locale, { type: 'conjunction' }));
  const bytes = sizes.map((unit) => {
    const shape = { style: 'unit', unit, unitDisplay: unit === 'byte' ? 'long' : 'short' } as const;
    return {
      fine: lazily(() => new Intl.NumberFormat(locale, { ...shape, maximumFractionDigits: 1 })),
      coarse: lazily(() => new Intl.NumberFormat(locale, { ...shape, maximumFractionDigits: 0 })),
    };
  });
  const bytesOf = (value: number | null | undefined): string => {
    if (value === null || value === undefined) return '–';
    const size = Math.abs(value);
    let power = 0;
    // A size that would be rounded to a thousand of a unit is one of the next.
    while (power < sizes.length - 1 && Math.round(size / 1000 ** power) >= 1000) power++;
    const scaled = value / 1000 ** power;
    const { fine, coarse } = bytes[power]!;
    return (power > 0 && Math.abs(scaled) < 9.95 ? fine : coarse)().format(scaled);
  };
  return {
    count: (value) => count().format(value),
    change: (value) => `${value > 0 ? '+' : value < 0 ? '−' : '±'}${bytesOf(Math.abs(value))}`,
    share: (value) => share().format(value),
    bytes: bytesOf,
    ago(time, now) {
      const seconds = (new Date(time).getTime() - now.getTime()) / 1000;
      const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? units.at(-1)!;
      return ago().format(Math.trunc(seconds / size), unit);
    },
    moment: (time) => moment().format(new Date(time)),
    day: (time) => day().format(new Date(time)),
    clock: (time) => clock().format(new Date(time)),
    countdown(seconds) {
      const whole = Math.max(0, Math.floor(seconds));
      return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
    },
    list: (parts) => list().format(parts),
  };
}

/** Makes a value when it is first asked for. */
export function lazily<Value>(make: () => Value): () => Value {
  let value: Value | undefined;
  return () => (value ??= make());
}
