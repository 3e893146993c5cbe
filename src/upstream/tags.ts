import { z } from 'zod';
import { isTagName, type RepositoryName, type TagName } from '../domain/name.js';
import type { Endpoint } from './endpoint.js';
import { explainAnswer, type Asked } from './failure.js';
import { parseJson, readErrorCodes } from './json.js';
import { findNextQuery } from './link.js';
import { createCollector, type ListLimits } from './pages.js';
import type { Session } from './session.js';
import type { CallOptions, NameList } from './upstream.js';

export interface ListSettings {
  readonly registry: string;
  readonly endpoint: Endpoint;
  readonly session: Session;
  readonly limits: ListLimits;
  /** Bytes of one page. */
  readonly cap: number;
  readonly now: () => number;
}

const page = z.object({ tags: z.array(z.unknown()).nullable() });

/**
 * distribution-spec, "Listing Tags". Asked without `n`, because most registries then send all at once, and paged only by
 * the Link a registry sends: some ignore `last`, and would send the first page for ever.
 */
export async function listTags(
  name: RepositoryName,
  settings: ListSettings,
  call: CallOptions | undefined,
): Promise<NameList<TagName> & { readonly known: boolean }> {
  const { endpoint, session } = settings;
  const asked: Asked = { registry: settings.registry, what: `the tags of ${name}` };
  const collector = createCollector<TagName>(isTagName, settings.limits, asked, settings.now);
  for (let query: string | null = ''; query !== null; ) {
    collector.turn(query);
    const url = endpoint.tags(name, query);
    const ask = { method: 'GET', url, accept: 'application/json', scope: `repository:${name}:pull`, cap: settings.cap, asked } as const;
    const answer = await session.request(ask, call);
    // A 404 without a registry's error body comes from something else on the way, and proves nothing about the name.
    if (answer.status === 404 && readErrorCodes(answer)) return { names: [], dropped: 0, known: false };
    if (answer.status !== 200) throw explainAnswer(answer, asked);
    collector.add(parseJson(answer.body, page, asked).tags ?? []);
    query = findNextQuery(answer.headers.link, url, asked);
  }
  return { ...collector.finish(), known: true };
}
