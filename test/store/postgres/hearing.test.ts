import { sql } from 'kysely';
import { Client } from 'pg';
import { createAnswerCache } from '../../../src/cache/answers.js';
import type { Database } from '../../../src/store/database/database.js';
import { AccountStore } from '../../../src/store/accounts/accounts.js';
import { uniqueSizeLimits } from '../../../src/store/index/uniquesizes.js';
import { createUsageStore } from '../../../src/store/index/usage.js';
import { RepositoryStore } from '../../../src/store/index/repositories.js';
import { createKeyring } from '../../../src/store/keys/keyring.js';
import { heardFor } from '../../../src/store/postgres/hearing.js';
import { openPostgres } from '../../../src/store/postgres/open.js';
import { RegistryStore } from '../../../src/store/registries/registries.js';
import { describeWhere } from '../../support/processes/child.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../../support/servers/postgres.js';
import { createManualTimer, type ManualTimer, until } from '../../support/timer.js';
import { addRegistry, addRepository } from '../rows.js';

type Opened = Database & AsyncDisposable;

async function open(url: string, timer?: ManualTimer): Promise<Opened> {
  const database = await openPostgres(url, timer && { timer });
  return Object.assign(database, { [Symbol.asyncDispose]: () => database.close() });
}

const at = new Date('2026-01-02T03:04:05.678Z');
const answer = {
  contentType: 'a',
  body: Buffer.from('a'),
  etag: null,
  coded: new Map(),
  touched: [],
  note: null,
  operation: null,
  conditions: [],
};

/** The value twice: it stands only while what others write is heard. */
const look = ({ generation }: Database): [number, number] => [generation.value, generation.value];
const isHeard = (database: Database): boolean => {
  const [first, second] = look(database);
  return first === second;
};

/** As a write that readers see. */
const noteVisible = (database: Database, place: string | number | null = null): Promise<void> =>
  database.write(place, async (_trx, note) => note('visible'));

describeWhere(postgresFolder !== null, "Debian's package postgresql is not installed", 'PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  const dropListeners = async (url: string): Promise<void> => {
    await server.run(
      url,
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'registry-gateway (listens)'`,
    );
  };

  test('what one gateway writes is counted once in each, in its own when the write resolves', async () => {
    const url = await server.createDatabase();
    await using a = await open(url);
    await using b = await open(url);
    const before = [a.generation.value, b.generation.value];
    await noteVisible(a);
    expect(a.generation.value).toBe(before[0]! + 1);
    await until(() => b.generation.value !== before[1]!);
    expect(b.generation.value).toBe(before[1]! + 1);
    // One of b is told to a after all that a has told of itself.
    await noteVisible(b);
    await until(() => a.generation.value !== before[0]! + 1);
    expect([a.generation.value, b.generation.value]).toEqual([before[0]! + 2, before[1]! + 2]);
  });

  test('what was rolled back, or noted nothing, is counted nowhere', async () => {
    const url = await server.createDatabase();
    await using a = await open(url);
    const before = a.generation.value;
    const failing = a.write(null, async (_trx, note) => {
      note('visible');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await a.write(null, async (trx) => void (await sql`select 1`.execute(trx)));
    expect(a.generation.value).toBe(before);
    expect((await sql`select 1 from generation`.execute(a.kysely)).rows).toEqual([]);
  });

  test('a write is counted under its registry, by the key of a repository too', async () => {
    await using a = await open(await server.createDatabase());
    const registryId = await addRegistry(a.kysely, 'r');
    const key = await addRepository(a.kysely, registryId, 'app');
    await noteVisible(a, registryId);
    await noteVisible(a, key);
    await noteVisible(a, key + 1);
    const { rows } = await sql`select name, value from generation order by name`.execute(a.kysely);
    expect(rows).toEqual([
      { name: 'visible ', value: 1 },
      { name: `visible ${registryId}`, value: 2 },
    ]);
  });

  test('a write whose word is lost is counted with the next look', async () => {
    const url = await server.createDatabase();
    const timer = createManualTimer();
    await using b = await open(url, timer);
    const before = b.generation.value;
    await sql`insert into generation values ('visible x', 1, pg_current_xact_id()::text::bigint)`.execute(b.kysely);
    await timer.advance(400);
    await until(() => b.generation.value !== before);
    expect(look(b)).toEqual([before + 1, before + 1]);
  });

  test('a write that is committed after later ones is not passed over', async () => {
    const url = await server.createDatabase();
    const timer = createManualTimer();
    await using b = await open(url, timer);
    const insert = (name: string): string =>
      `insert into generation values ('visible ${name}', 1, pg_current_xact_id()::text::bigint)`;
    const slow = new Client({ connectionString: url });
    await slow.connect();
    await slow.query('begin');
    await slow.query(insert('early'));
    const before = b.generation.value;
    await server.run(url, insert('late'));
    await timer.advance(400);
    await until(() => b.generation.value !== before);
    expect(b.generation.value).toBe(before + 1);
    await slow.query('commit');
    await slow.end();
    await timer.advance(400);
    await until(() => b.generation.value !== before + 1);
    expect(b.generation.value).toBe(before + 2);
  });

  test('nothing that is kept is used once the last look is a second old, until the next is answered', async () => {
    const url = await server.createDatabase();
    const timer = createManualTimer();
    await using b = await open(url, timer);
    const cache = createAnswerCache(b.generation);
    expect(cache.keep('q', cache.generation, answer)).toBe(true);
    for (let passed = 0; passed <= heardFor; passed += 400) {
      // The look that was due was answered: the next is.
      await until(() => timer.waiting().includes(400));
      expect(cache.find('q')).toBe(answer);
      await timer.advance(400);
    }
    // The looks that are due are not answered while their table is locked.
    const locking = new Client({ connectionString: url });
    await locking.connect();
    await locking.query('begin');
    await locking.query('lock table generation');
    await timer.advance(heardFor * 2);
    expect(cache.find('q')).toBeNull();
    expect(cache.keep('q', cache.generation, answer)).toBe(false);
    await locking.query('commit');
    await locking.end();
    await until(async () => {
      await timer.advance(100);
      return isHeard(b);
    });
    expect(cache.keep('q', cache.generation, answer)).toBe(true);
    expect(cache.find('q')).toBe(answer);
  });

  test('nothing that is kept is used while no connection listens, and what was written meanwhile counts after', async () => {
    const url = await server.createDatabase();
    const timer = createManualTimer();
    await using a = await open(url);
    await using b = await open(url, timer);
    const registries = new RegistryStore(b, createKeyring(new Uint8Array(32)));
    const cache = createAnswerCache(b.generation);
    expect(await registries.list()).toEqual([]);
    expect(cache.keep('q', cache.generation, answer)).toBe(true);
    await dropListeners(url);
    await until(() => !isHeard(b));
    expect(cache.find('q')).toBeNull();
    expect(cache.keep('q', cache.generation, answer)).toBe(false);
    await addRegistry(a.kysely, 'unheard');
    expect(await registries.list()).toMatchObject([{ name: 'unheard' }]);
    await until(() => isHeard(a));
    const told: string[] = [];
    b.elsewhere.on('settings', (registryId) => told.push(registryId));
    await a.write('meanwhile', async (_trx, note) => note('settings'));
    expect(told).toEqual([]);
    await timer.advance(250);
    await until(() => isHeard(b));
    expect(told).toEqual(['meanwhile']);
    expect(cache.keep('q', cache.generation, answer)).toBe(true);
    expect(cache.find('q')).toBe(answer);
  });

  test('a token is read once, and anew after another process has revoked it or changed the roles of its account', async () => {
    const url = await server.createDatabase();
    await using a = await open(url);
    await using b = await open(url);
    const [accounts, others] = [a, b].map((database) => new AccountStore(database, () => at)) as [
      AccountStore,
      AccountStore,
    ];
    const { id: accountId } = await accounts.create({ username: 'ann', roles: ['admin'], passwordHash: null });
    const token = { accountId, hash: 'h', label: 'ci', roles: ['admin' as const], expiresAt: new Date(2e13) };
    const { id } = await accounts.createToken(token);
    const find = async () => (await others.findToken('h'))!;
    expect(await find()).toBe(await find());
    await accounts.setRoles(accountId, ['viewer' as never]);
    await until(async () => (await find()).account.roles[0] !== 'admin');
    // Beside every gateway.
    await server.run(url, `update token set revoked_at = 5 where id = '${id}'`);
    await until(async () => (await find()).revokedAt !== null);
    expect((await find()).revokedAt).toEqual(new Date(5));
  });

  test('the list of registries and their states are read again after another gateway has written to one', async () => {
    const url = await server.createDatabase();
    await using a = await open(url);
    await using b = await open(url);
    const [own, others] = [a, b].map((database) => new RegistryStore(database, createKeyring(new Uint8Array(32)))) as [
      RegistryStore,
      RegistryStore,
    ];
    await others.list();
    const settings = { name: 'r', addr: 'http://r', tlsSkipVerify: false, maxAge: 30 } as never;
    const { id } = await own.create(settings);
    await until(async () => (await others.list()).length === 1);
    const latency = async () => (await others.states([id])).get(id)?.health.latencyMs;
    expect(await latency()).toBeNull();
    const health = { reachable: true, authenticated: null, latencyMs: 7, checkedAt: at, message: null };
    await own.recordHealth(id, health);
    await until(async () => (await latency()) === 7);
    await own.recordHealth(id, { ...health, reachable: false, latencyMs: 8 });
    await until(async () => (await latency()) === 8);
    await own.remove(id);
    await until(async () => (await others.list()).length === 0);
  });

  test('other gateways close the client of a registry when it is reached otherwise, and for nothing else', async () => {
    const url = await server.createDatabase();
    await using a = await open(url);
    await using b = await open(url);
    const registries = new RegistryStore(a, createKeyring(new Uint8Array(32)));
    const settings = { name: 'r', addr: 'http://r', tlsSkipVerify: false, maxAge: 30 } as never;
    const { id } = await registries.create(settings);
    const counted = async (): Promise<unknown> =>
      (await sql<{ value: number }>`select value from generation where name = ${`settings ${id}`}`.execute(a.kysely))
        .rows[0]?.value;
    const told: string[] = [];
    await until(async () => (await counted()) === 1);
    await noteVisible(a, id);
    const before = b.generation.value;
    await noteVisible(a, id);
    await until(() => b.generation.value !== before);
    b.elsewhere.on('settings', (registryId) => told.push(registryId));
    await registries.setProtection(id, { readOnly: true });
    await registries.update(id, { maxAge: 90, addr: 'http://r' as never });
    expect(await counted()).toBe(1);
    const changes = [
      { name: 'q' as never },
      { addr: 'http://q' as never },
      { tlsSkipVerify: true },
      { credentials: { username: 'u', password: 'p' } },
      { caCertificate: 'c' },
      { authRealm: 'http://realm' as never },
      { proxy: 'none' as never },
    ];
    for (const change of changes) await registries.update(id, change);
    expect(await counted()).toBe(1 + changes.length);
    await registries.remove(id);
    await until(() => told.length === 1 + changes.length);
  });

  test('the unique size of a repository is weighed again after another gateway has changed what one holds', async () => {
    const url = await server.createDatabase();
    await using a = await open(url);
    await using b = await open(url);
    const registryId = await addRegistry(a.kysely, 'r');
    const [key, other] = [
      await addRepository(a.kysely, registryId, 'one'),
      await addRepository(a.kysely, registryId, 'two'),
    ];
    await sql`insert into image (id, digest, kind, media_type, manifest_size, first_seen_at, config_state, annotations,
      labels, history, has_unknown_children)
      values (1, 'sha256:1', 'image', 'm', 1, 0, 'none', '{}', '{}', '[]', 0)`.execute(a.kysely);
    await sql`insert into blob (id, digest) values (1, 'sha256:b')`.execute(a.kysely);
    await sql`insert into image_blob (image_id, position, blob_id, size, is_size_known, media_type, is_foreign)
      values (1, 0, 1, 42, 1, 'm', 0)`.execute(a.kysely);
    await sql`insert into tag (repository_id, name, sort_key, is_hidden, first_seen_at, changed_at, updated_at,
      updated_source, image_id) values (${key}, 'v', 'v', 0, 0, 0, 0, 'FIRST_SEEN', 1)`.execute(a.kysely);
    const [own, others] = [a, b].map((database) => createUsageStore(database, { ...uniqueSizeLimits, large: 0 })) as [
      ReturnType<typeof createUsageStore>,
      ReturnType<typeof createUsageStore>,
    ];
    await own.deriveSizes(key);
    const size = async () => (await others.uniqueSizesOf([key])).get(key);
    await until(async () => (await size()) === 42);
    await sql`insert into tag (repository_id, name, sort_key, is_hidden, first_seen_at, changed_at, updated_at,
      updated_source, image_id) values (${other}, 'v', 'v', 0, 0, 0, 0, 'FIRST_SEEN', 1)`.execute(a.kysely);
    await own.deriveSizes(other);
    await until(async () => (await size()) === 0);
    await new RepositoryStore(a).recordLook({ key: other, registryId, missedScans: 1 } as never, false, at);
    await until(async () => (await size()) === 42);
  });

  test('whoever waits for rows is woken when another gateway writes some, before the next look for them', async () => {
    const url = await server.createDatabase();
    const timer = createManualTimer();
    await using a = await open(url);
    await using b = await open(url, timer);
    const registryId = await addRegistry(a.kysely, 'r');
    const woken: string[] = [];
    const stop = (['event', 'job'] as const).map((table) => b.writes.on(table, () => woken.push(table)));
    const insert = sql`insert into event (at, kind, registry_id, registry_name)
      values (0, 'REGISTRY_BACK', ${registryId}, 'r')`;
    await insert.execute(a.kysely);
    await until(() => woken.length > 0);
    await sql`insert into job (id, kind, registry_id, state, requested_by, created_at, failures, failure_count, done,
      total) values ('x', 'CRAWL', ${registryId}, 'RUNNING', 'a', 0, '[]', 0, 0, 0)`.execute(a.kysely);
    await until(() => woken.length > 1);
    expect(woken).toEqual(['event', 'job']);
    await timer.advance(1000);
    expect(woken).toEqual(['event', 'job', 'event', 'job']);
    stop.forEach((end) => end());
    await insert.execute(a.kysely);
    await timer.advance(1000);
    expect(woken).toHaveLength(4);
  });

  test('the gateways that live are counted with each look', async () => {
    const url = await server.createDatabase();
    const timer = createManualTimer();
    await using b = await open(url, timer);
    expect(b.replicas).toBe(1);
    const seen = '(extract(epoch from clock_timestamp()) * 1000)::bigint';
    await server.run(
      url,
      `insert into replica values ('a', 0, ${seen}), ('b', 0, ${seen}), ('c', 0, ${seen}), ('z', 0, ${seen} - 20000)`,
    );
    await until(async () => {
      await timer.advance(100);
      return b.replicas === 3;
    });
  });
});
