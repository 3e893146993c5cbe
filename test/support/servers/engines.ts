import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { type Database, type DatabaseOptions, openDatabase } from '../../../src/store/database/database.js';
import { openStore } from '../../../src/store/engines.js';
import type { Timer } from '../../../src/timer.js';
import { closeOnce } from '../run/leftovers.js';
import { migratedImage } from './image.js';
import { postgresFolder, type PostgresServer, startPostgres } from './postgres.js';

/** A database engine, and how a test has an empty migrated database of it. */
export interface Engine {
  readonly name: 'sqlite' | 'postgres';
  readonly open: (timer?: Timer) => Promise<Database & AsyncDisposable>;
}

/** Of a run on PostgreSQL (jest.postgres.config.mjs): the server that all its files share. */
export const serverVariable = 'TEST_POSTGRES_SERVER';
const shared = process.env[serverVariable];

/** The engine of the tests that name none. */
export const engineOfRun: Engine['name'] = shared === undefined ? 'sqlite' : 'postgres';

const sqlite: Engine = {
  name: 'sqlite',
  open: async (timer) => disposable(await openInMemory(timer && { timer })),
};

/**
 * The engines that a suite runs on: `describe.each(listEngines('lists'))('on $name', ({ open }) => …)`. SQLite in
 * memory; and a PostgreSQL of this file's own, started when the first test needs it. Where none is installed, one line
 * says what is skipped.
 */
export function listEngines(suite: string): readonly Engine[] {
  if (shared !== undefined) return [{ name: 'postgres', open: (timer) => openOn(shared, timer && { timer }) }];
  if (postgresFolder === null) {
    process.stdout.write(`Skipped: ${suite} on PostgreSQL: Debian's package postgresql is not installed.\n`);
    return [sqlite];
  }
  let server: Promise<PostgresServer> | undefined;
  afterAll(async () => (await server)?.close());
  const start = async (): Promise<PostgresServer> => {
    const started = await startPostgres();
    await prepareTemplate(started.url);
    return started;
  };
  const open = async (timer?: Timer): Promise<Database & AsyncDisposable> =>
    openOn((await (server ??= start())).url, timer && { timer });
  return [sqlite, { name: 'postgres', open }];
}

/** An empty migrated database of the engine of this run: SQLite in memory, or one on the shared server. */
export async function openEmpty(options: DatabaseOptions = {}): Promise<Database & AsyncDisposable> {
  return shared === undefined ? disposable(await openInMemory(options)) : openOn(shared, options);
}

function openInMemory(options: DatabaseOptions = {}): Promise<Database> {
  return openDatabase('sqlite::memory:', { image: migratedImage, ...options });
}

/** Makes the database that those of tests are copied from: it takes a fifth of what the migrations take. */
export async function prepareTemplate(server: string): Promise<void> {
  await ask(server, 'create database migrated');
  await (await openStore(addressOf(server, 'migrated'))).close();
}

/** The address of a new database on the shared server with the tables of a gateway; it goes when it is closed. */
export async function createShared(): Promise<TestDatabase> {
  return createCopy(shared ?? '');
}

/** A database of a server, and what takes it away. */
interface TestDatabase {
  readonly url: string;
  readonly drop: () => Promise<void>;
}

async function openOn(server: string, options: DatabaseOptions = {}): Promise<Database & AsyncDisposable> {
  const { url, drop } = await createCopy(server);
  const database = await openStore(url, options);
  const close = database.close.bind(database);
  return disposable(Object.assign(database, { close: closeOnce(() => close().then(drop)) }));
}

async function createCopy(server: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await ask(server, `create database ${name} template migrated`);
  return { url: addressOf(server, name), drop: () => ask(server, `drop database ${name} with (force)`) };
}

async function ask(server: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function addressOf(server: string, name: string): string {
  return Object.assign(new URL(server), { pathname: `/${name}` }).href;
}

function disposable(database: Database): Database & AsyncDisposable {
  return Object.assign(database, { [Symbol.asyncDispose]: () => database.close() });
}
