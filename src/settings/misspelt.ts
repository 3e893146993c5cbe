import type { Environment } from './reader.js';

/** Shorter names are near to too many others. */
const leastLength = 8;
/** From this length on, two characters may differ; below it one: FTP_PROXY is no HTTP_PROXY. */
const longLength = 12;

/**
 * A sentence for each variable that is no setting, but nearly called like one: ALOWED_ORIGINS would do nothing, in
 * silence. Variables of other programs are many and their names free, so this only warns.
 */
export function findMisspelt(env: Environment, settings: ReadonlySet<string>): string[] {
  return Object.keys(env).flatMap((name) => {
    if (settings.has(name) || !env[name] || name.length < leastLength || name.length > 64) return [];
    const meant = [...settings].find((setting) => setting.length >= leastLength && isNear(name, setting));
    return meant === undefined ? [] : [`${name} is no setting and does nothing. Is ${meant} meant?`];
  });
}

/**
 * Whether at most one or two characters are missing, too many, or others (Levenshtein); two that changed places count
 * as two.
 */
function isNear(a: string, b: string): boolean {
  const mostDistance = Math.max(a.length, b.length) < longLength ? 1 : 2;
  if (Math.abs(a.length - b.length) > mostDistance) return false;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return (row[b.length] ?? 0) <= mostDistance;
}
