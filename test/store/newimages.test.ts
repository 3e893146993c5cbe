import type { LayerDescriptor } from '../../src/domain/image.js';
import { type Database, openDatabase } from '../../src/store/database/database.js';
import { createImageStore } from '../../src/store/index/images.js';
import { sha256 } from '../support/registry/store.js';
import { createLayers, createManifest } from './manifests.js';

let database: Database;
beforeEach(async () => {
  database = await openDatabase('sqlite::memory:');
});
afterEach(() => database.close());

describe('images are saved', () => {
  test('images are saved with their layers in order, the same digest twice, and a size that is not said', async () => {
    const images = createImageStore(database);
    const [layer, other] = createLayers('a', 2) as [LayerDescriptor, LayerDescriptor];
    const config = { digest: sha256('config'), size: 7, mediaType: 'application/vnd.oci.image.config.v1+json' };
    const layers = [layer, { ...other, size: null }, layer];
    const keys = await images.save([createManifest('a', { config, layers })], new Date());
    const blobs = await images.listBlobs([...keys.values()]);
    expect(blobs.map(({ position, digest, size, foreign }) => [position, digest, size, foreign])).toEqual([
      [0, config.digest, 7, false],
      [1, layer.digest, 0, false],
      [2, other.digest, null, true],
      [3, layer.digest, 0, false],
    ]);
  });

  test('images are saved with children that are known before or after their index', async () => {
    const images = createImageStore(database);
    const entry = {
      size: 1,
      mediaType: 'm',
      role: 'manifest',
      platform: null,
      artifactType: null,
      attestation: false,
      base: null,
    } as const;
    const platform = { os: 'windows', architecture: 'amd64', variant: null, osVersion: '10', osFeatures: ['win32k'] };
    const entries = [
      { ...entry, digest: sha256('before'), platform },
      { ...entry, digest: sha256('after'), attestation: true },
    ];
    await images.save([createManifest('before', {})], new Date());
    const keys = await images.save([createManifest('index', { kind: 'index', entries })], new Date());
    const later = await images.save([createManifest('after', {})], new Date());
    const [before] = await images.findByDigests([sha256('before')]);
    const children = await images.listChildren([keys.get(sha256('index'))!]);
    expect(children).toMatchObject([
      { position: 0, digest: sha256('before'), imageKey: before!.key, platform, attestation: false },
      { position: 1, digest: sha256('after'), imageKey: later.get(sha256('after')), platform: null, attestation: true },
    ]);
  });

  test('images are saved in transactions of some thousand rows, and other work has its turn between', async () => {
    const images = createImageStore(database);
    const all = Array.from({ length: 10 }, (_, at) => createManifest(`${at}`, { layers: createLayers(`${at}`, 500) }));
    let turns = 0;
    const count = (): void => void (turns++, (timeout = setImmediate(count)));
    let timeout = setImmediate(count);
    const keys = await images.save(all, new Date());
    clearImmediate(timeout);
    expect(keys.size).toBe(10);
    expect(turns).toBeGreaterThanOrEqual(9);
    const saved = await images.findByDigests(all.map(({ manifest }) => manifest.digest));
    expect(await images.listBlobs(saved.map(({ key }) => key))).toHaveLength(5000);
  });
});
