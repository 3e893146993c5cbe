import { randomBytes } from 'node:crypto';
import {
  codesOf,
  createKey,
  createPerson,
  createPersonWith,
  done,
  logIn,
  password,
  toEnum,
} from '../accounts/principals.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { createFolder } from '../store/files.js';
import { createShared, engineOfRun } from '../support/servers/engines.js';
import { until } from '../support/timer.js';
import { adminPassword, startGateway, type RequestOptions, type TestGateway } from '../support/worlds/gateway.js';

interface ShownJob {
  readonly id: string;
  readonly state: string;
  readonly approvedBy: string | null;
  readonly cancelledBy: string | null;
  readonly viewerCanApprove: boolean;
}

const jobFields = 'job { id state approvedBy cancelledBy viewerCanApprove }';

describe('a deletion that needs a second person', () => {
  let gateway: TestGateway;
  let registry: MemoryRegistry;
  let ann: RequestOptions;
  let bob: RequestOptions;

  beforeAll(async () => {
    registry = await createMemoryRegistry();
    gateway = await startGateway();
    await gateway.attach('r', registry.url);
    ann = await createPerson(gateway, 'ann', 'registries:rw');
    bob = await createPerson(gateway, 'bob', 'registries:rw');
    const approvals = [{ repository: 'team/*', above: 1 }];
    await done(gateway, 'setProtection', { registry: 'r', approvals }, 'registry { approvals { days } }');
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await registry.close();
  });

  /** Of images of their own. */
  async function push(repository: string, ...tags: string[]): Promise<void> {
    for (const tag of tags)
      seed(registry.store, repository, tag, buildImage({ labels: { of: `${repository}${tag}` } }));
    await gateway.crawl('r');
  }

  async function ask(repository: string, tags: string[], as: RequestOptions = ann): Promise<ShownJob> {
    const input = { registry: 'r', repository, tags };
    return (await done<{ job: ShownJob }>(gateway, 'deleteTags', input, jobFields, as)).job;
  }

  async function decide(name: 'approveDeletion' | 'rejectDeletion', id: string, as: RequestOptions): Promise<ShownJob> {
    return (await done<{ job: ShownJob }>(gateway, name, { id }, jobFields, as)).job;
  }

  function refusalOf(
    name: 'approveDeletion' | 'rejectDeletion',
    id: string,
    as: RequestOptions,
  ): ReturnType<typeof codesOf> {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input!`;
    return codesOf(
      gateway,
      `mutation ($input: ${type}) { ${name}(input: $input) { userErrors { code } } }`,
      { input: { id } },
      as,
    );
  }

  async function tagsOf(repository: string): Promise<readonly string[]> {
    const found = await fetch(`${registry.url}/v2/${repository}/tags/list`);
    return (((await found.json()) as { tags?: string[] | null }).tags ?? []).toSorted();
  }

  test('it waits, is begun by another account that may delete there, and is told of in jobs, events and the audit log', async () => {
    await push('team/one', 'a', 'b', 'c');
    const dryRun = { registry: 'r', repository: 'team/one', tags: ['a', 'b'], dryRun: true };
    expect(await done(gateway, 'deleteTags', dryRun, 'plan { needsApproval }', ann)).toMatchObject({
      plan: { needsApproval: true },
    });
    const job = await ask('team/one', ['a', 'b']);
    expect(job).toMatchObject({ state: 'AWAITING_APPROVAL', approvedBy: null, viewerCanApprove: false });
    expect(await tagsOf('team/one')).toEqual(['a', 'b', 'c']);
    const waiting = '{ registry(name: "r") { awaitingApproval { id viewerCanApprove } } }';
    expect((await gateway.graphql(waiting, {}, bob)).body.data).toEqual({
      registry: { awaitingApproval: [{ id: job.id, viewerCanApprove: true }] },
    });
    expect((await gateway.rest('GET', `/api/jobs/${job.id}`)).body).toMatchObject({
      state: 'AWAITING_APPROVAL',
      approved_by: null,
      approval_expires_at: expect.any(String) as string,
    });
    expect(await decide('approveDeletion', job.id, bob)).toMatchObject({ state: 'SUCCEEDED', approvedBy: 'bob' });
    expect(await tagsOf('team/one')).toEqual(['c']);
    expect(await refusalOf('approveDeletion', job.id, bob)).toEqual(['NOT_AWAITING_APPROVAL']);
    const { body } = await gateway.graphql<{
      auditLog: { nodes: { actor: string; action: string; details: object }[] };
    }>('{ auditLog(first: 4) { nodes { actor action details } } }');
    expect(body.data?.auditLog.nodes).toMatchObject([
      { actor: 'bob', action: 'approveDeletion' },
      { actor: 'ann', action: 'endOfDeletion', details: { approvedBy: 'bob' } },
      { actor: 'bob', action: 'approveDeletion', details: { askedBy: 'ann', approvedBy: 'bob' } },
      { actor: 'ann', action: 'deleteTags', details: { awaitsApprovalUntil: expect.any(String) as string } },
    ]);
  });

  test('it is not approved by who asked for it, by tokens and keys that machines have too, or by who may not delete there', async () => {
    await push('team/two', 'a', 'b', 'c');
    const { id } = await ask('team/two', ['a', 'b']);
    const { secret } = await done<{ secret: string }>(gateway, 'createToken', {}, 'secret', ann);
    const reader = await createPerson(gateway, 'reader', 'registries:ro');
    const { secret: ofBob } = await done<{ secret: string }>(gateway, 'createToken', {}, 'secret', bob);
    const machine = { access: await gateway.accessAs('registries:rw') };
    const asKey = async (options: RequestOptions) => ({
      access: null,
      headers: { 'x-service-key': await createKey(gateway, options) },
    });
    const tokens = [{ access: `ann:${secret}` }, { access: `bob:${ofBob}` }, machine];
    for (const other of [ann, ...tokens, await asKey(ann), await asKey(bob), reader]) {
      expect(await refusalOf('approveDeletion', id, other)).toEqual(['FORBIDDEN']);
    }
    expect(await tagsOf('team/two')).toHaveLength(3);
    expect(await decide('rejectDeletion', id, bob)).toMatchObject({ state: 'CANCELLED', cancelledBy: 'bob' });
    expect(await refusalOf('rejectDeletion', id, bob)).toEqual(['NOT_AWAITING_APPROVAL']);
  });

  test('of a deletion from many repositories one approval has all pieces begin that wait, and one refusal ends them', async () => {
    const whole = 'job { id state viewerCanApprove pieceCounts { state count } }';
    const askAll = async (): Promise<ShownJob> => {
      await push('team/x', 'a', 'b');
      await push('team/y', 'a', 'b');
      await push('free', 'a');
      const filter = { registries: ['r'], repositoryGlobs: ['team/x', 'team/y', 'free'] };
      const dryRun = { filter, dryRun: true };
      const { plan } = await done<{ plan: { token: string } }>(
        gateway,
        'deleteSelection',
        dryRun,
        'plan { token }',
        ann,
      );
      const input = { filter, planToken: plan.token };
      const { job } = await done<{ job: ShownJob }>(gateway, 'deleteSelection', input, whole, ann);
      expect(job).toMatchObject({
        viewerCanApprove: false,
        pieceCounts: expect.arrayContaining([{ state: 'AWAITING_APPROVAL', count: 2 }]) as object,
      });
      const counts = `{ job(id: "${job.id}") { pieceCounts { state count } } }`;
      await until(async () => {
        const { body } = await gateway.graphql<{ job: { pieceCounts: { state: string }[] } }>(counts);
        return body.data!.job.pieceCounts.some(({ state }) => state === 'SUCCEEDED');
      });
      return job;
    };
    const first = await askAll();
    expect(await refusalOf('approveDeletion', first.id, ann)).toEqual(['FORBIDDEN']);
    expect((await decide('approveDeletion', first.id, bob)).state).toBe('SUCCEEDED');
    expect([await tagsOf('team/x'), await tagsOf('team/y')]).toEqual([[], []]);
    expect(await refusalOf('approveDeletion', first.id, bob)).toEqual(['NOT_AWAITING_APPROVAL']);
    const second = await askAll();
    const { job } = await done<{ job: ShownJob }>(gateway, 'rejectDeletion', { id: second.id }, whole, bob);
    expect(job).toMatchObject({
      state: 'CANCELLED',
      pieceCounts: expect.arrayContaining([{ state: 'CANCELLED', count: 2 }]) as object,
    });
    expect([await tagsOf('team/x'), await tagsOf('team/y')]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  test('a second person is needed where many small ones are as one, and not elsewhere', async () => {
    await push('team/three', 'a', 'b', 'c');
    await push('other', 'a', 'b', 'c');
    expect(await ask('team/three', ['a'])).toMatchObject({ state: 'SUCCEEDED' });
    const second = await ask('team/three', ['b']);
    expect(second).toMatchObject({ state: 'AWAITING_APPROVAL' });
    expect(await ask('other', ['a', 'b'])).toMatchObject({ state: 'SUCCEEDED' });
    const cancelled = await done<{ job: ShownJob }>(gateway, 'cancelJob', { id: second.id }, jobFields, ann);
    expect(cancelled.job).toMatchObject({ state: 'CANCELLED', cancelledBy: 'ann' });
    expect(await tagsOf('team/three')).toEqual(['b', 'c']);
  });

  test('of small deletions that begin at once no more pass alone than one after the other', async () => {
    const tags = ['a', 'b', 'c', 'd', 'e'];
    await push('team/six', ...tags);
    const deletion = 'mutation ($input: DeleteTagsInput!) { deleteTags(input: $input) { userErrors { code } } }';
    const codes = await Promise.all(
      tags.map((tag) =>
        codesOf(gateway, deletion, { input: { registry: 'r', repository: 'team/six', tags: [tag] } }, ann),
      ),
    );
    expect(codes.flat().filter((code) => code !== 'CHANGED_SINCE_PLAN')).toEqual([]);
    expect(await tagsOf('team/six')).toHaveLength(4);
  });

  test('REST answers 202 with the job and its address, and the events tell of its waiting and of its beginning', async () => {
    await push('team/seven', 'a', 'b');
    const { status, headers, body } = await gateway.rest<{ id: string; state: string }>(
      'DELETE',
      '/api/registries/r/repositories/team%2Fseven',
      ann,
    );
    expect({ status, state: body.state }).toEqual({ status: 202, state: 'AWAITING_APPROVAL' });
    expect(headers.get('location')).toMatch(new RegExp(`jobs/${body.id}$`));
    const third = await createPerson(gateway, 'third', 'registries:rw');
    const both = await Promise.all([bob, third].map((as) => refusalOf('approveDeletion', body.id, as)));
    expect(both.flat()).toEqual(['NOT_AWAITING_APPROVAL']);
    expect(await tagsOf('team/seven')).toEqual([]);
    const told = '{ events(first: 100, filter: { kinds: [JOB_BEGAN, JOB_ENDED] }) { nodes { kind jobId jobState } } }';
    const events = await gateway.graphql<{ events: { nodes: { kind: string; jobId: string | null }[] } }>(told);
    expect(events.body.data!.events.nodes.filter(({ jobId }) => jobId === body.id)).toMatchObject([
      { kind: 'JOB_BEGAN', jobState: 'AWAITING_APPROVAL' },
      { kind: 'JOB_BEGAN', jobState: 'QUEUED' },
      { kind: 'JOB_ENDED', jobState: 'SUCCEEDED' },
    ]);
  });

  test('who was granted a part is shown and approves what waits there alone, and sets no rules by which none would wait', async () => {
    await push('team/eight', 'a', 'b');
    await push('team/hidden/nine', 'a', 'b');
    const [shown, hidden] = [await ask('team/eight', ['a', 'b']), await ask('team/hidden/nine', ['a', 'b'])];
    const part = await createPerson(gateway, 'part');
    const place = { account: 'part', registry: 'r', repositories: 'team/eight', right: 'RETAIN' };
    await done(gateway, 'grantAccess', place, 'grant { id }');
    const query = '{ registry(name: "r") { approvals { repository } awaitingApproval { id viewerCanApprove } } }';
    expect((await gateway.graphql(query, {}, part)).body.data).toEqual({
      registry: { approvals: [{ repository: 'team/*' }], awaitingApproval: [{ id: shown.id, viewerCanApprove: true }] },
    });
    expect(await refusalOf('approveDeletion', hidden.id, part)).toEqual(['NOT_FOUND']);
    expect(await refusalOf('rejectDeletion', hidden.id, part)).toEqual(['NOT_FOUND']);
    const setting = 'mutation ($input: SetRetentionInput!) { setRetention(input: $input) { userErrors { code } } }';
    const input = { registry: 'r', rules: [{ repository: 'team/eight', keepLast: 1 }] };
    expect(await codesOf(gateway, setting, { input }, part)).toEqual(['FORBIDDEN']);
    expect(await decide('approveDeletion', shown.id, part)).toMatchObject({ state: 'SUCCEEDED', approvedBy: 'part' });
    await push('team/eight', 'c', 'd');
    const own = await ask('team/eight', ['c', 'd'], part);
    expect(own).toMatchObject({ state: 'AWAITING_APPROVAL', viewerCanApprove: false });
    await decide('rejectDeletion', own.id, part);
    await decide('rejectDeletion', hidden.id, bob);
  });

  test('what waits is cancelled where the registry gets another address', async () => {
    await using elsewhere = await createMemoryRegistry();
    await push('team/ten', 'a', 'b');
    const { id } = await ask('team/ten', ['a', 'b']);
    await done(gateway, 'updateRegistry', { registry: 'r', addr: elsewhere.url }, 'registry { id }');
    const query = 'query ($id: ID!) { job(id: $id) { state cancelledBy } }';
    expect((await gateway.graphql(query, { id })).body.data).toEqual({
      job: { state: 'CANCELLED', cancelledBy: 'admin' },
    });
    await done(gateway, 'updateRegistry', { registry: 'r', addr: registry.url }, 'registry { id }');
    expect(await tagsOf('team/ten')).toEqual(['a', 'b']);
  });

  test('the approval is refused where more would go by now, or where who asked may no longer delete there', async () => {
    await push('team/four', 'a', 'b');
    const input = { registry: 'r', repository: 'team/four' };
    const { job } = await done<{ job: ShownJob }>(gateway, 'deleteRepository', input, jobFields, ann);
    expect(job.state).toBe('AWAITING_APPROVAL');
    seed(registry.store, 'team/four', 'new', buildImage({ labels: { of: 'new' } }));
    expect(await refusalOf('approveDeletion', job.id, bob)).toEqual(['CHANGED_SINCE_PLAN']);
    const leaving = await createPerson(gateway, 'leaving', 'registries:rw');
    const asked = await ask('team/four', ['a', 'b'], leaving);
    await done(gateway, 'updateAccount', { username: 'leaving', roles: [toEnum('registries:ro')] }, 'account { id }');
    expect(await refusalOf('approveDeletion', asked.id, bob)).toEqual(['FORBIDDEN']);
    expect(await tagsOf('team/four')).toEqual(['a', 'b', 'new']);
    await decide('rejectDeletion', job.id, bob);
    await decide('rejectDeletion', asked.id, bob);
  });

  test('ten at a time of one account wait, and for as long as its rule says', async () => {
    await push('team/five', 'a', 'b');
    const dora = await createPerson(gateway, 'dora', 'registries:rw');
    const ids = [];
    for (let count = 0; count < 10; count++) ids.push((await ask('team/five', ['a', 'b'], dora)).id);
    const more = 'mutation ($input: DeleteTagsInput!) { deleteTags(input: $input) { userErrors { code } } }';
    const input = { registry: 'r', repository: 'team/five', tags: ['a', 'b'] };
    expect(await codesOf(gateway, more, { input }, dora)).toEqual(['FORBIDDEN']);
    gateway.wait(7 * 86_400);
    const again = { access: await logIn(gateway, 'bob', password) };
    expect(await refusalOf('approveDeletion', ids[0]!, again)).toEqual(['NOT_AWAITING_APPROVAL']);
    expect(await tagsOf('team/five')).toEqual(['a', 'b']);
  });
});

test('a deletion that waits survives a restart, and is cancelled when nobody approved it in time', async () => {
  const database = createFolder();
  const shared = engineOfRun === 'postgres' ? await createShared() : null;
  const databaseUrl = shared?.url ?? `sqlite:${database.file('g.db')}`;
  const key = randomBytes(32);
  await using registry = await createMemoryRegistry();
  for (const tag of ['a', 'b']) seed(registry.store, 'app', tag, buildImage({ labels: { of: tag } }));
  const start = (): Promise<TestGateway> => startGateway({ databaseUrl, loadKey: () => key });
  const before = await start();
  await before.attach('r', registry.url);
  await before.crawl('r');
  await done(before, 'setProtection', { registry: 'r', approvals: [{ above: 0, days: 2 }] }, 'registry { id }');
  const askAt = async (days: number): Promise<string> => {
    before.wait(days * 86_400);
    const access = await logIn(before, 'admin', adminPassword);
    const input = { registry: 'r', repository: 'app', tags: ['a'] };
    return (await done<{ job: ShownJob }>(before, 'deleteTags', input, jobFields, { access })).job.id;
  };
  const [late, early] = [await askAt(-3), await askAt(2)];
  await before[Symbol.asyncDispose]();
  const after = await start();
  const access = await logIn(after, 'admin', adminPassword);
  const stateOf = async (id: string) =>
    (await after.rest<{ state: string; cancelled_by: string | null }>('GET', `/api/jobs/${id}`, { access })).body;
  await until(async () => (await stateOf(late)).state === 'CANCELLED');
  expect(await stateOf(late)).toMatchObject({ cancelled_by: '(gateway)' });
  const second = await createPersonWith(after, { access }, 'second', ['registries:rw']);
  const { job } = await done<{ job: ShownJob }>(after, 'approveDeletion', { id: early }, jobFields, second);
  expect(job).toMatchObject({ state: 'SUCCEEDED', approvedBy: 'second' });
  await after[Symbol.asyncDispose]();
  await shared?.drop();
  database[Symbol.dispose]();
});
