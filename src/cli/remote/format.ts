const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** Bytes for people: `12.3 MiB`. A size that is not known is `?`. */
export function formatSize(bytes: number | null): string {
  if (bytes === null) return '?';
  let size = bytes;
  let unit = 0;
  for (; size >= 1023.95 && unit < units.length - 1; unit++) size /= 1024;
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}

const ages = [
  [365 * 86_400, 'year'],
  [30 * 86_400, 'month'],
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const;

/** A time for people: `3 days ago`, `in 2 minutes`; one that is not known is `-`. */
export function formatAge(iso: string | null, now: Date): string {
  if (iso === null) return '-';
  const seconds = Math.round((now.getTime() - new Date(iso).getTime()) / 1000);
  const [length, name] = ages.find(([length]) => Math.abs(seconds) >= length) ?? [1, 'second'];
  const count = Math.floor(Math.abs(seconds) / length);
  if (count === 0) return 'now';
  const text = `${count} ${name}${count === 1 ? '' : 's'}`;
  return seconds < 0 ? `in ${text}` : `${text} ago`;
}

/** `whole` of `most` as a bar of `width` characters, `part` of it full and the rest light. Anything has one or more. */
export function formatBar(part: number, whole: number, most: number, width: number): string {
  if (most <= 0 || whole <= 0) return '';
  const length = Math.max(1, Math.round((whole / most) * width));
  const full = Math.min(length, Math.round((part / most) * width));
  return `${'█'.repeat(full)}${'░'.repeat(length - full)}`;
}

/** The first few of many, for a line. */
export function formatSome(names: readonly string[], count: number, most = 10): string {
  const shown = names.slice(0, most).join(', ');
  const rest = count - Math.min(names.length, most);
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
