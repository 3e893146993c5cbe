import { isTagName, type RepositoryName, type TagName } from '../../domain/name.js';
import { explainAnswer, explainPagination } from '../failure/answerfailure.js';
import type { Asked } from '../failure/asked.js';
import { readErrorCodes } from '../transport/json.js';
import { findNextQuery } from './link.js';
import {
  type Collector,
  createCollector,
  fetchPastEnd,
  findDoubtfulEnd,
  type ListPage,
  parseEntries,
} from './pages.js';
import type { CallOptions, NameList } from '../upstream.js';
import type { Wire } from '../wire.js';

/**
 * distribution-spec, "Listing Tags". Asked without `n`, because most registries then send all at once, and paged by the
 * Link a registry sends. A page that may have lost its Link is asked for once more, after its last name: there more
 * comes, or nothing, or, where `last` is ignored, what is known already.
 */
export async function listTags(
  wire: Wire,
  name: RepositoryName,
  call: CallOptions | undefined,
): Promise<NameList<TagName> & { readonly known: boolean }> {
  const asked: Asked = { registry: wire.registry, what: `the tags of ${name}` };
  const collector = createCollector<TagName>(isTagName, wire.limits, asked, wire.now);
  const fetchPage = (query: string): Promise<ListPage | null> => fetchOne(wire, name, query, asked, call);
  collector.turn('');
  const first = await fetchPage('');
  if (first === null) return { names: [], dropped: 0, known: false };
  await followPages(first, fetchPage, collector, asked);
  return { ...collector.finish(), known: true };
}

/** See `Upstream.peekTags`. Registries have a largest `n` that they do not tell, but each takes one. */
export async function peekTags(wire: Wire, name: RepositoryName, call: CallOptions | undefined): Promise<boolean> {
  const asked: Asked = { registry: wire.registry, what: `the tags of ${name}` };
  return (await fetchOne(wire, name, 'n=1', asked, call)) !== null;
}

async function followPages(
  first: ListPage,
  fetchPage: (query: string) => Promise<ListPage | null>,
  collector: Collector<TagName>,
  asked: Asked,
): Promise<void> {
  let size: number | null = null;
  for (let page = first; ;) {
    const isNew = collector.add(page.entries);
    const last = isNew ? findDoubtfulEnd(page.entries, size) : null;
    const query = page.next ?? (last && `n=${page.entries.length}&last=${encodeURIComponent(last)}`);
    if (query === null) return;
    collector.turn(query);
    const following: ListPage | null = await (page.next === null ? fetchPastEnd(fetchPage, query) : fetchPage(query));
    // It vanished between two pages: what was read is no list of it.
    if (following === null && page.next !== null)
      throw explainPagination('a page that it links to is not there', asked);
    if (following === null || (page.next === null && collector.hasAll(following.entries))) return;
    size = Math.max(size ?? 0, page.entries.length) || null;
    page = following;
  }
}

/** null where the registry says that it has no such repository. */
async function fetchOne(
  wire: Wire,
  name: RepositoryName,
  query: string,
  asked: Asked,
  call: CallOptions | undefined,
): Promise<ListPage | null> {
  const url = wire.endpoint.tags(name, query);
  const ask = {
    method: 'GET',
    url,
    accept: 'application/json',
    scope: `repository:${name}:pull`,
    cap: wire.limits.page,
    asked,
    isList: true,
    alone: call?.isPrompt === true,
  } as const;
  const answer = await wire.session.request(ask, call);
  // A 404 without a registry's error body comes from something else on the way, and proves nothing about the name.
  if (answer.status === 404 && readErrorCodes(answer)) return null;
  if (answer.status !== 200) throw explainAnswer(answer, asked);
  return {
    entries: parseEntries(answer.body, 'tags', asked),
    next: findNextQuery(answer.headers.link, url, asked, answer.from),
  };
}
