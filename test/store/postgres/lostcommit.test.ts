import { randomUUID } from 'node:crypto';
import { createOwnEntry } from '../../../src/domain/audit.js';
import { AccountStore } from '../../../src/store/accounts/accounts.js';
import type { Database } from '../../../src/store/database/database.js';
import { withStorage } from '../../../src/store/file/errors.js';
import { createAuditLog } from '../../../src/store/jobs/audit.js';
import { openPostgres } from '../../../src/store/postgres/open.js';
import { WebhookStore } from '../../../src/store/webhooks/webhooks.js';
import type { Timer } from '../../../src/timer.js';
import { describeWhere } from '../../support/processes/child.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../../support/servers/postgres.js';
import { type Relay, startRelay } from '../../support/servers/relay.js';
import { createHastyTimer, until } from '../../support/timer.js';

const noDatabase = "Debian's package postgresql is not installed";
/** As it goes over the wire. */
const commit = 'commit\0';

describeWhere(postgresFolder !== null, noDatabase, 'commits whose answer is lost', () => {
  let server: PostgresServer;
  let relay: Relay;
  let url: string;
  let runs: number;
  const opened: Database[] = [];
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    url = await server.createDatabase();
    relay = await startRelay(Number(new URL(url).port));
    runs = 0;
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((database) => database.close()));
    await relay.close();
  });

  const open = async (timer?: Timer): Promise<Database> => {
    const through = Object.assign(new URL(url), { port: relay.port }).href;
    const database = await openPostgres(through, timer && { timer });
    opened.push(database);
    return database;
  };
  const write = (database: Database): Promise<void> =>
    withStorage(() =>
      database.write(null, async (db, note) => {
        runs += 1;
        note('visible');
        await db
          .insertInto('setting')
          .values({ key: `test ${randomUUID()}`, value: '' })
          .execute();
      }),
    );
  const countWritten = (): Promise<string> => server.run(url, "select count(*) from setting where key like 'test %'");

  test('a commit is found to be made where it came to the server, and nothing of it is done again', async () => {
    const database = await open();
    relay.failNext(commit, 'lose-answer');
    await write(database);
    expect([relay.hits, runs, await countWritten()]).toEqual([1, 1, '1']);
    // The connection is not used again.
    await write(database);
    expect([runs, await countWritten()]).toEqual([2, '2']);
  });

  test('a commit is found not to be made where it did not come there, and is made then', async () => {
    const database = await open();
    relay.failNext(commit, 'lose-request');
    await write(database);
    expect([relay.hits, runs, await countWritten()]).toEqual([1, 2, '1']);
  });

  test('a commit that was made leaves one entry in the audit log, and one account', async () => {
    const database = await open();
    const entry = createOwnEntry({ at: new Date(1), actor: 'ann', action: 'test', details: null });
    relay.failNext(commit, 'lose-answer');
    await createAuditLog(database).add(entry);
    relay.failNext(commit, 'lose-answer');
    const ann = await new AccountStore(database).create({ username: 'ann', roles: ['admin'], passwordHash: null });
    expect(relay.hits).toBe(2);
    expect(await server.run(url, "select count(*) from audit_entry where action = 'test'")).toBe('1');
    expect(await server.run(url, 'select id from account')).toBe(ann.id);
  });

  test('a commit is told of as unknown while the server cannot be asked, and is not made again', async () => {
    const database = await open(createHastyTimer());
    relay.failNext(commit, 'leave');
    await expect(write(database)).rejects.toMatchObject({
      code: 'STORAGE_OUTCOME_UNKNOWN',
      retryable: false,
      message:
        'The database server was lost as the change was committed, and whether it was made is not known. Look ' +
        'whether it is there before you ask for it again.',
    });
    expect([runs, await countWritten()]).toEqual([1, '1']);
    relay.setAway(false);
    await write(database);
    expect([runs, await countWritten()]).toEqual([2, '2']);
  });

  test('a commit is unknown too where the server was started since, which may give its number to another', async () => {
    const database = await open();
    relay.failNext(commit, 'leave');
    const written = write(database).catch((error: unknown) => error);
    await until(() => relay.hits === 1);
    await server.stop();
    await server.resume();
    relay.setAway(false);
    expect(await written).toMatchObject({ code: 'STORAGE_OUTCOME_UNKNOWN' });
    expect(runs).toBe(1);
  });

  test('a commit is unknown where another server answers, which may have been made from what this one had', async () => {
    const other = await startPostgres();
    await other.run(other.url, `create database ${new URL(url).pathname.slice(1)}`);
    const copy = await openPostgres(Object.assign(new URL(url), { port: new URL(other.url).port }).href);
    const database = await open();
    relay.failNext(commit, 'leave');
    const written = write(database).catch((error: unknown) => error);
    await until(() => relay.hits === 1);
    relay.leadTo(Number(new URL(other.url).port));
    relay.setAway(false);
    expect(await written).toMatchObject({ code: 'STORAGE_OUTCOME_UNKNOWN' });
    expect(runs).toBe(1);
    await copy.close();
    await Promise.all(opened.splice(0).map((each) => each.close()));
    await other.close();
  });

  test('an attempt to deliver that was noted is noted once, and the answer is that it was', async () => {
    const database = await open();
    const keyring = { seal: () => 'sealed', open: () => 'secret' };
    const webhooks = new WebhookStore(database, keyring);
    const settings = { url: 'https://a.example', secret: 's', kinds: null, registryIds: null, repositoryPattern: null };
    const audit = () => createOwnEntry({ at: new Date(1), actor: 'ann', action: 'test', details: null });
    const { id } = await webhooks.create(settings, { ownerId: randomUUID(), place: 5 }, audit);
    for (const text of ['update "webhook"', commit]) {
      relay.failNext(text, 'lose-answer');
      const { place } = (await webhooks.find(id))!;
      expect(await webhooks.note(id, place, { place: place + 1 })).toBe(true);
    }
    expect([relay.hits, (await webhooks.find(id))?.place]).toEqual([2, 7]);
  });

  test('looking for a commit ends a transaction that stands in the server with its commit on the way', async () => {
    const database = await open();
    relay.failNext(commit, 'stop');
    const written = write(database);
    await until(() => relay.hits === 1);
    // The client sees its connection end; the server does not.
    relay.dropClients();
    await written;
    expect([runs, await countWritten()]).toEqual([2, '1']);
  });
});
