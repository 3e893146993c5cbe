import { sql } from 'kysely';
import type { Digest } from '../../../src/domain/digest.js';
import { type RegistryAddress } from '../../../src/domain/registry.js';
import type { RegistryName, TagName } from '../../../src/domain/name.js';
import type { Database } from '../../../src/store/database/database.js';
import { createImageStore } from '../../../src/store/index/images.js';
import type { NewImage } from '../../../src/store/index/newimages.js';
import { TagStore } from '../../../src/store/index/tags.js';
import { createUsageStore } from '../../../src/store/index/usage.js';
import { createKeyring } from '../../../src/store/keys/keyring.js';
import { openPostgres } from '../../../src/store/postgres/open.js';
import { RegistryStore } from '../../../src/store/registries/registries.js';
import { describeWhere } from '../../support/processes/child.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../../support/servers/postgres.js';
import { sha256 } from '../../support/registry/store.js';
import { createLayers, createManifest } from '../manifests.js';
import { addRegistry, addRepository } from '../rows.js';

const at = new Date('2026-01-02T03:04:05.678Z');
const names = Array.from({ length: 10 }, (_, index) => `${index}` as TagName);

/** Ten images that share their layers: five indexes, each of two of the others. */
function createShared(): NewImage[] {
  const entry = { size: 1, mediaType: 'm', role: 'manifest', platform: null, artifactType: null } as const;
  return names.map((name, index) =>
    index < 5
      ? createManifest(name, { layers: createLayers('shared', 20 + index) })
      : createManifest(name, {
          kind: 'index',
          entries: [index - 5, (index - 4) % 5].map((child) => ({
            ...entry,
            digest: sha256(`${child}`),
            attestation: false,
          })),
        }),
  );
}

/** Each time in another order, and the same in every run. */
function shuffle<T>(items: readonly T[], seed: number): T[] {
  const weights = new Map(items.map((item, index) => [item, ((index + 1) * (seed * 2 + 3) * 7919) % 101]));
  return items.toSorted((a, b) => weights.get(a)! - weights.get(b)!);
}

describeWhere(postgresFolder !== null, "Debian's package postgresql is not installed", 'several connections', () => {
  let server: PostgresServer;
  let database: Database;
  beforeAll(async () => {
    server = await startPostgres();
    database = await openPostgres(await server.createDatabase());
  });
  afterAll(async () => {
    await database.close();
    await server.close();
  });

  test('four readers save the same images of many repositories: each is there once, whole, and nobody fails', async () => {
    const registryId = await addRegistry(database.kysely, 'r');
    const tags = new TagStore(database);
    const usage = createUsageStore(database);
    const waiting = Array.from({ length: 40 }, (_, index) => index);
    const read = async (): Promise<void> => {
      for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
        const key = await addRepository(database.kysely, registryId, `repository-${index}`);
        await tags.applyNames(key, names, { at, source: 'CHANGE_SEEN' });
        const images = shuffle(createShared(), index);
        const listed = await tags.listAll([key]);
        const toReadings = (keys: ReadonlyMap<Digest, number>) =>
          listed.map(({ key: tagKey, name }) => ({ tagKey, imageKey: keys.get(sha256(name)) ?? null, was: null }));
        await tags.saveReadings(images, toReadings, at, { at, source: 'CHANGE_SEEN' });
        await usage.deriveSizes(key);
      }
    };
    await Promise.all([read(), read(), read(), read()]);
    const { rows } = await sql<Record<string, number>>`select
      (select count(*) from image) as images,
      (select count(*) from image_blob where image_id = (select id from image where digest = ${sha256('4')})) as layers,
      (select count(*) from tag where image_id is null) as unread,
      (select count(*) from image_entry where child_id is null) as unlinked`.execute(database.kysely);
    expect(rows).toEqual([{ images: 10, layers: 24, unread: 0, unlinked: 0 }]);
  });

  test('an index and its child that were saved without seeing each other are joined when one is saved again', async () => {
    const images = createImageStore(database);
    const [child] = createShared();
    await images.save(createShared(), at);
    await sql`update image_entry set child_id = null`.execute(database.kysely);
    await images.save([child!], at);
    const { rows } = await sql<{ unlinked: number }>`select count(*) as unlinked from image_entry
      where child_id is null and child_digest = ${sha256('0')}`.execute(database.kysely);
    expect(rows).toEqual([{ unlinked: 0 }]);
  });

  test('of two changes of a registry at once none is lost', async () => {
    const registries = new RegistryStore(database, createKeyring(new Uint8Array(32)));
    const { id } = await registries.create({
      name: 'both' as RegistryName,
      addr: 'http://both' as RegistryAddress,
      tlsSkipVerify: false,
      caCertificate: null,
      authRealm: null,
      maxAge: 30,
      credentials: null,
    });
    await Promise.all([
      registries.setProtection(id, { readOnly: true }),
      registries.update(id, { maxAge: 60 }),
      registries.update(id, { tlsSkipVerify: true }),
    ]);
    expect(await registries.find(id)).toMatchObject({ readOnly: true, maxAge: 60, tlsSkipVerify: true });
  });

  test('of several that see a registry go away at once one tells of it', async () => {
    const id = await addRegistry(database.kysely, 'away');
    const stores = Array.from({ length: 4 }, () => new RegistryStore(database, createKeyring(new Uint8Array(32))));
    const health = { reachable: false, authenticated: null, latencyMs: null, checkedAt: at, message: 'It is away.' };
    await Promise.all(stores.map((store) => store.recordHealth(id, health)));
    const events = await database.kysely.selectFrom('event').select('kind').where('registry_id', '=', id).execute();
    expect(events).toEqual([{ kind: 'REGISTRY_UNREACHABLE' }]);
  });
});
