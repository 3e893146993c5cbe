import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { createOwnEntry } from '../../../src/domain/audit.js';
import type { Database } from '../../../src/store/database/database.js';
import { dialectOf } from '../../../src/store/dialect/dialects.js';
import { createImageStore } from '../../../src/store/index/images.js';
import { createAuditLog } from '../../../src/store/jobs/audit.js';
import { createKeyring } from '../../../src/store/keys/keyring.js';
import { openPostgres } from '../../../src/store/postgres/open.js';
import { pruneAged } from '../../../src/store/pruning/aging.js';
import { createListStore } from '../../../src/store/queries/lists.js';
import { RegistryStore } from '../../../src/store/registries/registries.js';
import { systemTimer } from '../../../src/timer.js';
import { noTracer, type SpanDescription, type Tracer } from '../../../src/trace.js';
import { createWaits } from '../../../src/waits.js';
import { describeWhere } from '../../support/processes/child.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../../support/servers/postgres.js';
import { createManifest } from '../manifests.js';
import { addRegistry, addRepository } from '../rows.js';

const at = new Date('2026-01-02T03:04:05.678Z');

async function open(url: string): Promise<Database & AsyncDisposable> {
  const database = await openPostgres(url);
  return Object.assign(database, { [Symbol.asyncDispose]: () => database.close() });
}

describeWhere(postgresFolder !== null, "Debian's package postgresql is not installed", 'PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  test('a database keeps the audit log as it is, but for what is older than the setting says while that stands', async () => {
    await using database = await open(await server.createDatabase());
    const log = createAuditLog(database);
    await log.add(createOwnEntry({ at: new Date(1000), actor: 'a', action: 'rotateKeys', details: null }));
    for (const statement of ["update audit_entry set actor = 'x'", 'delete from audit_entry'])
      await expect(sql.raw(statement).execute(database.kysely)).rejects.toThrow('the audit log is never changed');
    const prune = async (audit: Date): Promise<number> => {
      let total = 0;
      const bounds = { tokens: at, history: at, jobs: at, audit };
      for await (const { removed } of pruneAged(database.kysely, bounds)) total += removed;
      return total;
    };
    expect(await prune(new Date(500))).toBe(0);
    expect(await prune(at)).toBe(1);
    expect((await log.list({}, { first: 1, after: null })).items).toEqual([]);
  });

  test('a database orders names by their bytes, whatever the collation of the database is', async () => {
    await using database = await open(
      await server.createDatabase("template template0 locale_provider icu icu_locale 'en-US'"),
    );
    const registryId = await addRegistry(database.kysely, 'r');
    for (const name of ['app_a', 'app.c', 'app-b', 'appa']) await addRepository(database.kysely, registryId, name);
    const { items } = await createListStore(database.kysely).listRepositories(
      { registryIds: [registryId] },
      { field: 'NAME', direction: 'ASC' },
      { first: 10, after: null },
    );
    expect(items.map(({ name }) => name)).toEqual(['app-b', 'app.c', 'app_a', 'appa']);
  });

  test('a database has an index that begins with each foreign key', async () => {
    await using database = await open(await server.createDatabase());
    const { rows } = await sql`select conrelid::regclass::text as "table", conkey from pg_constraint where contype = 'f'
      and not exists (select 1 from pg_index where indrelid = conrelid and indkey[0] = conkey[1])`.execute(
      database.kysely,
    );
    expect(rows).toEqual([]);
  });

  test('a database stores text that has the character 0, or half of one, with another in its place', async () => {
    await using database = await open(await server.createDatabase());
    const images = createImageStore(database);
    const keys = await images.save([createManifest('a', { mediaType: 'a\0b', artifactType: '\ud800' })], at);
    expect(await images.findMany([...keys.values()])).toMatchObject([
      { mediaType: 'a\ufffdb', artifactType: '\ufffd' },
    ]);
  });

  test('a database reads of JSON what was written, but for what its text cannot hold', async () => {
    await using database = await open(await server.createDatabase());
    const { membersOf } = dialectOf(database.kysely);
    const written = ['\0', String.raw`\u0000`, '\\\0\0', '\ud800x', String.raw`\\ud800`, '"\\', '😀'];
    const text = JSON.stringify(Object.fromEntries(written.map((value, at) => [`n${at}`, value])));
    const { rows } = await sql<{ value: string }>`select value from ${membersOf(sql`${text}::text`)}`.execute(
      database.kysely,
    );
    expect(rows.map(({ value }) => value)).toEqual(
      written.map((value) => value.toWellFormed().replaceAll('\0', '\ufffd')),
    );
  });

  test('a statement is a part of what is under way, without its values, and a request waits for it', async () => {
    const parts: SpanDescription[] = [];
    const tracer: Tracer = {
      ...noTracer,
      isOn: true,
      part: (describe, work) => {
        parts.push(describe());
        return work(null);
      },
    };
    const waits = createWaits(systemTimer);
    const database = await openPostgres(await server.createDatabase(), { tracer, waits });
    const request = waits.open();
    await request.run(() =>
      database.kysely.selectFrom('setting').select('value').where('key', '=', 'a secret').execute(),
    );
    await database.close();
    const text = 'select "value" from "setting" where "key" = $1';
    expect(parts.filter(({ attributes }) => attributes?.['db.query.text'] === text)).toEqual([
      {
        name: 'SELECT',
        kind: 'client',
        attributes: { 'db.system.name': 'postgresql', 'db.operation.name': 'SELECT', 'db.query.text': text },
      },
    ]);
    expect(request.read().database).toBeGreaterThan(0);
  });

  test('a database takes lists and objects in the place of those that a registry has', async () => {
    await using database = await open(await server.createDatabase());
    const id = await addRegistry(database.kysely, 'r');
    const registries = new RegistryStore(database, createKeyring(randomBytes(32)));
    const protection = [{ repository: 'team/*', tag: 'v?' }];
    expect(await registries.setProtection(id, { readOnly: true, protection })).toMatchObject({ protection });
    expect(await registries.update(id, { maxAge: 60 })).toMatchObject({ protection, maxAge: 60 });
  });

  test('a database is migrated once by gateways that start at once, and refused when a later version has changed it', async () => {
    const url = await server.createDatabase();
    const opened = await Promise.all([openPostgres(url), openPostgres(url), openPostgres(url)]);
    await Promise.all(opened.map((database) => database.close()));
    await server.run(url, "insert into mikro_orm_migrations (name) values ('Migration99999999999999_later')");
    await expect(openPostgres(url)).rejects.toMatchObject({
      code: 'STORAGE_CORRUPT',
      message:
        'The database was changed by a later version (Migration99999999999999_later). Start that version, or restore ' +
        'the backup made before it.',
    });
  });

  test('a server that is not there is told as busy', async () => {
    await expect(openPostgres('postgres://gateway@127.0.0.1:1/none')).rejects.toMatchObject({ code: 'STORAGE_BUSY' });
  });

  test('a database gets exactly the tables that the entities say, from the migrations', async () => {
    await using database = await open(await server.createDatabase());
    expect(await database.checkSchema()).toBe(true);
  });
});
