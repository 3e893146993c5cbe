import { gunzipSync } from 'node:zlib';
import { send } from '../support/content/push.js';
import { acceptEverything } from '../../src/demo/registry/media.js';
import { createStore, sha256 } from '../support/registry/store.js';
import { fillDemo } from '../../src/demo/content.js';
import { createFilledRegistry } from '../../src/demo/demo.js';

interface Body {
  readonly config?: { readonly digest: string; readonly size: number };
  readonly layers?: readonly { readonly mediaType: string; readonly digest: string; readonly size: number }[];
  readonly manifests?: readonly {
    readonly digest: string;
    readonly size: number;
    readonly platform?: { readonly os: string };
  }[];
}

const store = createStore();
fillDemo(store);
const all = store
  .repositories('blob')
  .flatMap((repository) =>
    store.tags(repository).map((tag) => ({ repository, tag, digest: String(store.resolveTag(repository, tag)) })),
  );

describe('the demo registry', () => {
  test('holds a dozen repositories of every shape', () => {
    expect(store.repositories('blob').toSorted()).toEqual([
      'archive/retired',
      'charts/app',
      'dig',
      'dig/0x',
      'library/busybox',
      'library/registry',
      'platform/billing/api',
      'team/app',
      'team/app/sub',
      'tools/agent',
      'tools/probe',
      'website',
    ]);
    expect(store.tags('archive/retired')).toEqual([]);
    expect(store.tags('team/app').filter((tag) => !tag.startsWith('sha256-'))).toEqual([
      '1.2.0',
      '1.9.3',
      '1.10.0',
      '1.10',
      '1',
      'latest',
    ]);
    expect(store.resolveTag('library/registry', 'latest')).toBe(store.resolveTag('library/registry', '2'));
    expect(new Set(all.map(({ digest }) => digest)).size).toBeLessThan(all.length);
  });

  test('has every blob and child that its manifests name, in the size they say', () => {
    const check = (repository: string, digest: string): void => {
      const found = store.findManifest(repository, digest);
      expect(found && sha256(found.bytes)).toBe(digest);
      const { config, layers = [], manifests = [] } = JSON.parse(String(found?.bytes)) as Body;
      for (const blob of [...(config ? [config] : []), ...layers]) {
        const bytes = store.findBlob(repository, blob.digest);
        expect([bytes && sha256(bytes), bytes?.length]).toEqual([blob.digest, blob.size]);
        expect(blob.size).toBeLessThanOrEqual(200_000);
      }
      for (const child of manifests) {
        expect(store.findManifest(repository, child.digest)?.bytes).toHaveLength(child.size);
        check(repository, child.digest);
      }
    };
    for (const { repository, tag, digest } of all) {
      expect(tag).not.toBe('');
      check(repository, digest);
    }
  });

  test('has layers that unpack to what their config says', () => {
    for (const { repository, digest } of all) {
      const { config, layers = [] } = JSON.parse(String(store.findManifest(repository, digest)?.bytes)) as Body;
      if (!config) continue;
      const { rootfs } = JSON.parse(String(store.findBlob(repository, config.digest))) as {
        rootfs?: { diff_ids: string[] };
      };
      const packed = layers.filter(({ mediaType }) => /rootfs.diff.tar.gzip|layer.v1.tar.gzip/.test(mediaType));
      const unpacked = packed.map((layer) => sha256(gunzipSync(store.findBlob(repository, layer.digest) ?? '')));
      if (packed.length) expect(unpacked).toEqual(rootfs?.diff_ids);
    }
  });

  test('shares layers across platforms and repositories', () => {
    const layersOf = (repository: string, reference: string): string[] => {
      const { layers = [], manifests = [] } = JSON.parse(
        String(store.findManifest(repository, reference)?.bytes),
      ) as Body;
      return [
        ...layers.map(({ digest }) => digest),
        ...manifests
          .filter(({ platform }) => platform?.os !== 'unknown')
          .flatMap(({ digest }) => layersOf(repository, digest)),
      ];
    };
    const platforms = layersOf('library/registry', 'latest');
    expect([platforms.length, new Set(platforms).size]).toEqual([12, 10]);
    expect(platforms).toContain(layersOf('dig', 'latest')[0]);
  });

  test('the demo registry is the same each time, and answers over HTTP', async () => {
    const registry = await createFilledRegistry();
    for (const { repository, tag, digest } of all) {
      const answer = await send(
        'GET',
        `${registry.url}/v2/${repository}/manifests/${tag}`,
        {},
        { Accept: acceptEverything },
      );
      expect([answer.status, sha256(answer.body)]).toEqual([200, digest]);
    }
    expect((await send('GET', `${registry.url}/favicon.ico`)).status).toBe(404);
    await registry.close();
  });
});
