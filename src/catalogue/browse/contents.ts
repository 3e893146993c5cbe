import type { Image } from '../../domain/catalogue.js';
import { type Digest, shortenDigest } from '../../domain/digest.js';
import type { ExecutionParameters } from '../../domain/execution.js';
import { decodeExactText } from '../../domain/utf8.js';
import { GatewayError } from '../../errors.js';
import { assertAllowed } from '../access.js';
import { type RequestContext, waitFor } from '../context.js';
import type { ContentWanted, GivenContent } from '../loaders/contentreads.js';
import type { CatalogueParts } from '../parts.js';
import { listDeletable, listHolders } from './holders.js';

/** Milliseconds that registries are waited for, before the content counts as not to be had. */
const longestWait = 5000;

/** Bytes of a manifest or config that is given as text: the largest that builders write have some hundred kilobytes. */
const longestText = 1024 * 1024;

/** The config of a runnable image. */
export interface ImageConfigContent extends ExecutionParameters {
  readonly digest: Digest;
  /** Bytes of the config. */
  readonly size: number;
  /** The viewer may delete in the repository that gave it, and so is told what its environment holds. */
  readonly showsValues: boolean;
  readonly bytes: Buffer;
}

export type ContentBrowsingParts = Pick<CatalogueParts, 'timer' | 'waits'>;

/**
 * Reads what the index does not keep at the registries that hold it, when somebody asks. Configs hold secrets, and are
 * looked at one by one: kept, they would take more room than all else of an image, and stand in each backup.
 */
export class ContentBrowsing {
  readonly #parts: ContentBrowsingParts;

  constructor(parts: ContentBrowsingParts) {
    this.#parts = parts;
  }

  /**
   * Returns the config; null for what has none that describes a platform. Throws as `ContentReads.read` does, and
   * UPSTREAM_TIMEOUT after five seconds.
   */
  async findConfig(context: RequestContext, image: Image): Promise<ImageConfigContent | null> {
    assertAllowed(context.viewer, 'read');
    const { configDigest: digest, kind } = image;
    if (kind !== 'image' || digest === null) return null;
    const holders = await listHolders(context, image.key);
    // The config is shown whole where such a repository gives it, and not where only another one does.
    const deletable = await listDeletable(context, holders);
    const wanted = { kind: 'blob', digest, places: holders, preferred: deletable } as const;
    const { bytes, place } = await readContent(this.#parts, context, wanted);
    const showsValues = deletable.includes(place);
    const execution = await context.loaders.decodings.execution({ digest, bytes });
    return { ...execution, digest, size: bytes.length, bytes, showsValues };
  }

  /**
   * Returns the manifest or index byte for byte; null for one of Docker's first schema, which registries sign anew each
   * time. Throws as `findConfig` does, and for what is no text, or too long, UPSTREAM_INVALID and UPSTREAM_TOO_LARGE.
   */
  async findManifestText(context: RequestContext, image: Image): Promise<string | null> {
    assertAllowed(context.viewer, 'read');
    if (image.kind === 'schema1') return null;
    assertShort(image.digest, image.manifestSize);
    const wanted = { kind: 'manifest', digest: image.digest, places: await listHolders(context, image.key) } as const;
    const { bytes } = await readContent(this.#parts, context, wanted);
    return toText(image.digest, bytes);
  }

  /** Returns the config byte for byte; null for who may not be told what its environment holds. Throws as above. */
  showConfigText({ digest, bytes, showsValues }: ImageConfigContent): string | null {
    return showsValues ? toText(digest, bytes) : null;
  }
}

/** Throws as `ContentReads.read` does, and UPSTREAM_TIMEOUT after five seconds. */
export async function readContent(
  parts: ContentBrowsingParts,
  { loaders }: RequestContext,
  wanted: ContentWanted,
): Promise<GivenContent> {
  const given = await waitFor(parts, loaders.contents.read(wanted), longestWait);
  if (given !== null) return given;
  const what = `the ${wanted.kind} ${shortenDigest(wanted.digest)}`;
  const message = `No registry gave ${what} within ${longestWait / 1000} s. Try again later.`;
  throw new GatewayError('UPSTREAM_TIMEOUT', message);
}

function assertShort(digest: Digest, size: number): void {
  if (size <= longestText) return;
  const bound = `is given as text up to ${longestText}: read it from the registry`;
  const message = `${shortenDigest(digest)} has ${size} bytes, and ${bound}.`;
  throw new GatewayError('UPSTREAM_TOO_LARGE', message);
}

function toText(digest: Digest, bytes: Buffer): string {
  assertShort(digest, bytes.length);
  const text = decodeExactText(bytes);
  if (text !== null) return text;
  throw new GatewayError('UPSTREAM_INVALID', `${shortenDigest(digest)} is no text: it is not in UTF-8.`);
}
