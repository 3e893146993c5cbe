import { type Incoming, type Reply, replyError, replyJson } from './reply.js';
import type { MemoryStore } from './store.js';

/** Entries that one page has where none are asked for, and the most that may be asked for. */
const pageSize = { usual: 100, most: 1000 };

/** `GET /v2/_catalog`: all that ever had content, also where the last tag went. */
export function listCatalog(store: MemoryStore, request: Incoming): Reply {
  return replyPage(store.repositories('blob'), request, '/v2/_catalog', (repositories) => ({ repositories }));
}

/** `GET /v2/<name>/tags/list`: null where the last tag went, as distribution answers. */
export function listStoredTags(store: MemoryStore, name: string, request: Incoming): Reply {
  if (!store.everTagged(name))
    return replyError(404, 'NAME_UNKNOWN', 'repository name not known to registry', { name });
  const path = `/v2/${name}/tags/list`;
  return replyPage(store.tags(name), request, path, (tags) => ({ name, tags: tags.length > 0 ? tags : null }));
}

function replyPage(
  names: readonly string[],
  { query }: Incoming,
  path: string,
  toBody: (names: NamePage['names']) => unknown,
): Reply {
  const asked = query.get('n');
  const n = asked === null ? pageSize.usual : Number(asked);
  if (!Number.isInteger(n) || n < 0 || n > pageSize.most) {
    return replyError(400, 'PAGINATION_NUMBER_INVALID', 'invalid number of results requested', { n: asked });
  }
  const page = slicePage(names, n, query.get('last') ?? '');
  return replyJson(200, toBody(page.names), page.more && n > 0 ? linkNext(path, page.names.at(-1) ?? '', n) : {});
}

/** One page of a list. */
export interface NamePage {
  readonly names: readonly string[];
  readonly more: boolean;
}

/** The catalogue's order: "/" before every other character. */
export function isBefore(a: string, b: string): boolean {
  return a.replaceAll('/', '\0') < b.replaceAll('/', '\0');
}

/** At most `n` of the names after `last`, in the catalogue's order. */
export function slicePage(names: readonly string[], n: number, last: string): NamePage {
  const rest = names.filter((name) => isBefore(last, name)).sort((a, b) => (isBefore(a, b) ? -1 : 1));
  return { names: rest.slice(0, n), more: rest.length > n };
}

/** The header that names the next page: OCI distribution-spec 1.1, "Listing Tags". */
export function linkNext(path: string, last: string, n: number): Record<string, string> {
  return { Link: `<${path}?last=${encodeURIComponent(last)}&n=${n}>; rel="next"` };
}
