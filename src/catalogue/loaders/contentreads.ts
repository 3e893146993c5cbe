import type { Repository } from '../../domain/catalogue.js';
import { type Digest, shortenDigest } from '../../domain/digest.js';
import { GatewayError, isUpstreamError, notFound } from '../../errors.js';
import type { CallOptions } from '../../upstream/upstream.js';
import { defaultUpstreamLimits } from '../../upstream/wire.js';
import type { UpstreamClients } from '../clients.js';
import type { ContentCache } from '../contentcache.js';

/**
 * Times that one request has a registry asked for a piece of content. A bound, because one query can name thousands of
 * images.
 */
export const maxContentReads = 100;

/** Bytes of all of them, after which it has no more read: they stay in memory until it ends. */
const maxContentBytes = 32 * 1024 * 1024;

/** Bytes that one read is given room for before it begins: what a registry sends is cut there, whatever it declared. */
const mostBytes = defaultUpstreamLimits.blob;

/** Repositories that are asked for one piece of content, where the first ones lack it, or fail. */
const placesAsked = 3;

/** The kinds of content that a digest names. */
export type ContentKind = 'manifest' | 'blob';

/** A piece of content, and the repositories that may have it, of which the viewer sees each. */
export interface ContentWanted {
  readonly kind: ContentKind;
  readonly digest: Digest;
  readonly places: readonly Repository[];
  /** Those whose word goes before that of all others, even where another's is in memory. */
  readonly preferred?: readonly Repository[];
}

/** Bytes that a digest names, and the repository that gave them: what may be shown is judged by the rights there. */
export interface GivenContent {
  readonly bytes: Buffer;
  readonly place: Repository;
}

/** Content that one request reads at registries: each piece once of each repository, for whoever asks for it. */
export interface ContentReads {
  /**
   * Returns the content from the first of these repositories that gives it. A repository vouches for itself alone: what
   * another gave is not taken for its own. Throws NOT_FOUND where none has it, QUERY_TOO_COMPLEX where the request has
   * asked for enough, and else the first registry's UPSTREAM_* error.
   */
  read(wanted: ContentWanted): Promise<GivenContent>;
  /** Forgets what was asked, as the loaders do. */
  clearAll(): void;
}

export interface ContentReadParts {
  readonly clients: UpstreamClients;
  readonly contentCache: ContentCache;
  readonly call: CallOptions;
}

export function createContentReads(parts: ContentReadParts): ContentReads {
  const reads = new Map<string, Promise<Buffer | null>>();
  const admit = createAdmission();
  const readAt = (kind: ContentKind, digest: Digest, place: Repository): Promise<Buffer | null> => {
    const name = `${kind} ${place.key} ${digest}`;
    const reading = reads.get(name) ?? admit(() => ask(parts, kind, digest, place));
    reads.set(name, reading);
    return reading;
  };

  const readFirst = async (
    { kind, digest }: ContentWanted,
    places: readonly Repository[],
  ): Promise<GivenContent | GatewayError | null> => {
    for (const place of places) {
      const bytes = parts.contentCache.find(place, digest);
      if (bytes) return { bytes, place };
    }
    let failure: GatewayError | null = null;
    for (const place of places) {
      try {
        const bytes = await readAt(kind, digest, place);
        if (bytes) return { bytes, place };
      } catch (error) {
        if (!isUpstreamError(error)) throw error;
        failure ??= error;
      }
    }
    return failure;
  };

  return {
    async read(wanted) {
      const { kind, digest, preferred = [] } = wanted;
      const first = preferred.slice(0, placesAsked);
      const others = wanted.places.filter((place) => !preferred.includes(place)).slice(0, placesAsked - first.length);
      const given = await readFirst(wanted, first);
      if (given !== null && 'bytes' in given) return given;
      const other = await readFirst(wanted, others);
      if (other !== null && 'bytes' in other) return other;
      const absent = `No registry that was asked has the ${kind} ${shortenDigest(digest)} any more.`;
      throw given ?? other ?? notFound(absent);
    },
    clearAll: () => reads.clear(),
  };
}

/** Begins a read when there is room for its answer. Rejects with QUERY_TOO_COMPLEX when there will be none. */
type Admission = (begin: () => Promise<Buffer | null>) => Promise<Buffer | null>;

/** Room is reserved before a registry is asked, so that no number of answers at once is more than the bound. */
function createAdmission(): Admission {
  const underWay = new Set<Promise<unknown>>();
  let begun = 0;
  let size = 0;
  const hasRoom = (): boolean => size + (underWay.size + 1) * mostBytes <= maxContentBytes;
  return async (begin) => {
    if (++begun > maxContentReads) throw tooMany();
    while (underWay.size > 0 && !hasRoom()) await Promise.race(underWay);
    if (!hasRoom()) throw tooMany();
    const reading = begin().then((bytes) => {
      size += bytes?.length ?? 0;
      return bytes;
    });
    const settled: Promise<unknown> = reading.catch(() => null).finally(() => underWay.delete(settled));
    underWay.add(settled);
    return reading;
  };
}

async function ask(
  { clients, contentCache, call }: ContentReadParts,
  kind: ContentKind,
  digest: Digest,
  place: Repository,
): Promise<Buffer | null> {
  const upstream = await clients.open(place.registryId);
  const bytes =
    kind === 'blob'
      ? await upstream.fetchBlob(place.name, digest, call)
      : ((await upstream.fetchRawManifest(place.name, digest, call))?.bytes ?? null);
  if (bytes) contentCache.keep(place, digest, bytes);
  return bytes;
}

function tooMany(): GatewayError {
  const message =
    `The operation has more than ${maxContentReads} pieces of content, or some 32 MiB, read at registries: ` +
    'ask for fewer, or for fields that the index answers.';
  return new GatewayError('QUERY_TOO_COMPLEX', message);
}
