import { sha256 } from '../../support/registry/store.js';
import { decodeJson } from '../../../src/domain/json.js';
import { decodeManifest } from '../../../src/upstream/content/manifest.js';
import { decodeConfig } from '../../../src/upstream/content/imageconfig.js';

function decode(config: object): ReturnType<typeof decodeConfig> {
  return decodeConfig(Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', ...config })));
}

const numbered = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

describe('what one pushed image may cost every list that shows it is bounded, and it says so where it is cut', () => {
  test.each([
    [1000, 1000, []],
    [1001, 1000, [{ field: 'config.history', message: 'only its first 1000 are kept' }]],
    [12_000, 1000, [{ field: 'config.history', message: 'only its first 1000 are kept' }]],
    [2_000_000, 0, [{ field: 'config', message: 'it holds more than 50000 values' }]],
  ])('of %i steps of history %i are kept', (steps, kept, problems) => {
    const { history, problems: said } = decode({ history: numbered(steps, () => ({})) });
    expect([history.length, said]).toEqual([kept, problems]);
  });

  const cut = [
    { field: 'config.config.Labels', message: 'it is longer than 1000 entries or 65536 characters, and cut there' },
  ];
  test.each([
    [1000, 1, 1000, []],
    [1001, 1, 1000, cut],
    [40_000, 1, 1000, cut],
    [400_000, 1, 0, [{ field: 'config', message: 'it holds more than 50000 values' }]],
    [10, 10_000, 6, cut],
    [1, 65_000, 1, []],
    [1, 70_000, 0, cut],
  ])('of %i labels of %i characters %i are kept', (labels, length, kept, problems) => {
    const texts = Object.fromEntries(numbered(labels, (at) => [`key${at}`, 'x'.repeat(length)]));
    const { labels: read, problems: said } = decode({ config: { Labels: texts } });
    expect([Object.keys(read).length, said]).toEqual([kept, problems]);
  });

  test('steps beyond 262,144 characters lose their texts, and stay', () => {
    const steps = numbered(300, (at) => ({ created_by: `${at}`.padEnd(1000, 'x'), comment: at % 2 === 0 ? 'y' : '' }));
    const { history, problems } = decode({ history: steps });
    expect([history.length, history.filter(({ createdBy }) => createdBy !== null).length]).toEqual([300, 262]);
    expect(history.at(-1)).toMatchObject({ createdBy: null, comment: null });
    expect(problems).toEqual([
      { field: 'config.history', message: 'its texts are longer than 262144 characters, and cut there' },
    ]);
  });

  test('an author is cut after 1,024 characters: it stands at each layer', () => {
    const { author, problems } = decode({ author: 'a'.repeat(5_000_000) });
    expect([author, problems]).toEqual([
      'a'.repeat(1024),
      [{ field: 'config.author', message: 'it is longer than 1024 characters, and cut there' }],
    ]);
  });
});

const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';
const configType = 'application/vnd.oci.image.config.v1+json';

function decodeBody(mediaType: string, fields: object) {
  const body = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...fields }));
  const answer = {
    status: 200,
    headers: { 'content-type': mediaType },
    body,
    elapsedMs: 0,
    from: new URL('http://r.example/v2/app/manifests/v1'),
  };
  return decodeManifest(answer, sha256(body), { registry: 'r', what: 'app:v1' }).manifest;
}

describe('layers and entries of one manifest are bounded, and what is cut is never counted as absent', () => {
  const layers = (count: number) =>
    numbered(count, (at) => ({ mediaType: layerType, digest: sha256(`layer ${at}`), size: 1 }));
  const config = { mediaType: configType, digest: sha256('config'), size: 1 };
  const cutLayers = { field: 'layers', message: 'only its first 1000 are kept, so that its size is not known' };
  test.each([
    [1000, 1000, true, []],
    [1001, 1000, false, [cutLayers]],
    [25_000, 1000, false, [cutLayers]],
  ])('of %i layers %i are kept', (count, kept, hasAllBlobs, problems) => {
    const manifest = decodeBody(manifestType, { config, layers: layers(count) });
    expect([manifest.kind, manifest.layers.length, manifest.hasAllBlobs, manifest.problems]).toEqual([
      'image',
      kept,
      hasAllBlobs,
      problems,
    ]);
  });

  const cutEntries = { field: 'manifests', message: 'only its first 5000 are kept, so that its size is not known' };
  test.each([
    [5000, 5000, false, []],
    [5001, 5000, true, [cutEntries]],
    [35_000, 5000, true, [cutEntries]],
  ])('of %i entries %i are kept', (count, kept, hasUnknownChildren, problems) => {
    const entries = numbered(count, (at) => ({ mediaType: manifestType, digest: sha256(`${at}`), size: 1 }));
    const index = decodeBody(indexType, { manifests: entries });
    expect([index.entries.length, index.hasUnknownChildren, index.problems]).toEqual([
      kept,
      hasUnknownChildren,
      problems,
    ]);
  });

  test('a manifest of more values than descriptors can have is not parsed, and may hold anything', () => {
    const { kind, hasUnknownChildren, problems } = decodeBody(manifestType, {
      config,
      layers: numbered(160_000, () => 1),
    });
    expect([kind, hasUnknownChildren, problems]).toEqual([
      'unknown',
      true,
      [{ field: 'manifest', message: 'it holds more than 150000 values' }],
    ]);
  });
});

describe('values are counted before anything is built', () => {
  test.each([
    ['[[],[]]', 4],
    ['{"a":1,"b":[2,3]}', 4],
    [String.raw`["a,[{\"", "\\", ",\\\","]`, 3],
    ['"{,[,"', 0],
  ])('%s has %i', (text, values) => {
    expect(decodeJson(Buffer.from(text), values)).toEqual(JSON.parse(text));
    if (values > 0)
      expect(() => decodeJson(Buffer.from(text), values - 1)).toThrow(`it holds more than ${values - 1} values`);
  });

  test.each(['"', '["a', '["\\', '"\\"', '{"a":"'])('a text that has no end is no JSON: %s', (text) => {
    expect(() => decodeJson(Buffer.from(text), 10)).toThrow('it is not JSON');
  });
});
