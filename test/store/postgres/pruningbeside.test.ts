import { type Kysely, type KyselyPlugin, sql } from 'kysely';
import type { Database, Tables } from '../../../src/store/database/database.js';
import { createImageStore } from '../../../src/store/index/images.js';
import { openPostgres } from '../../../src/store/postgres/open.js';
import { pruneOrphans } from '../../../src/store/pruning/orphans.js';
import { after } from '../../support/observed/after.js';
import { describeWhere } from '../../support/processes/child.js';
import { sha256 } from '../../support/registry/store.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../../support/servers/postgres.js';
import { createLayers, createManifest } from '../manifests.js';
import { addRegistry, addRepository } from '../rows.js';

const at = new Date('2026-01-02T03:04:05.678Z');

async function prune(db: Kysely<Tables>): Promise<void> {
  for await (const _step of pruneOrphans(db));
}

describeWhere(postgresFolder !== null, "Debian's package postgresql is not installed", 'pruning beside writers', () => {
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

  /** The images, saved by a writer in whose transactions `plugin` takes part. */
  function saverWith(plugin: KyselyPlugin) {
    const write: Database['write'] = (place, work) =>
      database.write(place, (trx, note) => work(trx.withPlugin(plugin), note));
    return createImageStore({ kysely: database.kysely, write });
  }

  async function read<T>(column: string, rest: string): Promise<T[]> {
    const { rows } = await sql<{ it: T }>`select ${sql.raw(column)} as it ${sql.raw(rest)}`.execute(database.kysely);
    return rows.map(({ it }) => it);
  }

  function entryOf(name: string) {
    const same = { size: 1, mediaType: 'm', role: 'manifest', platform: null, artifactType: null } as const;
    return { ...same, digest: sha256(name), attestation: false, base: null };
  }

  /** An image that the first look has marked. */
  async function saveMarked(name: string): Promise<number> {
    const keys = await createImageStore(database).save([createManifest(name)], at);
    await sql`update image set is_orphan = 1 where digest = ${sha256(name)}`.execute(database.kysely);
    return keys.get(sha256(name))!;
  }

  test.each([
    ['the layers were added', 'insert into blob'],
    ['the layers were joined to the image', 'insert into image_blob'],
  ])('an image whose layers were left of one that is gone keeps all of them: %s', async (_when, statement) => {
    const name = `image ${statement}`;
    const layers = createLayers(name, 3);
    await sql`insert into blob (digest) values (${layers[0]!.digest}), (${layers[2]!.digest})`.execute(database.kysely);
    const saver = saverWith(after(statement, () => prune(database.kysely)));
    await saver.save([createManifest(name, { layers })], at);
    const kept = `from image_blob join image on image.id = image_id where image.digest = '${sha256(name)}'`;
    expect(await read('count(*)', kept)).toEqual([3]);
  });

  test('an image that is saved again and linked after it was found to go is kept', async () => {
    const key = await saveMarked('again');
    const index = createManifest('its index', { kind: 'index', entries: [entryOf('again')] });
    const save = () => createImageStore(database).save([createManifest('again'), index], at);
    await prune(database.kysely.withPlugin(after('over (order by id)', save)));
    expect(await read('child_id', `from image_entry where child_digest = '${sha256('again')}'`)).toEqual([key]);
  });

  test('an image that a repository is about to have is kept, and pruning does not wait for who writes that', async () => {
    const key = await saveMarked('held');
    const repository = await addRepository(database.kysely, await addRegistry(database.kysely, 'r'), 'app');
    await database.write(null, async (trx) => {
      await sql`insert into repository_image (repository_id, image_id) values (${repository}, ${key})`.execute(trx);
      await prune(database.kysely);
    });
    expect(await read('image_id', `from repository_image where repository_id = ${repository}`)).toEqual([key]);
  });

  test('an index that is saved while its child goes is saved without it, for the child to be read anew', async () => {
    await saveMarked('going');
    const index = createManifest('left', { kind: 'index', entries: [entryOf('going')] });
    let saved: Promise<unknown> | undefined;
    const begin = async (): Promise<void> => void (saved = createImageStore(database).save([index], at));
    await prune(database.kysely.withPlugin(after('for update skip locked', begin)));
    await saved;
    expect(await read('child_id', `from image_entry where child_digest = '${sha256('going')}'`)).toEqual([null]);
  });
});
