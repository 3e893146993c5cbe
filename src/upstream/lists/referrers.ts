import { z } from 'zod';
import { isDigest, type Digest } from '../../domain/digest.js';
import { maxEntriesRead } from '../../domain/image.js';
import type { RepositoryName } from '../../domain/name.js';
import { explainAnswer, explainTooLarge } from '../failure/answerfailure.js';
import type { Answer, Asked } from '../failure/asked.js';
import { parseJson, readErrorCodes, textMap } from '../transport/json.js';
import { findNextQuery } from './link.js';
import { mediaTypeText, ociIndex } from '../content/mediatype.js';
import { createCollector } from './pages.js';
import type { CallOptions, ReferrerDescriptor } from '../upstream.js';
import type { Wire } from '../wire.js';

/** Allows as many entries as are read of an index, in a time that someone can wait. `time` in milliseconds. */
const bounds = { pages: 100, names: maxEntriesRead, time: 15_000 };

const page = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.literal(ociIndex).nullish(),
  manifests: z.array(z.unknown()).nullable(),
});
const entry = z.object({
  digest: z.custom<Digest>(isDigest),
  size: z.int().min(0),
  mediaType: mediaTypeText,
  artifactType: mediaTypeText.nullish().or(z.literal('')),
  annotations: textMap.nullish(),
});

/**
 * distribution-spec, "Listing Referrers". Asked without `artifactType`: registries may ignore it, so callers filter
 * anyway. Entries that are no descriptors are left out. The limit of a manifest holds for all pages together.
 */
export async function listReferrers(
  wire: Wire,
  name: RepositoryName,
  subject: Digest,
  call: CallOptions | undefined,
): Promise<readonly ReferrerDescriptor[] | null> {
  const { endpoint, session, limits } = wire;
  const cap = limits.manifest;
  const asked: Asked = { registry: wire.registry, what: `the referrers of ${subject.slice(0, 19)} in ${name}` };
  const collector = createCollector<Digest>(
    isDigest,
    { ...limits, ...bounds, pages: Math.min(bounds.pages, limits.pages) },
    asked,
    wire.now,
  );
  const found = new Map<Digest, ReferrerDescriptor>();
  let bytes = 0;
  for (let query: string | null = ''; query !== null;) {
    collector.turn(query);
    const url = endpoint.referrers(name, subject, query);
    const ask = { method: 'GET', url, accept: ociIndex, scope: `repository:${name}:pull`, cap, asked } as const;
    const answer = await session.request(ask, call);
    if (query === '' && answer.status === 404 && namesUnknown(answer)) return [];
    if (query === '' && [404, 405, 501].includes(answer.status)) return null;
    if (answer.status !== 200) throw explainAnswer(answer, asked);
    bytes += answer.body.length;
    if (bytes > cap) throw explainTooLarge(`${cap} bytes`, asked);
    const entries = (parseJson(answer.body, page, asked).manifests ?? []).map((each) => readEntry(each, subject));
    collector.add(entries.map((each) => each?.digest));
    for (const each of entries) if (each) found.set(each.digest, found.get(each.digest) ?? each);
    query = findNextQuery(answer.headers.link, url, asked, answer.from);
  }
  return [...found.values()];
}

/**
 * A registry with the API must not answer 404, and some do for a repository or digest that they do not know. Others'
 * 404 means the route.
 */
function namesUnknown(answer: Answer): boolean {
  return (readErrorCodes(answer) ?? []).some((code) => code === 'NAME_UNKNOWN' || code === 'MANIFEST_UNKNOWN');
}

/** null for what is no descriptor, and for the subject itself: nothing can hold its own hash. */
function readEntry(value: unknown, subject: Digest): ReferrerDescriptor | null {
  const read = entry.safeParse(value);
  if (!read.success || read.data.digest === subject) return null;
  const { digest, size, mediaType, artifactType, annotations } = read.data;
  return { digest, size, mediaType, artifactType: artifactType || null, annotations: annotations ?? {} };
}
