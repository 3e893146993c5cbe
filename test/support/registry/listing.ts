import { createHash } from 'node:crypto';
import { linkNext, slicePage } from '../../../src/demo/registry/listing.js';
import { type Incoming, type Reply, replyError, replyJson } from '../../../src/demo/registry/reply.js';
import type { MemoryStore } from './store.js';
import { type CatalogTraits, refuse, type TagListTraits } from './traits.js';
import { walkPage } from './walk.js';

export interface ListingRules {
  readonly catalog: CatalogTraits;
  readonly tagList: TagListTraits;
  readonly prefix: string;
  /** The most entries one page of the catalogue may be asked for. */
  readonly maxEntries: number;
  /** See `RegistryOptions.losesParents`. */
  readonly losesParents: boolean;
  /** The tags of a repository before a deletion, for as many answers as the list lags. */
  readonly takeOutdated: (repository: string) => readonly string[] | null;
}

/** `GET /v2/_catalog`. null: distribution 3 panics here and drops the connection. */
export function listCatalog(store: MemoryStore, request: Incoming, rules: ListingRules): Reply | null {
  const { catalog, maxEntries, prefix } = rules;
  if (catalog.refused) return refuse(catalog.refused);
  const names = catalog.lists === 'nothing' ? [] : store.repositories(catalog.lists);
  const asked = request.query.get('n');
  if (catalog.pages === 'cut')
    return replyJson(200, { repositories: sortByHash(names).slice(0, Number(asked ?? 10_000)) });
  const n = asked === null ? Math.min(100, maxEntries) : Number.parseInt(asked, 10);
  const malformed = asked !== null && !/^\d+$/.test(asked);
  if (n > maxEntries || (malformed && catalog.pages !== 'walk')) {
    return replyError(400, 'PAGINATION_NUMBER_INVALID', 'invalid number of results requested', {
      n: malformed ? asked : n,
    });
  }
  if (n === 0) return replyJson(200, { repositories: [] });
  const size = malformed ? Math.min(100, maxEntries) : n;
  if (catalog.pages === 'inserted') return listInserted(names, size, request, prefix);
  const last = request.query.get('last') ?? '';
  if (catalog.unknownLast && last && !names.includes(last)) return refuse(catalog.unknownLast);
  const page =
    catalog.pages !== 'sorted' && rules.losesParents
      ? walkPage(names, size, last)
      : { ...slicePage(names, size, last), overflow: false };
  if (page.overflow && catalog.pages === 'panickingWalk') return null;
  return replyJson(
    200,
    { repositories: page.names },
    page.more ? linkNext(`${prefix}/v2/_catalog`, page.names.at(-1) ?? '', size) : {},
  );
}

/** Oldest first; where the next page begins is said in a parameter that means nothing to clients. */
function listInserted(names: readonly string[], size: number, request: Incoming, prefix: string): Reply {
  const from = Number(Buffer.from(request.query.get('next_page') ?? '', 'base64url').toString());
  const next = Buffer.from(String(from + size)).toString('base64url');
  const more = from + size < names.length && {
    Link: `<${prefix}/v2/_catalog?n=${size}&next_page=${next}>; rel="next"`,
  };
  return replyJson(200, { repositories: names.slice(from, from + size) }, more || {});
}

/** `GET /v2/<name>/tags/list`. */
export function listTags(store: MemoryStore, repository: string, request: Incoming, rules: ListingRules): Reply {
  const { tagList, prefix } = rules;
  if (!store.everTagged(repository)) {
    return replyError(404, 'NAME_UNKNOWN', 'repository name not known to registry', { name: repository });
  }
  const all = rules.takeOutdated(repository) ?? store.tags(repository);
  if (!all.length) return replyJson(200, { name: repository, tags: tagList.empty === 'null' ? null : [] });
  if (tagList.pages === 'directory') return replyJson(200, { name: repository, tags: sortByHash(all) });

  const asked = request.query.get('n');
  const last = request.query.get('last') ?? '';
  if (tagList.unknownLast && last && !all.includes(last)) return refuse(tagList.unknownLast);
  const after = all.toSorted().filter((tag) => tag > last);
  const rest = tagList.pages === 'cut' && !after.length ? all.toSorted() : after;
  const wanted = asked === null ? rest.length : Number(asked);
  if (!Number.isInteger(wanted) || wanted < 0)
    return replyError(400, 'PAGINATION_NUMBER_INVALID', 'invalid number of results requested', { n: asked });
  const n = Math.min(wanted, tagList.most ?? wanted);
  const tags = rest.slice(0, n);
  const more = tagList.pages !== 'cut' && tags.length > 0 && tags.length < rest.length;
  return replyJson(
    200,
    { name: repository, tags },
    more ? linkNext(`${prefix}/v2/${repository}/tags/list`, tags.at(-1) ?? '', n) : {},
  );
}

/** Stands for the order of a directory: fixed, and sorted only by chance. */
function sortByHash(names: readonly string[]): string[] {
  const keyed = names.map((name) => ({ name, key: createHash('sha1').update(name).digest('hex') }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ name }) => name);
}
