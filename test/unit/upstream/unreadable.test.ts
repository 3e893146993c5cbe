import * as fc from 'fast-check';
import { computeDigest } from '../../../src/domain/digest.js';
import { type ImageManifest, maxProblems } from '../../../src/domain/image.js';
import { decodeConfig } from '../../../src/upstream/content/imageconfig.js';
import { decodeManifest, readRawManifest } from '../../../src/upstream/content/manifest.js';
import { judgeRole } from '../../../src/upstream/content/mediatype.js';
import { describePlaceholder, readPlaceholder } from '../../../src/upstream/content/placeholder.js';

const asked = { registry: 'test', what: 'it' };
const oci = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
};
const dockerManifest = 'application/vnd.docker.distribution.manifest.v2+json';
const schema1 = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
const digestOf = (digit: string) => `sha256:${digit.repeat(64)}`;
const descriptor = (mediaType: string, digit = 'a', size: unknown = 7) => ({
  mediaType,
  size,
  digest: digestOf(digit),
});
const image = { schemaVersion: 2, config: descriptor(oci.config), layers: [descriptor(oci.layer, 'b')] };

/** As a registry gives it that names its digest. */
function answer(body: unknown, type?: string) {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const headers = { 'docker-content-digest': computeDigest(bytes), ...(type ? { 'content-type': type } : {}) };
  return { status: 200, headers, body: bytes, elapsedMs: 1 };
}

function decode(body: unknown, type?: string): ImageManifest {
  return decodeManifest(answer(body, type), 'v1', asked).manifest;
}

describe('bytes that are what their digest names', () => {
  test.each<[string, unknown, string | undefined, string, string]>([
    ['no JSON', '<html>', 'text/html', 'text/html', 'it is not JSON'],
    ['nothing at all', '', undefined, 'application/octet-stream', 'it is not JSON'],
    ['a header that is no media type', '[]', 'no type', 'application/octet-stream', 'it is no manifest of schema 2'],
    ['a list', '[]', oci.manifest, oci.manifest, 'it is no manifest of schema 2'],
    ['a __proto__ key', '{"schemaVersion":2,"__proto__":{}}', oci.manifest, oci.manifest, 'it is not JSON'],
    ['a nesting of 40', `${'['.repeat(40)}${']'.repeat(40)}`, oci.index, oci.index, 'it is nested deeper than 32'],
    ['another schema', { ...image, schemaVersion: 3 }, oci.manifest, oci.manifest, 'it is no manifest of schema 2'],
    [
      'types that differ',
      { ...image, mediaType: dockerManifest },
      oci.manifest,
      dockerManifest,
      'its header and its body name different types',
    ],
    ['an image under the type of an index', image, oci.index, oci.index, 'its type does not fit its fields'],
    [
      'an index under the type of an image',
      { schemaVersion: 2, manifests: [] },
      oci.manifest,
      oci.manifest,
      'its type does not fit its fields',
    ],
    [
      'both at once',
      { ...image, manifests: [] },
      undefined,
      'application/octet-stream',
      'it is an index and an image at once',
    ],
    [
      'no field of a manifest',
      { schemaVersion: 2 },
      'application/json',
      'application/json',
      'neither its type nor its fields are those of a manifest',
    ],
    ['a broken leftover of the first schema', '{"schemaVersion":1}', schema1, schema1, 'it is no manifest of schema 1'],
  ])('give digest, type and size, and nothing else is used: %s', (_, body, type, mediaType, message) => {
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    expect(decode(body, type)).toMatchObject({
      digest: computeDigest(bytes),
      mediaType,
      manifestSize: bytes.length,
      kind: 'unknown',
      layers: [],
      entries: [],
      config: null,
      hasUnknownChildren: true,
      problems: [expect.objectContaining({ message })],
    });
  });

  test('bytes that are what their digest names are put back under the type that they came with', () => {
    expect(readRawManifest(answer('no JSON', 'application/vnd.acme+x'), 'v1', asked)).toMatchObject({
      mediaType: 'application/vnd.acme+x',
    });
  });

  test('bytes that are what their digest names are decoded, or named as unknown, whatever they hold: nothing throws', () => {
    const types = fc.constantFrom(...Object.values(oci), dockerManifest, schema1, 'text/html', '');
    const field = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constant(descriptor(oci.config)),
      fc.array(fc.constant(descriptor(oci.layer))),
    );
    const names = [
      'mediaType',
      'config',
      'layers',
      'manifests',
      'annotations',
      'subject',
      'fsLayers',
      'history',
      'artifactType',
      'blobs',
    ];
    const shape = fc.record(
      { schemaVersion: fc.constantFrom(1, 2, '2'), ...Object.fromEntries(names.map((name) => [name, field])) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(shape, fc.jsonValue()), types, (body, type) => {
        const { digest, problems, mediaType } = decode(JSON.stringify(body), type);
        return (
          digest === computeDigest(Buffer.from(JSON.stringify(body))) &&
          problems.length <= maxProblems &&
          mediaType !== ''
        );
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a field that is not as specified is left out, with its reason', () => {
  test.each<[string, object, string, object]>([
    [
      'a negative size',
      { ...image, layers: [descriptor(oci.layer, 'b', -1)] },
      'layers.0.size',
      { layers: [expect.objectContaining({ size: null })] },
    ],
    [
      'a size beyond 2^53',
      { ...image, layers: [descriptor(oci.layer, 'b', 2 ** 60)] },
      'layers.0.size',
      { layers: [expect.objectContaining({ size: null })] },
    ],
    [
      'a size that is text',
      { ...image, config: descriptor(oci.config, 'a', '7') },
      'config.size',
      { kind: 'image', config: expect.objectContaining({ size: null }) },
    ],
    [
      'a layer without a digest',
      { ...image, layers: [{ mediaType: oci.layer, size: 1 }, descriptor(oci.layer)] },
      'layers.0.digest',
      { hasAllBlobs: false, layers: [expect.anything()] },
    ],
    ['a layer that is null', { ...image, layers: [null] }, 'layers.0.digest', { hasAllBlobs: false, layers: [] }],
    [
      'a layer without a type',
      { ...image, layers: [{ digest: digestOf('b'), size: 1 }] },
      'layers.0.mediaType',
      { layers: [expect.objectContaining({ mediaType: 'application/octet-stream' })] },
    ],
    ['layers that are null', { ...image, layers: null }, 'layers', { kind: 'image', layers: [], hasAllBlobs: true }],
    ['layers that are no list', { ...image, layers: { 0: 1 } }, 'layers', { layers: [], hasAllBlobs: false }],
    ['no config', { schemaVersion: 2, layers: [descriptor(oci.layer)] }, 'config', { kind: 'artifact', config: null }],
    [
      'a config with a digest in upper case',
      { ...image, config: { ...descriptor(oci.config), digest: digestOf('A') } },
      'config.digest',
      { config: null, hasAllBlobs: false },
    ],
    [
      'a config whose type has control characters',
      { ...image, config: descriptor('a/b\u001b[31m') },
      'config.mediaType',
      { kind: 'artifact' },
    ],
    ['annotations that are a list', { ...image, annotations: [] }, 'annotations', { annotations: {} }],
    ['a subject without a digest', { ...image, subject: { size: 1 } }, 'subject', { subject: null }],
  ])('%s', (_, body, field, expected) => {
    expect(decode(body, oci.manifest)).toMatchObject({
      ...expected,
      hasUnknownChildren: false,
      problems: [expect.objectContaining({ field })],
    });
  });

  test.each<[string, unknown, string, object]>([
    ['no list', { 0: 1 }, 'manifests', { entries: [], hasUnknownChildren: true }],
    [
      'an entry with a digest of another kind',
      [{ mediaType: oci.manifest, size: 1, digest: 'md5:0' }],
      'manifests.0.digest',
      { entries: [], hasUnknownChildren: true },
    ],
    [
      'an entry with a platform that is text',
      [{ ...descriptor(oci.manifest), platform: 'linux' }],
      'manifests.0.platform',
      { entries: [expect.objectContaining({ platform: null })] },
    ],
    [
      'half of a platform',
      [{ ...descriptor(oci.manifest), platform: { architecture: 'arm', os: 5 } }],
      'manifests.0.platform.os',
      { entries: [expect.objectContaining({ platform: expect.objectContaining({ os: null, architecture: 'arm' }) })] },
    ],
    [
      'a version that is too long',
      [{ ...descriptor(oci.manifest), platform: { 'os.version': '1'.repeat(65) } }],
      'manifests.0.platform.os.version',
      { entries: [expect.objectContaining({ platform: null })] },
    ],
  ])(
    'a field of an index that is not as specified is left out, with its reason: %s',
    (_, manifests, field, expected) => {
      expect(decode({ schemaVersion: 2, manifests }, oci.index)).toMatchObject({
        kind: 'index',
        ...expected,
        problems: [expect.objectContaining({ field })],
      });
    },
  );

  test.each([[[]], [null]])('an index of %j is empty, and holds nothing that is not known', (manifests) => {
    expect(decode({ schemaVersion: 2, manifests }, oci.index)).toMatchObject({
      kind: 'index',
      entries: [],
      hasUnknownChildren: false,
      problems: [],
    });
  });

  test('an index whose entries cannot be read is no placeholder, which could be deleted', () => {
    const { bytes, mediaType } = describePlaceholder(null, new Date());
    const body = JSON.parse(bytes.toString()) as object;
    expect(readPlaceholder(decode(body, mediaType))).not.toBeNull();
    expect(readPlaceholder(decode({ ...body, manifests: [{ digest: 'sha384:0' }] }, mediaType))).toBeNull();
  });

  test('a thousand of one kind are told of twenty times', () => {
    const layers = Array.from({ length: 1000 }, () => descriptor(oci.layer, 'b', -1));
    expect(decode({ ...image, layers }, oci.manifest).problems).toHaveLength(maxProblems);
  });

  test('a config is read field by field, and what is no config says so', () => {
    const config = {
      os: 'windows',
      architecture: 'amd64',
      'os.version': '10.0.20348.1',
      'os.features': ['win32k'],
      created: 'yesterday',
      config: [],
      history: [5, { created_by: 'x' }],
    };
    const read = decodeConfig(Buffer.from(JSON.stringify(config)));
    expect(read).toMatchObject({
      platform: {
        os: 'windows',
        architecture: 'amd64',
        variant: null,
        osVersion: '10.0.20348.1',
        osFeatures: ['win32k'],
      },
      createdAt: null,
      labels: {},
      history: [{ createdBy: null }, { createdBy: 'x' }],
    });
    expect(read.problems.map(({ field }) => field)).toEqual(['config.config', 'config.created']);
    expect(decodeConfig(Buffer.from('no'))).toMatchObject({
      platform: { os: 'unknown' },
      problems: [{ field: 'config', message: 'it is not JSON' }],
    });
  });
});

describe('an entry of an index', () => {
  test.each<[string | null, string]>([
    [oci.index, 'index'],
    [null, 'index'],
    [oci.manifest, 'manifest'],
    [schema1, 'manifest'],
    [oci.layer, 'blob'],
    ['application/vnd.buildkit.cacheconfig.v0', 'blob'],
    [oci.config, 'blob'],
    ['application/vnd.cncf.helm.config.v1+json', 'blob'],
    ['application/x-tar', 'blob'],
    ['application/vnd.acme.manifest.v1+json', 'unknown'],
    ['application/json', 'unknown'],
  ])('an entry of an index of the type %s is judged as: %s', (mediaType, role) => {
    expect(judgeRole(mediaType)).toBe(role);
  });

  test('counts with its bytes where it is a blob; thousands are read', () => {
    const manifests = [
      descriptor(oci.layer, 'b', 100),
      ...Array.from({ length: 4999 }, () => descriptor(oci.manifest)),
    ];
    const { entries, layers, problems } = decode({ schemaVersion: 2, manifests }, oci.index);
    expect([entries.length, layers, problems]).toEqual([
      5000,
      [{ ...descriptor(oci.layer, 'b', 100), foreign: false }],
      [],
    ]);
  });
});
