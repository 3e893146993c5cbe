/** Content of every kind: what the demo's registry is filled with, tests are too. */
export { type Built, type BuiltDescriptor, type Format } from '../../../src/demo/built.js';
export {
  type ArtifactSpec,
  buildArtifact,
  buildCosignSignature,
  buildHelmChart,
  fallbackTag,
  signatureTag,
} from '../../../src/demo/artifacts.js';
export { buildImage, buildIndex, type ImageSpec, type LayerSpec } from '../../../src/demo/images.js';
