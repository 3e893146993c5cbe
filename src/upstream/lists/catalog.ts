import { isRepositoryName, type RepositoryName } from '../../domain/name.js';
import { GatewayError } from '../../errors.js';
import { explainAnswer } from '../failure/answerfailure.js';
import type { Asked } from '../failure/asked.js';
import { isDropped } from '../failure/transportfailure.js';
import { findNextQuery } from './link.js';
import {
  createCollector,
  type Collector,
  fetchPastEnd,
  findDoubtfulEnd,
  isRefusedQuery,
  type ListPage,
  parseEntries,
} from './pages.js';
import { listTags } from './tags.js';
import type { CallOptions, NameList } from '../upstream.js';
import type { Wire } from '../wire.js';

interface CatalogPage extends ListPage {
  /** How many were asked for; null: the registry's own number. */
  readonly n: number | null;
}

type FetchPage = (query: string) => Promise<CatalogPage>;

/**
 * A page on which distribution 3.1.1 panics is served with another size; the second list where its own size is not
 * known.
 */
const detours = [1, -1, 2, -2];
const unknownDetours = [99, 9, 4, 3, 2, 1];
const probesAtOnce = 8;

/**
 * distribution-spec has no catalogue; this is distribution's `_catalog`. Following its links alone loses repositories
 * when `a` stands beside `a/0x` (a child whose name begins with a digit), so:
 * 1. large pages, because borders between them are where it happens, following `Link`;
 * 2. a page without `Link` that may be a full one and held new names: asked once more after its last entry;
 * 3. a connection dropped without an answer: the same page with another size;
 * 4. each parent of a listed digit-leading child that is not listed itself: asked for its tags.
 */
export async function listRepositories(wire: Wire, call: CallOptions | undefined): Promise<NameList<RepositoryName>> {
  const asked: Asked = { registry: wire.registry, what: 'its catalogue' };
  const collector = createCollector<RepositoryName>(isRepositoryName, wire.limits, asked, wire.now);
  const fetchPage: FetchPage = (query) => fetchAround(wire, query, asked, call);
  let page = await fetchFirst(`n=${wire.limits.pageSize}`, fetchPage, collector);
  let size: number | null = null;
  for (;;) {
    const isNew = collector.add(page.entries);
    const query = page.next ?? (isNew ? findContinuation(page, size) : null);
    if (query === null) break;
    collector.turn(query);
    const following = await (page.next === null ? fetchPastEnd(fetchPage, query) : fetchPage(query));
    if (following === null) break;
    // Step 2 ends where a registry that ignores `last` begins again.
    if (page.next === null && collector.hasAll(following.entries)) break;
    size = Math.max(size ?? 0, page.entries.length) || null;
    page = following;
  }
  await addLostParents(wire, collector, call);
  return collector.finish();
}

/** Whether the registry lists its repositories to this account: one page with one name is asked for. */
export async function probeCatalog(wire: Wire, call: CallOptions | undefined): Promise<boolean> {
  return (await peekCatalog(wire, call)).isThere;
}

/** See `Upstream.peekCatalog`. */
export async function peekCatalog(
  wire: Wire,
  call: CallOptions | undefined,
): Promise<{ readonly isThere: boolean; readonly first: RepositoryName | null }> {
  const asked: Asked = { registry: wire.registry, what: 'its catalogue' };
  const collector = createCollector<RepositoryName>(isRepositoryName, wire.limits, asked, wire.now);
  try {
    const { entries } = await fetchFirst('n=1', (query) => fetchAround(wire, query, asked, call), collector);
    return { isThere: true, first: entries.find((entry) => isRepositoryName(entry)) ?? null };
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'UPSTREAM_UNSUPPORTED') return { isThere: false, first: null };
    throw error;
  }
}

/** Registries have a largest `n` that they do not tell: their own number is taken when ours is refused. */
async function fetchFirst(
  query: string,
  fetchPage: FetchPage,
  collector: Collector<RepositoryName>,
): Promise<CatalogPage> {
  collector.turn(query);
  try {
    return await fetchPage(query).catch((error: unknown) => {
      if (isRefusedQuery(error)) return fetchPage('');
      throw error;
    });
  } catch (error) {
    throw isRefusedCatalogue(error) ? explainNoCatalogue(error) : error;
  }
}

function findContinuation(page: CatalogPage, size: number | null): string | null {
  // The registry's own size is not known: any page may be full.
  const last = findDoubtfulEnd(page.entries, page.n === null ? 1 : Math.min(page.n, size ?? page.n));
  return last && `${page.n === null ? '' : `n=${page.n}&`}last=${encodeURIComponent(last)}`;
}

/** Step 3. A detour lasts one page: its size may be small, and would make thousands of pages of the rest. */
async function fetchAround(
  wire: Wire,
  query: string,
  asked: Asked,
  call: CallOptions | undefined,
): Promise<CatalogPage> {
  const own = readSize(query);
  const sizes = own === null ? unknownDetours : detours.map((each) => own + each).filter((each) => each > 0);
  let failure: unknown;
  for (const size of [own, ...sizes]) {
    try {
      const page = await fetchOne(wire, replaceSize(query, size), asked, call);
      return size === own || page.next === null ? page : { ...page, next: replaceSize(page.next, own) };
    } catch (error) {
      if (!isDropped(error) && !(size !== own && isRefusedQuery(error))) throw error;
      failure ??= error;
    }
  }
  throw failure;
}

async function fetchOne(wire: Wire, query: string, asked: Asked, call: CallOptions | undefined): Promise<CatalogPage> {
  const url = wire.endpoint.catalog(query);
  const ask = {
    method: 'GET',
    url,
    accept: 'application/json',
    scope: 'registry:catalog:*',
    cap: wire.limits.page,
    asked,
    retryDropped: false,
    isList: true,
  } as const;
  const answer = await wire.session.request(ask, call);
  if (answer.status !== 200) throw explainAnswer(answer, asked);
  return {
    entries: parseEntries(answer.body, 'repositories', asked),
    n: readSize(query),
    next: findNextQuery(answer.headers.link, url, asked, answer.from),
  };
}

/**
 * Where there is no catalogue, or none for this account. Of Docker Hub, GHCR, GitLab and Quay it is a token server that
 * refuses.
 */
const refusals: readonly (number | undefined)[] = [400, 401, 403, 404, 405, 410, 501];
const withoutRoute: readonly (number | undefined)[] = [404, 405, 410, 501];

function isRefusedCatalogue(error: unknown): error is GatewayError {
  if (!(error instanceof GatewayError)) return false;
  const { code, facts } = error;
  return code === 'UPSTREAM_AUTH'
    ? refusals.includes(facts.upstreamStatus)
    : withoutRoute.includes(facts.upstreamStatus);
}

/**
 * Whether the registry itself can be used is not said by this: GitLab answers 401 here to everybody but its
 * administrators. Its ping tells.
 */
function explainNoCatalogue(error: GatewayError): GatewayError {
  const { registry, upstreamStatus } = error.facts;
  const isOfAccount = error.code === 'UPSTREAM_AUTH';
  const message =
    `Registry ${registry} does not list its repositories${isOfAccount ? ' to this account' : ''} (it ` +
    `answered ${upstreamStatus}).`;
  const hint = isOfAccount
    ? 'The account it is attached with may lack the right to list them. Repositories that are asked for by ' +
      'name are read.'
    : 'Repositories that are asked for by name are read.';
  return new GatewayError('UPSTREAM_UNSUPPORTED', `${message} ${hint}`, { ...error.facts, hint, cause: error });
}

function readSize(query: string): number | null {
  return Number(new URLSearchParams(query).get('n')) || null;
}

/** Only the size; whatever else a registry put into its link stays as it was. */
function replaceSize(query: string, n: number | null): string {
  const rest = query.split('&').filter((each) => each && !each.startsWith('n='));
  return [...rest, ...(n === null ? [] : [`n=${n}`])].join('&');
}

async function addLostParents(
  wire: Wire,
  collector: Collector<RepositoryName>,
  call: CallOptions | undefined,
): Promise<void> {
  const missing = new Set<RepositoryName>();
  for (const name of collector.names()) {
    for (const { index } of name.matchAll(/\/(?=\d)/g)) {
      const parent = name.slice(0, index) as RepositoryName;
      if (!collector.has(parent)) missing.add(parent);
    }
  }
  const parents = [...missing].sort();
  for (let i = 0; i < parents.length; i += probesAtOnce) {
    const batch = parents.slice(i, i + probesAtOnce);
    for (const parent of batch) collector.turn(`parent ${parent}`);
    const known = await Promise.all(batch.map(async (parent) => hasTags(wire, parent, call)));
    const found = batch.filter((_, at) => known[at]);
    if (found.length) collector.add(found);
  }
}

/** A parent one may not read is left out, as the registry would leave it out of the list. */
async function hasTags(wire: Wire, name: RepositoryName, call: CallOptions | undefined): Promise<boolean> {
  try {
    return (await listTags(wire, name, call)).known;
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'UPSTREAM_AUTH') return false;
    throw error;
  }
}
