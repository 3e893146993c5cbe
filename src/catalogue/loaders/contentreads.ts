import type { Repository } from '../../domain/catalogue.js';
import { type Digest, shortenDigest } from '../../domain/digest.js';
import { GatewayError, isUpstreamError, notFound } from '../../errors.js';
import type { CallOptions } from '../../upstream/upstream.js';
import type { UpstreamClients } from '../clients.js';
import type { ContentCache } from '../contentcache.js';

/**
 * Pieces of content that one request has registries asked for. A bound, because one query can name thousands of images.
 */
export const maxContentReads = 100;

/** Bytes of all of them, after which it has no more read: they stay in memory until it ends. */
const maxContentBytes = 32 * 1024 * 1024;

/** Repositories that are asked for one piece of content, where the first ones lack it, or fail. */
const placesAsked = 3;

/** The kinds of content that a digest names. */
export type ContentKind = 'manifest' | 'blob';

/** Content that one request reads at registries: each piece once, for whoever asks for it. */
export interface ContentReads {
  /**
   * Returns the bytes that the digest names, from the first of these repositories that gives them; the viewer sees all
   * of them. Throws NOT_FOUND where none has them, QUERY_TOO_COMPLEX where the request has asked for enough, and else
   * the first registry's UPSTREAM_* error.
   */
  read(kind: ContentKind, digest: Digest, repositories: readonly Repository[]): Promise<Buffer>;
  /** Forgets what was asked, as the loaders do. */
  clearAll(): void;
}

export interface ContentReadParts {
  readonly clients: UpstreamClients;
  readonly contentCache: ContentCache;
  readonly call: CallOptions;
}

export function createContentReads(parts: ContentReadParts): ContentReads {
  const reads = new Map<Digest, Promise<Buffer>>();
  let size = 0;
  return {
    async read(kind, digest, repositories) {
      const places = repositories.slice(0, placesAsked);
      for (const place of places) {
        const known = parts.contentCache.find(place, digest);
        if (known) return known;
      }
      const earlier = reads.get(digest);
      if (earlier) return earlier;
      if (reads.size >= maxContentReads || size > maxContentBytes) throw tooMany();
      const reading = ask(parts, kind, digest, places).then((bytes) => {
        size += bytes.length;
        return bytes;
      });
      reads.set(digest, reading);
      return reading;
    },
    clearAll: () => reads.clear(),
  };
}

async function ask(
  { clients, contentCache, call }: ContentReadParts,
  kind: ContentKind,
  digest: Digest,
  repositories: readonly Repository[],
): Promise<Buffer> {
  let failure: GatewayError | null = null;
  for (const repository of repositories) {
    const { registryId, name } = repository;
    try {
      const upstream = await clients.open(registryId);
      const bytes =
        kind === 'blob'
          ? await upstream.fetchBlob(name, digest, call)
          : ((await upstream.fetchRawManifest(name, digest, call))?.bytes ?? null);
      if (bytes) {
        contentCache.keep(repository, digest, bytes);
        return bytes;
      }
    } catch (error) {
      if (!isUpstreamError(error)) throw error;
      failure ??= error;
    }
  }
  throw failure ?? notFound(`No registry that was asked has the ${kind} ${shortenDigest(digest)} any more.`);
}

function tooMany(): GatewayError {
  const message =
    `The operation has more than ${maxContentReads} pieces of content, or 32 MiB, read at registries: ask for fewer, ` +
    'or for fields that the index answers.';
  return new GatewayError('QUERY_TOO_COMPLEX', message);
}
