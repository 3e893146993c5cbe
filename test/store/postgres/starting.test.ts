import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openStore } from '../../../src/store/engines.js';
import { readInstanceId } from '../../../src/store/keys/canary.js';
import { describeWhere } from '../../support/processes/child.js';
import { startProcess } from '../../support/processes/gateway.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../../support/servers/postgres.js';
import { startGateway } from '../../support/worlds/gateway.js';
import { createFolder } from '../files.js';

const key = 'q8Jc3mVhZ0bT5nLxW2rYkP7sD1fG4aUe';
const password = 'canary-of-the-database';

/** The drivers that a process has loaded when it has opened a database. */
async function listDrivers(url: string): Promise<string> {
  const engines = new URL('../../../src/store/engines.js', import.meta.url).href;
  const script = `
    const { openStore } = await import('${engines}');
    const database = await openStore(process.argv[1]);
    await database.close();
    const { createRequire } = await import('node:module');
    const loaded = Object.keys(createRequire('${engines}').cache);
    const isLoaded = (name) => loaded.some((path) => path.includes('/node_modules/' + name + '/'));
    console.log(['better-sqlite3', 'pg'].filter(isLoaded).join());`;
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const args = ['--input-type=module', '-e', script, url];
  return (await promisify(execFile)(process.execPath, args, { cwd: folder })).stdout.trim();
}

describeWhere(
  postgresFolder !== null,
  "Debian's package postgresql is not installed",
  'a gateway on PostgreSQL',
  () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server.close());

    /** The address of a new database, with a password, which this server asks nobody for. */
    async function createUrl(): Promise<string> {
      const url = new URL(await server.createDatabase());
      url.password = password;
      return url.href;
    }

    test('a gateway starts, is ready, ends with 0, and shows its password nowhere', async () => {
      using folder = createFolder();
      const url = await createUrl();
      const env = { DATABASE_URL: url, SECRET_KEY: key, ADMIN_PASSWORD: 'correct horse battery', LOG_LEVEL: 'trace' };
      const gateway = startProcess(folder.path, env);
      const ready = await fetch(`${await gateway.listening()}/readyz?verbose`);
      expect([ready.status, await ready.json()]).toEqual([
        200,
        {
          status: 'ok',
          parts: ['database', 'key', 'registries'].map((part) => ({ part, state: 'ok' })),
        },
      ]);
      gateway.child.kill('SIGTERM');
      expect(await gateway.ended()).toBe(0);
      expect(gateway.output()).toContain(`"database":"postgres://[redacted]@${new URL(url).host}/gateway1"`);
      expect(gateway.output()).not.toContain(password);
    });

    test('two gateways that start at once on an empty database have one admin, one key and one id', async () => {
      const settings = { databaseUrl: await createUrl(), loadKey: () => Buffer.from(key) };
      const [one, other] = await Promise.all([startGateway(settings), startGateway(settings)]);
      await using first = one;
      await using second = other;
      const list = async (gateway: typeof first) => {
        const { body } = await gateway.graphql('{ accounts(first: 10) { nodes { username } } }', {}, first);
        return body.data;
      };
      const both = { accounts: { nodes: [{ username: 'admin' }] } };
      expect([await list(first), await list(second)]).toEqual([both, both]);
      expect(first.app.keyId).toBe(second.app.keyId);
      const databases = [await openStore(settings.databaseUrl), await openStore(settings.databaseUrl)];
      const [id, ...others] = await Promise.all(databases.map((database) => readInstanceId(database)));
      expect(others).toEqual([id]);
      for (const database of databases) await database.close();
    });

    test.each([
      [
        'a user that is not there',
        (url: URL) => (url.username = 'nobody'),
        78,
        /lets this user in from nowhere.* \(28000\)/,
      ],
      ['a database that is not there', (url: URL) => (url.pathname = '/none'), 78, /has no such database.* \(3D000\)/],
      ['a server without TLS', (url: URL) => url.searchParams.set('sslmode', 'require'), 78, /does not speak TLS/],
      ['a server that is away', (url: URL) => (url.port = '1'), 1, /The database server cannot be reached/],
    ])('a gateway does not start on %s, and says why', async (_name, change, code, said) => {
      using folder = createFolder();
      const url = new URL(await createUrl());
      change(url);
      const gateway = startProcess(folder.path, { DATABASE_URL: url.href, SECRET_KEY: key });
      expect(await gateway.ended()).toBe(code);
      expect(gateway.output()).toMatch(said);
      expect(gateway.output()).not.toContain(password);
    });

    test('a process loads the driver of its engine alone', async () => {
      expect(await listDrivers('sqlite::memory:')).toBe('better-sqlite3');
      expect(await listDrivers(await createUrl())).toBe('pg');
    });

    test('metrics have the size of the database, and not what only a file has', async () => {
      await using gateway = await startGateway({ databaseUrl: await createUrl() });
      const { text } = await gateway.rest('GET', '/metrics');
      expect(text).toMatch(/^registry_gateway_database_size_bytes [1-9]/m);
      expect(text).not.toMatch(/^registry_gateway_database_(?:wal_size|free|disk_free|disk_size)_bytes /m);
      expect(text).not.toContain(password);
    });
  },
);
