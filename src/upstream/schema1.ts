import { z } from 'zod';
import { isDigest, type Digest } from '../domain/digest.js';
import type { LayerDescriptor } from '../domain/image.js';
import { explainInvalid, type Asked } from './failure.js';
import { buildConfig, configBody } from './imageconfig.js';
import { parseJson } from './json.js';
import type { FetchedManifest } from './upstream.js';

const body = z.object({
  schemaVersion: z.literal(1),
  fsLayers: z.array(z.object({ blobSum: z.custom<Digest>(isDigest) })),
  history: z.array(z.object({ v1Compatibility: z.string() })),
});

const compatibility = configBody.extend({
  comment: z.string().nullish().catch(null),
  throwaway: z.boolean().nullish(),
  container_config: z.object({ Cmd: z.array(z.string()).nullish() }).nullish(),
});

const layerType = 'application/vnd.docker.image.rootfs.diff.tar.gzip';

/**
 * What the digest of a signed manifest is of: the text without its signatures, which are made anew on each read. Each
 * signature's protected header says where it was cut, and what stood after the cut (libtrust's pretty JWS).
 */
export function findSignedPayload(bytes: Buffer): Buffer {
  const encoded = /"protected"\s*:\s*"([A-Za-z0-9_-]{1,4096})"/.exec(bytes.toString('latin1'))?.[1];
  if (encoded === undefined) return bytes;
  const head = /"formatLength"\s*:\s*(\d{1,8})\b/.exec(Buffer.from(encoded, 'base64url').toString('latin1'))?.[1];
  const tail = /"formatTail"\s*:\s*"([A-Za-z0-9_-]{0,64})"/.exec(Buffer.from(encoded, 'base64url').toString('latin1'))?.[1];
  if (head === undefined || tail === undefined) return bytes;
  return Buffer.concat([bytes.subarray(0, Number(head)), Buffer.from(tail, 'base64url')]);
}

/**
 * Docker's image manifest v2 schema 1, a leftover that is read and never written. It tells no sizes, which stand as 0;
 * both lists have the newest layer first.
 */
export function decodeSchema1(bytes: Uint8Array, digest: Digest, mediaType: string, asked: Asked): FetchedManifest {
  const read = parseJson(bytes, body, asked);
  const steps = read.history.map((each) => parseJson(Buffer.from(each.v1Compatibility), compatibility, asked));
  const newest = steps[0];
  if (!newest || steps.length !== read.fsLayers.length) throw explainInvalid('its layers and its history differ in number', asked);
  const layers: LayerDescriptor[] = read.fsLayers.map((each) => ({ digest: each.blobSum, size: 0, mediaType: layerType, foreign: false }));
  const history = steps.map((each) => ({
    created: each.created,
    created_by: each.container_config?.Cmd?.join(' '),
    comment: each.comment ?? null,
    empty_layer: each.throwaway,
  }));
  return {
    manifest: {
      digest,
      kind: 'schema1',
      mediaType,
      artifactType: null,
      manifestSize: bytes.length,
      config: null,
      layers: layers.reverse(),
      entries: [],
      annotations: {},
      subject: null,
    },
    config: buildConfig({ ...newest, history: history.reverse() }),
  };
}
