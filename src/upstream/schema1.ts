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

/**
 * Docker's image manifest v2 schema 1, a leftover that is read and never written. It is signed anew on each read, so its
 * digest is taken from the registry; it tells no sizes, which stand as 0; both lists have the newest layer first.
 */
export function decodeSchema1(bytes: Uint8Array, digest: Digest, mediaType: string, asked: Asked): FetchedManifest {
  const read = parseJson(bytes, body, asked);
  const steps = read.history.map((each) => parseJson(Buffer.from(each.v1Compatibility), compatibility, asked));
  const newest = steps[0];
  if (!newest || steps.length !== read.fsLayers.length) throw explainInvalid('its layers and its history differ in number', asked);
  const layers: LayerDescriptor[] = read.fsLayers.map(({ blobSum }) => ({ digest: blobSum, size: 0, mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', foreign: false }));
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
