import type { ImageManifest, LayerDescriptor } from '../../src/domain/image.js';
import type { NewImage } from '../../src/store/index/newimages.js';
import { sha256 } from '../support/registry/store.js';

/** An image as it would have been read, told apart by its name. */
export function createManifest(name: string, fields: Partial<ImageManifest> = {}): NewImage {
  const blank = {
    digest: sha256(name),
    kind: 'image',
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    artifactType: null,
    manifestSize: 1,
    config: null,
    layers: [],
    entries: [],
    annotations: {},
    subject: null,
    hasAllBlobs: true,
    hasUnknownChildren: false,
    problems: [],
  } as const;
  return { manifest: { ...blank, ...fields }, config: null };
}

/** Every second one is foreign. */
export function createLayers(name: string, count: number): LayerDescriptor[] {
  const mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip';
  return Array.from({ length: count }, (_, at) => ({
    digest: sha256(`${name} ${at}`),
    size: at,
    mediaType,
    foreign: at % 2 === 1,
  }));
}
