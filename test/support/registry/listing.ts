import { createHash } from 'node:crypto';
import { type Incoming, type Reply, replyError, replyJson } from './reply.js';
import type { Flavour } from './options.js';
import type { MemoryStore } from './store.js';

export interface ListingRules {
  readonly flavour: Flavour;
  readonly prefix: string;
  /** The most entries one page of the catalogue may be asked for. */
  readonly maxEntries: number;
  /** See `RegistryOptions.losesParents`. */
  readonly losesParents: boolean;
}

/** `GET /v2/_catalog`. null: distribution 3 panics here and drops the connection. */
export function listCatalog(store: MemoryStore, request: Incoming, rules: ListingRules): Reply | null {
  const asked = request.query.get('n');
  const last = request.query.get('last') ?? '';
  const n = asked === null ? Math.min(100, rules.maxEntries) : Number.parseInt(asked, 10);
  const malformed = asked !== null && !/^\d+$/.test(asked);
  if (n > rules.maxEntries || (malformed && rules.flavour === '3.1')) {
    return replyError(400, 'PAGINATION_NUMBER_INVALID', 'invalid number of results requested', { n: malformed ? asked : n });
  }
  if (n === 0) return replyJson(200, { repositories: [] });
  const names = store.repositories(rules.flavour === '2.8' ? 'blob' : 'manifest');
  const size = malformed ? Math.min(100, rules.maxEntries) : n;
  const page = rules.losesParents ? walkPage(names, size, last) : slicePage(names, size, last);
  if (page.overflow && rules.flavour === '3.1') return null;
  return replyJson(200, { repositories: page.names }, page.more ? link(`${rules.prefix}/v2/_catalog`, page.names.at(-1) ?? '', size) : {});
}

/** `GET /v2/<name>/tags/list`: distribution 2 ignores `n` and `last` and keeps the order of its directory. */
export function listTags(store: MemoryStore, repository: string, request: Incoming, rules: ListingRules): Reply {
  if (!store.everTagged(repository)) {
    return replyError(404, 'NAME_UNKNOWN', 'repository name not known to registry', { name: repository });
  }
  const all = store.tags(repository);
  if (!all.length) return replyJson(200, { name: repository, tags: null });
  if (rules.flavour === '2.8') return replyJson(200, { name: repository, tags: sortByHash(all) });

  const asked = request.query.get('n');
  const last = request.query.get('last') ?? '';
  const rest = all.toSorted().filter((tag) => tag > last);
  const n = asked === null ? rest.length : Number(asked);
  if (!Number.isInteger(n) || n < 0) return replyError(400, 'PAGINATION_NUMBER_INVALID', 'invalid number of results requested', { n: asked });
  const tags = rest.slice(0, n);
  const more = tags.length > 0 && tags.length < rest.length;
  return replyJson(200, { name: repository, tags }, more ? link(`${rules.prefix}/v2/${repository}/tags/list`, tags.at(-1) ?? '', n) : {});
}

/** Stands for the order of a directory: fixed, and sorted only by chance. */
function sortByHash(names: readonly string[]): string[] {
  const keyed = names.map((name) => ({ name, key: createHash('sha1').update(name).digest('hex') }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ name }) => name);
}

function link(path: string, last: string, n: number): Record<string, string> {
  return { Link: `<${path}?last=${encodeURIComponent(last)}&n=${n}>; rel="next"` };
}

interface Page {
  readonly names: readonly string[];
  readonly more: boolean;
  /** A name was found after the page was full. */
  readonly overflow: boolean;
}

/** The catalogue's order: "/" before every other character. */
function isBefore(a: string, b: string): boolean {
  return a.replaceAll('/', '\0') < b.replaceAll('/', '\0');
}

function slicePage(names: readonly string[], n: number, last: string): Page {
  const rest = names.filter((name) => isBefore(last, name)).sort((a, b) => (isBefore(a, b) ? -1 : 1));
  return { names: rest.slice(0, n), more: rest.length > n, overflow: false };
}

interface Directory {
  repository: boolean;
  readonly children: Map<string, Directory>;
}

/**
 * Distribution's walk over its directories. A repository is met as the entry `_layers` inside its own directory, and
 * "_" sorts after digits: so `dig/0x` is met before `dig`, while `last` is compared as if `dig` came first. And a full
 * page is only noticed at the next directory that is not such an entry. Together these lose parents, or the rest of the catalogue.
 */
function walkPage(names: readonly string[], n: number, last: string): Page {
  const found: string[] = [];
  let more = false;
  const walk = (directory: Directory, path: string): void => {
    const entries = [...directory.children.keys(), ...(directory.repository ? ['_layers'] : [])].sort();
    for (const entry of entries) {
      const child = directory.children.get(entry);
      if (!child) {
        if (isBefore(last, path)) found.push(path);
      } else if (found.length === n) more = true;
      else walk(child, path ? `${path}/${entry}` : entry);
    }
  };
  walk(buildTree(names), '');
  return { names: found.slice(0, n), more, overflow: found.length > n && !more };
}

function buildTree(names: readonly string[]): Directory {
  const root: Directory = { repository: false, children: new Map() };
  for (const name of names) {
    let at = root;
    for (const part of name.split('/')) {
      const next = at.children.get(part) ?? { repository: false, children: new Map() };
      at.children.set(part, next);
      at = next;
    }
    at.repository = true;
  }
  return root;
}
