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
import { amount } from '../../support/run/amount.js';
import { describeWhere } from '../../support/processes/child.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../../support/servers/postgres.js';
import { until } from '../../support/timer.js';
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
            base: null,
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
        await tags.saveReadings(images, toReadings, { at, now: at }, { at, source: 'CHANGE_SEEN' });
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
      registries.setProtection(id, { readOnly: true, protection: [{ repository: 'a', tag: '*' }] }),
      registries.update(id, { maxAge: 60 }),
      registries.update(id, { tlsSkipVerify: true }),
    ]);
    expect(await registries.find(id)).toMatchObject({
      readOnly: true,
      protection: [{ repository: 'a', tag: '*' }],
      maxAge: 60,
      tlsSkipVerify: true,
    });
  });

  test('of several that see a registry go away at once one tells of it', async () => {
    const id = await addRegistry(database.kysely, 'away');
    const stores = Array.from({ length: 4 }, () => new RegistryStore(database, createKeyring(new Uint8Array(32))));
    const health = { reachable: false, authenticated: null, latencyMs: null, checkedAt: at, message: 'It is away.' };
    await Promise.all(stores.map((store) => store.recordHealth(id, health)));
    const events = await database.kysely.selectFrom('event').select('kind').where('registry_id', '=', id).execute();
    expect(events).toEqual([{ kind: 'REGISTRY_UNREACHABLE' }]);
  });

  /** A repository with its tags on images that others share; gives its key. */
  async function addRead(name: string, registryId: string): Promise<number> {
    const tags = new TagStore(database);
    const key = await addRepository(database.kysely, registryId, name);
    await tags.applyNames(key, names, { at, source: 'CHANGE_SEEN' });
    await read(key, 0);
    await createUsageStore(database).deriveSizes(key);
    return key;
  }

  /** Reads each tag of a repository; it has moved `by` images on. */
  async function read(key: number, by: number): Promise<void> {
    const tags = new TagStore(database);
    const listed = await tags.listAll([key]);
    const toReadings = (keys: ReadonlyMap<Digest, number>) =>
      listed.map((tag, index) => ({
        tagKey: tag.key,
        imageKey: keys.get(sha256(names[(index + by) % names.length]!)) ?? null,
        was: tag.imageKey,
      }));
    await tags.saveReadings(shuffle(createShared(), by), toReadings, { at, now: at }, { at, source: 'CHANGE_SEEN' });
  }

  test('of several readings that see the same move at once one writes it down', async () => {
    const registryId = await addRegistry(database.kysely, 'moving');
    const key = await addRead('moving', registryId);
    await Promise.all([read(key, 1), read(key, 1), read(key, 1), read(key, 1)]);
    const count = async (what: string): Promise<string> =>
      (await sql<{ rows: string }>`select count(*)::text as rows from ${sql.raw(what)}`.execute(database.kysely))
        .rows[0]!.rows;
    expect(await count(`tag_revision where registry_id = '${registryId}'`)).toBe(`${names.length}`);
    expect(await count(`event where registry_id = '${registryId}' and kind = 'TAG_MOVED'`)).toBe(`${names.length}`);
    const tags = new TagStore(database);
    const list = (): Promise<unknown> => tags.applyNames(key, names.slice(5), { at, source: 'CHANGE_SEEN' });
    await Promise.all([list(), list(), list(), list()]);
    expect(await count(`event where registry_id = '${registryId}' and kind = 'TAG_DELETED'`)).toBe('5');
  });

  test('a reading that waits for what another has found later writes nothing over it', async () => {
    const key = await addRead('waiting', await addRegistry(database.kysely, 'waiting'));
    const tags = new TagStore(database);
    const [tag] = await tags.listAll([key]);
    const reading = { tagKey: tag!.key, imageKey: tag!.imageKey, was: tag!.imageKey };
    const found = { at: new Date(at.getTime() + 1000), now: new Date(at.getTime() + 3000) };
    const when = { at, source: 'CHANGE_SEEN' } as const;
    const later = at.getTime() + 2000;
    let late: Promise<boolean> | undefined;
    await database.kysely.transaction().execute(async (trx) => {
      await sql`update tag set error_code = 'UPSTREAM_TIMEOUT', error_message = '', error_at = ${later}
        where id = ${tag!.key}`.execute(trx);
      late = tags.applyReadings([reading], found, when, key);
      await until(async () => {
        const { rows } = await sql`select 1 from pg_stat_activity where wait_event_type = 'Lock'
          and datname = current_database()`.execute(trx);
        return rows.length > 0;
      });
    });
    await late;
    expect((await tags.listAll([key]))[0]).toMatchObject({ confirmedAt: at, error: { code: 'UPSTREAM_TIMEOUT' } });
  });

  test('writes of which some stand in the way of others are made again: none fails, and each is made', async () => {
    const registryId = await addRegistry(database.kysely, 'busy');
    const keys = await Promise.all([0, 1, 2, 3].map((index) => addRead(`busy-${index}`, registryId)));
    const registries = new RegistryStore(database, createKeyring(new Uint8Array(32)));
    const [tags, usage] = [new TagStore(database), createUsageStore(database)];
    const writes = amount(400, 10_000);
    let left = writes;
    const errors: unknown[] = [];
    const work = async (worker: number): Promise<void> => {
      while (left-- > 0) {
        const key = keys[(left + worker) % keys.length]!;
        const write = [
          () => read(key, left),
          () => tags.applyNames(key, left % 3 ? names : names.slice(1), { at, source: 'CHANGE_SEEN' }),
          () => usage.deriveSizes(key),
          () => tags.recordPush(key, names, new Date(at.getTime() + left)),
          () => registries.recordNames(registryId, { confirmedAt: at, dropped: left }),
        ][(left * 7 + worker) % 5]!;
        await write().catch((error: unknown) => errors.push(error));
      }
    };
    await Promise.all([work(0), work(1), work(2), work(3)]);
    expect(errors).toEqual([]);
    for (const key of keys) {
      await tags.applyNames(key, names, { at, source: 'CHANGE_SEEN' });
      await read(key, 0);
      await usage.deriveSizes(key);
    }
    const { rows } = await sql`select tag_count, size, is_settled from repository
      where registry_id = ${registryId} group by tag_count, size, is_settled`.execute(database.kysely);
    expect(rows).toEqual([{ tag_count: names.length, size: expect.any(Number) as number, is_settled: 1 }]);
  });

  test('a write that PostgreSQL gives up for another is made again from its start', async () => {
    await sql`create table pair (id int primary key, value int not null)`.execute(database.kysely);
    await sql`insert into pair values (1, 0), (2, 0)`.execute(database.kysely);
    const both = Promise.withResolvers<void>();
    let [runs, waiting] = [0, 2];
    const add = (first: number, second: number): Promise<unknown> =>
      database.write(null, async (trx) => {
        runs++;
        const increase = (id: number): Promise<unknown> =>
          sql`update pair set value = value + 1 where id = ${id}`.execute(trx);
        await increase(first);
        if (--waiting === 0) both.resolve();
        await both.promise;
        await increase(second);
      });
    await Promise.all([add(1, 2), add(2, 1)]);
    const { rows } = await sql`select value from pair`.execute(database.kysely);
    expect([rows, runs]).toEqual([[{ value: 2 }, { value: 2 }], 3]);
  });
});
