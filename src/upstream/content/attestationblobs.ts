import { type Digest, isDigest } from '../../domain/digest.js';
import { decodeJson, JsonError } from '../../domain/json.js';
import { isObject, maxManifestValues, readTexts } from './manifestfields.js';
import { anyBytes, readMediaType } from './mediatype.js';

/** A blob of a signature, an attestation or an SBOM, as its manifest lists it. */
export interface AttestationBlob {
  readonly digest: Digest;
  readonly mediaType: string;
  /** Bytes; null: none that can be. */
  readonly size: number | null;
  /** Of the layer: cosign keeps the signature there. */
  readonly annotations: Readonly<Record<string, string>>;
}

const ignore = (): void => undefined;

/** The layers of verified bytes of a manifest, without those that no digest names; none where it is no such thing. */
export function listAttestationBlobs(manifest: Uint8Array): AttestationBlob[] {
  const body = parse(manifest);
  const layers = isObject(body) ? (body['layers'] ?? body['blobs']) : [];
  return (Array.isArray(layers) ? (layers as readonly unknown[]) : []).flatMap((layer) => {
    if (!isObject(layer) || !isDigest(layer['digest'])) return [];
    const { digest, size } = layer;
    const isSize = typeof size === 'number' && Number.isSafeInteger(size) && size >= 0;
    const mediaType = readMediaType(layer['mediaType']) ?? anyBytes;
    const annotations = readTexts(layer['annotations'], 'annotations', ignore);
    return [{ digest, mediaType, size: isSize ? size : null, annotations }];
  });
}

function parse(manifest: Uint8Array): unknown {
  try {
    return decodeJson(manifest, maxManifestValues);
  } catch (error) {
    if (error instanceof JsonError) return null;
    throw error;
  }
}
