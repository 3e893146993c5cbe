import { sql } from 'kysely';
import type { Attempt, MutationContext } from '../../src/catalogue/audit.js';
import type { RequestContext } from '../../src/catalogue/context.js';
import { serviceKeyActor, type Viewer } from '../../src/domain/account.js';
import { type AuditEntry, createOwnEntry } from '../../src/domain/audit.js';
import { badInput, type ErrorCode, GatewayError } from '../../src/errors.js';
import { createAuditLog } from '../../src/store/jobs/audit.js';
import { createTestCatalogue, type TestCatalogue } from '../support/worlds/catalogue.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry } from '../support/registry/server.js';
import { createManualTimer } from '../support/timer.js';
import { writes } from '../support/observed/writes.js';
import { refuseChanges } from '../support/observed/refusals.js';

const ann: Viewer = { accountId: 'a', username: 'ann', roles: ['admin'] };

function openRequest({ catalogue }: TestCatalogue, viewer: Viewer | null = ann): RequestContext {
  return catalogue.open(viewer, { requestId: 'r1' });
}

async function readLog({ database }: TestCatalogue): Promise<readonly AuditEntry[]> {
  return (await createAuditLog(database).list({}, { first: 100, after: null })).items;
}

/** Runs it as a mutation is run, and gives what it threw. */
async function attempt(
  gateway: TestCatalogue,
  run: (request: MutationContext) => Promise<unknown>,
  more: Partial<Attempt> = {},
): Promise<unknown> {
  return gateway.catalogue.useCases.audit
    .audited(openRequest(gateway), { action: 'setThing', ...more }, run, () => null)
    .then(
      () => null,
      (error: unknown) => error,
    );
}

/** Until nothing more goes in: not even one entry. */
async function fillDisk(gateway: TestCatalogue): Promise<void> {
  const { database } = gateway;
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(database.kysely);
  await sql.raw(`pragma max_page_count = ${rows[0]!.page_count}`).execute(database.kysely);
  const log = createAuditLog(database);
  const filler = createOwnEntry({ at: new Date(0), actor: 'f', action: 'fill', details: null });
  for (;;) {
    try {
      await log.add(filler);
    } catch (error) {
      expect(error).toMatchObject({ code: 'STORAGE_FULL' });
      return;
    }
  }
}

async function makeRoom({ database }: TestCatalogue): Promise<void> {
  await sql`pragma max_page_count = 1000000`.execute(database.kysely);
}

describe('the record of a mutation', () => {
  test('the record of a mutation is the entry that was committed with the change, and no other, whatever happens afterwards', async () => {
    await using gateway = await createTestCatalogue();
    const log = createAuditLog(gateway.database);
    const commit = ({ deed }: MutationContext): Promise<string> =>
      deed.commit(async (entry) => {
        await log.add(entry({ details: { from: 1, to: 2 } }));
        return 'changed';
      });
    expect(await attempt(gateway, commit)).toBeNull();
    const late = new GatewayError('STORAGE_BUSY', 'Later.');
    const failLate = async (request: MutationContext): Promise<never> => {
      await commit(request);
      throw late;
    };
    expect(await attempt(gateway, failLate)).toBe(late);
    const done = {
      action: 'setThing',
      actor: 'ann',
      requestId: 'r1',
      outcome: 'DONE',
      code: null,
      message: null,
      details: { from: 1, to: 2 },
    };
    expect(await readLog(gateway)).toMatchObject([done, done]);
  });

  test('a record is not committed twice: the second change is not made', async () => {
    await using gateway = await createTestCatalogue();
    const log = createAuditLog(gateway.database);
    let changes = 0;
    const commit = ({ deed }: MutationContext): Promise<void> =>
      deed.commit((entry) => {
        changes += 1;
        return log.add(entry());
      });
    const fault = await attempt(gateway, async (request) => {
      await commit(request);
      await commit(request);
    });
    expect([fault, changes, (await readLog(gateway)).length]).toEqual([
      new Error('setThing has its entry in the audit log already: one mutation leaves one.'),
      1,
      1,
    ]);
  });

  test('the record of a mutation is the failure, when the change could not be committed', async () => {
    await using gateway = await createTestCatalogue();
    const conflict = new GatewayError('CONFLICT', 'Taken.');
    expect(await attempt(gateway, ({ deed }) => deed.commit(() => Promise.reject(conflict)))).toBe(conflict);
    expect(await readLog(gateway)).toMatchObject([
      { outcome: 'REFUSED', code: 'CONFLICT', message: 'Taken.', details: null },
    ]);
  });

  test('has what was found out until it failed, and never claims that a failure is work that goes on', async () => {
    await using gateway = await createTestCatalogue();
    const run = async ({ deed }: MutationContext): Promise<never> => {
      deed.tell({ outcome: 'ACCEPTED', jobId: 'j', details: { from: 'a' } });
      throw new GatewayError('DELETE_INCOMPLETE', 'Some are left.');
    };
    await attempt(gateway, run, { registry: 'none', repository: 'app', tags: ['v1'] });
    expect(await readLog(gateway)).toMatchObject([
      {
        outcome: 'FAILED',
        code: 'DELETE_INCOMPLETE',
        message: 'Some are left.',
        jobId: 'j',
        details: { from: 'a' },
        registryId: null,
        registryName: 'none',
        repository: 'app',
        tags: ['v1'],
      },
    ]);
  });

  test('a hundred refusals of one account with one code are written, and no more until an hour is over', async () => {
    const timer = createManualTimer();
    await using gateway = await createTestCatalogue({ timer });
    const refuse = (code: ErrorCode) => attempt(gateway, () => Promise.reject(new GatewayError(code, 'No.')));
    const count = async (code: ErrorCode): Promise<number> => {
      const rows = gateway.database.kysely.selectFrom('audit_entry').select('details').where('code', '=', code);
      return (await rows.execute()).length;
    };
    for (let at = 0; at < 102; at++) await refuse('FORBIDDEN');
    await refuse('NOT_FOUND');
    expect([await count('FORBIDDEN'), await count('NOT_FOUND')]).toEqual([100, 1]);
    const [, hundredth, before] = await readLog(gateway);
    expect([hundredth!.details, before!.details]).toEqual([{ furtherUnwrittenSeconds: 3600 }, null]);
    for (let at = 0; at < 102; at++) await refuse('UPSTREAM_TIMEOUT');
    expect(await count('UPSTREAM_TIMEOUT')).toBe(102);
    await timer.advance(3_600_000);
    await refuse('FORBIDDEN');
    expect(await count('FORBIDDEN')).toBe(101);
  });

  test('tells of a bug that there was one, and nothing of it', async () => {
    await using gateway = await createTestCatalogue();
    const bug = new Error('canary at /srv/app.js');
    expect(await attempt(gateway, () => Promise.reject(bug))).toBe(bug);
    const [entry] = await readLog(gateway);
    expect(entry).toMatchObject({
      outcome: 'FAILED',
      code: 'INTERNAL',
      message: 'Something went wrong inside the gateway. The log has it under the request id.',
    });
    expect(JSON.stringify(entry)).not.toContain('canary');
  });

  test.each(['addr', 'authRealm', 'caCertificate', 'credentials', 'eventsSecret', 'planToken'])(
    'keeps out what is quoted of a wrong "%s"',
    async (argument) => {
      await using gateway = await createTestCatalogue();
      const wrong = badInput(String.raw`"ann:canary \" canary \\" is not it.`, 'input', argument);
      expect(await attempt(gateway, () => Promise.reject(wrong))).toBe(wrong);
      expect((await readLog(gateway)).map(({ message }) => message)).toEqual(['"…" is not it.']);
    },
  );

  test('the record of a mutation of nobody is not kept, nor is a login that was not let through', async () => {
    await using gateway = await createTestCatalogue();
    const refuse = (code: ErrorCode) => (): Promise<never> => Promise.reject(new GatewayError(code, 'No.'));
    const asNobody = (about: Attempt, code: ErrorCode): Promise<unknown> =>
      gateway.catalogue.useCases.audit
        .audited(openRequest(gateway, null), about, refuse(code), () => null)
        .catch((error: unknown) => (error as GatewayError).code);
    expect(await asNobody({ action: 'addRegistry', registry: 'r' }, 'UNAUTHENTICATED')).toBe('UNAUTHENTICATED');
    const unchecked = ['RATE_LIMITED', 'OVERLOADED', 'BAD_USER_INPUT', 'STORAGE_BUSY', 'INTERNAL'] as const;
    for (const code of unchecked) expect(await asNobody({ action: 'login', username: 'bob' }, code)).toBe(code);
    expect(await readLog(gateway)).toEqual([]);
    await asNobody({ action: 'login', username: 'bob' }, 'UNAUTHENTICATED');
    await asNobody({ action: 'login', username: 'Bob (admin)' }, 'UNAUTHENTICATED');
    await asNobody({ action: 'login', username: 'eve' }, 'FORBIDDEN');
    expect((await readLog(gateway)).map(({ actor }) => actor)).toEqual(['eve', '(unknown)', 'bob']);
  });

  test('a record of who speaks for itself has its name, which no account can have', async () => {
    await using gateway = await createTestCatalogue();
    const username = serviceKeyActor('00000000-0000-4000-8000-000000000001');
    const request = openRequest(gateway, { accountId: 'a', username, roles: ['admin'] });
    const run = (): Promise<string> => Promise.resolve('done');
    await gateway.catalogue.useCases.audit.audited(request, { action: 'setThing' }, run, () => null);
    expect(await readLog(gateway)).toMatchObject([{ actor: username, action: 'setThing' }]);
  });
});

describe('with a full disk', () => {
  const add =
    'mutation ($input: AddRegistryInput!) { addRegistry(input: $input) { registry { id } userErrors { code } } }';
  const remove = 'mutation ($id: ID!) { removeRegistry(input: { id: $id }) { userErrors { code } } }';

  test('no registry is attached, and no entry says so', async () => {
    await using gateway = await createTestCatalogue();
    await using registry = await createMemoryRegistry();
    await fillDisk(gateway);
    const before = await readLog(gateway);
    const { codes } = await gateway.query(add, { input: { name: 'r', addr: registry.url } });
    expect([codes, await gateway.registries.list(), await readLog(gateway)]).toEqual([['STORAGE_FULL'], [], before]);
    await makeRoom(gateway);
    expect((await gateway.query(add, { input: { name: 'r', addr: registry.url } })).codes).toEqual([]);
    expect([(await gateway.registries.list()).length, (await readLog(gateway))[0]]).toMatchObject([
      1,
      { action: 'addRegistry', registryName: 'r', outcome: 'DONE' },
    ]);
  });

  test('a registry is detached with its entry, or stays', async () => {
    await using gateway = await createTestCatalogue();
    await using registry = await createMemoryRegistry();
    const { id } = await gateway.attach('r', registry.url);
    await fillDisk(gateway);
    const { codes } = await gateway.query(remove, { id });
    const left = (await gateway.registries.list()).length;
    const told = (await readLog(gateway)).filter(
      ({ action, outcome }) => action === 'removeRegistry' && outcome === 'DONE',
    ).length;
    expect([left, told]).toEqual(codes.length > 0 ? [1, 0] : [0, 1]);
  });

  test('a refusal that cannot be recorded is still a refusal, and says what is wrong', async () => {
    await using gateway = await createTestCatalogue();
    await fillDisk(gateway);
    const { codes, messages } = await gateway.query(
      remove,
      { id: '00000000-0000-4000-8000-000000000000' },
      'registries:ro',
    );
    expect([codes, messages]).toEqual([
      ['STORAGE_FULL'],
      [expect.stringMatching(/^test may not do this.* The audit log could not take it\. The disk is full/)],
    ]);
  });

  test('what was done at a registry is told as done, though it could not be recorded', async () => {
    await using gateway = await createTestCatalogue();
    await fillDisk(gateway);
    expect(await attempt(gateway, async () => 'done')).toMatchObject({
      code: 'STORAGE_FULL',
      message: expect.stringMatching(/^It was done\. The audit log could not take it\./) as string,
    });
  });

  test('a bug is told as itself', async () => {
    await using gateway = await createTestCatalogue();
    await fillDisk(gateway);
    const bug = new Error('a bug');
    expect(await attempt(gateway, () => Promise.reject(bug))).toBe(bug);
  });
});

test('a change that the database refuses leaves its failure, and nothing that says it was made', async () => {
  await using gateway = await createTestCatalogue();
  await using registry = await createMemoryRegistry();
  await refuseChanges(gateway.database.kysely, { change: 'insert', table: 'registry' }, 'canary');
  const { codes } = await gateway.query(
    'mutation ($input: AddRegistryInput!) { addRegistry(input: $input) { registry { id } } }',
    { input: { name: 'r', addr: registry.url } },
  );
  expect(codes).toHaveLength(1);
  const entries = await readLog(gateway);
  expect(entries).toMatchObject([
    { action: 'addRegistry', registryId: null, registryName: 'r', outcome: 'FAILED', code: 'INTERNAL' },
  ]);
  expect(JSON.stringify(entries)).not.toContain('canary');
  expect(await gateway.registries.list()).toEqual([]);
});

describe('a deletion', () => {
  const deletion =
    'mutation ($input: DeleteTagsInput!) { deleteTags(input: $input) { job { id } userErrors { code } } }';
  const input = { registry: 'r', repository: 'app', tags: ['v1'] };

  test('a deletion is not begun when its entry cannot be written: no job, and nothing at the registry', async () => {
    await using gateway = await createTestCatalogue();
    await using registry = await createMemoryRegistry();
    seed(registry.store, 'app', 'v1', buildImage());
    await gateway.attach('r', registry.url);
    await refuseChanges(gateway.database.kysely, { change: 'insert', table: 'audit_entry' }, 'no entry today');
    expect((await gateway.query(deletion, { input })).codes).toHaveLength(1);
    const jobs = await gateway.database.kysely.selectFrom('job').select('kind').where('kind', '!=', 'CRAWL').execute();
    expect([
      jobs,
      await gateway.database.kysely.selectFrom('deletion_step').selectAll().execute(),
      writes(registry),
      registry.store.tags('app'),
    ]).toEqual([[], [], [], ['v1']]);
  });

  test('a deletion whose job cannot be written down leaves its failure, and nothing that says it was begun', async () => {
    await using gateway = await createTestCatalogue();
    await using registry = await createMemoryRegistry();
    seed(registry.store, 'app', 'v1', buildImage());
    await gateway.attach('r', registry.url);
    await refuseChanges(gateway.database.kysely, { change: 'insert', table: 'deletion_step' }, 'no step today');
    expect((await gateway.query(deletion, { input })).codes).toHaveLength(1);
    expect(await readLog(gateway)).toMatchObject([
      { action: 'deleteTags', outcome: 'FAILED', code: 'INTERNAL', jobId: null, tags: ['v1'] },
    ]);
    expect([writes(registry), registry.store.tags('app')]).toEqual([[], ['v1']]);
  });

  test('says so where it meets a full disk, and nothing was sent', async () => {
    await using gateway = await createTestCatalogue();
    await using registry = await createMemoryRegistry();
    seed(registry.store, 'app', 'v1', buildImage());
    await gateway.attach('r', registry.url);
    await gateway.crawl('r');
    await fillDisk(gateway);
    const { codes } = await gateway.query(deletion, { input });
    expect([codes, writes(registry), registry.store.tags('app')]).toEqual([['STORAGE_FULL'], [], ['v1']]);
  });
});
