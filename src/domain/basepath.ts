/**
 * The path below which users find the gateway: `/registry`, `/tools/registry`; empty where it is at the root. Never
 * ends with a slash.
 */
export type BasePath = string & { readonly __brand: 'BasePath' };

/** First parts of the paths of the console's screens, each a page that a browser may be at. */
export const screens = [
  'repositories',
  'r',
  't',
  'tags',
  'compare',
  'layer',
  'image',
  'activity',
  'trash',
  'jobs',
  'retention',
  'protection',
  'registries',
  'access',
  'audit',
  'settings',
  'me',
  'search',
] as const;

/**
 * First parts of the paths of the gateway's own routes. A base path that began with one would make `/api` mean two
 * things.
 */
export const ownParts: readonly string[] = [
  'account',
  'api',
  'assets',
  'auth',
  'events',
  'explorer',
  'graphql',
  'livez',
  'metrics',
  'readyz',
  'schema.graphql',
  ...screens,
];

/** Characters; far more than any base path has, and far less than a URL may have. */
const longest = 255;

/**
 * Reads `/registry`, with or without a slash at the end. Only characters that no part of a URL gives a meaning to (RFC
 * 3986 §2.3) are taken, so that the path is the same in headers, in HTML and for every proxy. null for anything else.
 */
export function parseBasePath(text: string): BasePath | null {
  const path = text.replace(/\/$/, '');
  const isClean = path.length <= longest && /^(?:\/[\w.~-]+)*$/.test(path) && !/\/\.\.?(?:\/|$)/.test(path);
  return isClean && text !== '' && !ownParts.includes(path.split('/')[1] ?? '') ? (path as BasePath) : null;
}

/**
 * A request's target without the base path, `/…`; the target itself where it is not below it. A target may name its
 * host too (RFC 9112 §3.2.2), and may have any character of the base path as %XX (RFC 3986 §6.2.2.2).
 */
export function stripBasePath(target: string, base: BasePath): string {
  const start = /^https?:\/\/[^/?#]*/i.exec(target)?.[0].length ?? 0;
  const end = endOf(base, target, start);
  const next = target[end];
  if (end === -1 || (next !== undefined && !'/?#'.includes(next))) return target;
  return target.slice(0, start) + (next === '/' ? '' : '/') + target.slice(end);
}

/** Where the base path ends that is at `start`; -1: another path is there. */
function endOf(base: BasePath, target: string, start: number): number {
  let at = start;
  for (const character of base) {
    const isCoded = target[at] === '%' && character !== '/';
    const found = isCoded ? String.fromCharCode(Number.parseInt(target.slice(at + 1, at + 3), 16)) : target[at];
    if (found !== character) return -1;
    at += isCoded ? 3 : 1;
  }
  return at;
}
