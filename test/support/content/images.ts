/** Content of every kind: what the demo's registry is filled with, tests are too. */
export {
  type ArtifactSpec,
  buildArtifact,
  buildCosignSignature,
  buildHelmChart,
  buildImage,
  buildIndex,
  type Built,
  type BuiltDescriptor,
  fallbackTag,
  type Format,
  type ImageSpec,
  type LayerSpec,
  signatureTag,
} from '../../../src/demo/images.js';
