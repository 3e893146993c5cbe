import type { AttestationContent } from '../../domain/attestation.js';
import type { Referrer } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import { JsonError } from '../../domain/json.js';
import { type ErrorCode, GatewayError, isUpstreamError } from '../../errors.js';
import { isReadable } from '../../upstream/content/attestation.js';
import type { AttestationBlob } from '../../upstream/content/attestationblobs.js';
import { assertAllowed } from '../access.js';
import type { RequestContext } from '../context.js';
import { type ContentBrowsingParts, readContent } from './contents.js';
import { listHolders } from './holders.js';

/** One blob of what is about an image. */
export interface ReferrerContent extends AttestationContent {
  readonly digest: Digest;
  readonly mediaType: string;
  /** Bytes, as its manifest says; null: it says none that can be. */
  readonly size: number | null;
  /** Why nothing of it was read; null: it was, or is of a kind that is not. */
  readonly problem: { readonly code: ErrorCode; readonly message: string } | null;
}

const unread = { statement: null, sbom: null, signature: null, problem: null };

/**
 * Reads what signatures, attestations and SBOMs hold at the registries, when somebody asks. One that cannot be read
 * says why in its place: whoever may push can make it anything.
 */
export class ReferrerContents {
  readonly #parts: ContentBrowsingParts;

  constructor(parts: ContentBrowsingParts) {
    this.#parts = parts;
  }

  /** Returns its first blobs. Throws as `ContentReads.read` does where its manifest cannot be had. */
  async list(context: RequestContext, referrer: Referrer, first: number): Promise<ReferrerContent[]> {
    assertAllowed(context.viewer, 'read');
    const places = await this.#listPlaces(context, referrer);
    const { bytes: manifest } = await readContent(this.#parts, context, {
      kind: 'manifest',
      digest: referrer.digest,
      places,
    });
    const listed = await context.loaders.decodings.blobs({ digest: referrer.digest, bytes: manifest });
    const blobs = listed.slice(0, first);
    return Promise.all(
      blobs.map(async (blob) => {
        const { digest, mediaType, size } = blob;
        return { digest, mediaType, size, ...unread, ...(await this.#read(context, blob, places)) };
      }),
    );
  }

  /** Where it is, and where the image is that it is about: what a registry alone tells of is there. */
  async #listPlaces(context: RequestContext, { imageKey, aboutKey }: Referrer) {
    const [own, about] = await Promise.all([
      imageKey === null ? [] : listHolders(context, imageKey),
      listHolders(context, aboutKey),
    ]);
    return [...new Map([...own, ...about].map((repository) => [repository.key, repository])).values()];
  }

  async #read(
    context: RequestContext,
    { digest, mediaType, annotations }: AttestationBlob,
    places: Awaited<ReturnType<typeof listHolders>>,
  ): Promise<Partial<ReferrerContent>> {
    if (!isReadable(mediaType)) return {};
    try {
      const { bytes } = await readContent(this.#parts, context, { kind: 'blob', digest, places });
      return await context.loaders.decodings.attestation({ digest, bytes }, annotations);
    } catch (error) {
      if (error instanceof JsonError)
        return { problem: { code: 'UPSTREAM_INVALID', message: `It cannot be read: ${error.message}.` } };
      if (!isUpstreamError(error) && !isAbsent(error)) throw error;
      return { problem: { code: error.code, message: error.message } };
    }
  }
}

function isAbsent(error: unknown): error is GatewayError {
  return error instanceof GatewayError && error.code === 'NOT_FOUND';
}
