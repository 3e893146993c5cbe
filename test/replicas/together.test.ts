import { randomBytes } from 'node:crypto';
import { codesOf, createPerson, done } from '../accounts/principals.js';
import { describeWhere } from '../support/processes/child.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { amount } from '../support/run/amount.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../support/servers/postgres.js';
import { until } from '../support/timer.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';

interface Job {
  readonly id: string;
  readonly state: string;
  readonly cancelledBy: string | null;
}

interface Payload {
  readonly job: Job | null;
  readonly userErrors: readonly unknown[];
}

const outcome = '{ job { id state cancelledBy } userErrors { code message } }';
const refresh = `mutation ($wait: Boolean!) { refresh(input: { registry: "r", wait: $wait }) ${outcome} }`;
const deleteTags = `mutation ($repository: String!, $tags: [String!]!, $wait: Boolean!) {
  deleteTags(input: { registry: "r", repository: $repository, tags: $tags, wait: $wait }) ${outcome} }`;
const cancelJob = `mutation ($id: ID!) { cancelJob(input: { id: $id }) ${outcome} }`;
const readJob = 'query ($id: ID!) { job(id: $id) { id state cancelledBy } }';

describeWhere(
  postgresFolder !== null,
  "Debian's package postgresql is not installed",
  'gateways of one database',
  () => {
    let server: PostgresServer;
    let url: string;
    let registry: MemoryRegistry;
    const key = randomBytes(32);
    const gateways: TestGateway[] = [];
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server.close());
    beforeEach(async () => {
      url = await server.createDatabase();
      registry = await createMemoryRegistry();
    });
    afterEach(async () => {
      registry.heal();
      await Promise.all(gateways.splice(0).map((gateway) => gateway[Symbol.asyncDispose]()));
      await registry.close();
    });

    const start = async (): Promise<TestGateway> => {
      const gateway = await startGateway({ databaseUrl: url, loadKey: () => key });
      gateways.push(gateway);
      return gateway;
    };
    const fill = (repository: string, tags: number): string[] => {
      const names = Array.from({ length: tags }, (_, index) => `v${index}`);
      for (const tag of names) seed(registry.store, repository, tag, buildImage({ labels: { repository, tag } }));
      return names;
    };
    const mutate = async (gateway: TestGateway, query: string, variables: Record<string, unknown>): Promise<Job> => {
      const { body } = await gateway.graphql<Record<string, Payload>>(query, variables);
      const [payload] = Object.values(body.data ?? {});
      if (!payload?.job) throw new Error(JSON.stringify(body));
      return payload.job;
    };
    const stateOf = async (gateway: TestGateway, { id }: Job): Promise<string | undefined> =>
      (await gateway.graphql<{ job: Job }>(readJob, { id })).body.data?.job.state;
    const countJobs = (kind: string): Promise<string> =>
      server.run(url, `select count(*) from job where kind = '${kind}'`);
    const deletes = (): string[] =>
      registry.requests.filter(({ method }) => method === 'DELETE').map(({ path }) => path);

    test('a gateway that starts leaves the crawl of another alone, and whoever asks it for one is given that', async () => {
      for (let index = 0; index < 8; index++) fill(`app-${index}`, 2);
      const a = await start();
      const slow = registry.fail({ kind: 'delay', ms: 1500, match: /tags\/list/ });
      await a.attach('r', registry.url);
      await until(() => slow.hits > 0);
      const b = await start();
      const [own, joined] = [await mutate(a, refresh, { wait: false }), await mutate(b, refresh, { wait: false })];
      expect(joined).toEqual({ id: own.id, state: 'RUNNING', cancelledBy: null });
      // It is waited for on either.
      expect([await mutate(b, refresh, { wait: true }), await stateOf(a, own)]).toEqual([
        { ...own, state: 'SUCCEEDED' },
        'SUCCEEDED',
      ]);
      expect(await countJobs('CRAWL')).toBe('1');
      expect(registry.requests.filter(({ path }) => path.includes('app-0/tags/list'))).toHaveLength(1);
    });

    test('a crawl is cancelled on whatever gateway that is asked for', async () => {
      for (let index = 0; index < 60; index++) fill(`app-${index}`, 2);
      const [a, b] = [await start(), await start()];
      // All of them would take it many times as long as a word between gateways.
      const slow = registry.fail({ kind: 'delay', ms: 2000, match: /tags\/list/ });
      await a.attach('r', registry.url);
      await until(() => slow.hits > 0);
      const { id } = await mutate(b, refresh, { wait: false });
      expect(await mutate(b, cancelJob, { id })).toMatchObject({ id, state: 'CANCELLED' });
      expect(slow.hits).toBeLessThan(60);
    });

    test('a deletion is cancelled, and waited for, on whatever gateway that is asked for; none is done by two', async () => {
      const tags = fill('app', 6);
      const a = await start();
      await a.attach('r', registry.url);
      await a.crawl('r');
      registry.fail({ kind: 'delay', ms: 1500, method: 'DELETE' });
      const job = await mutate(a, deleteTags, { repository: 'app', tags, wait: false });
      await until(() => deletes().length > 0);
      // Its start finds the job, and that another does it.
      const b = await start();
      expect(await mutate(b, cancelJob, { id: job.id })).toEqual({
        id: job.id,
        state: 'CANCELLED',
        cancelledBy: 'admin',
      });
      const left = registry.store.tags('app').length;
      expect(left).toBeGreaterThan(0);
      expect(new Set(deletes()).size).toBe(deletes().length);
      registry.heal();
      // The next waits for its turn on either.
      const rest = registry.store.tags('app');
      expect(await mutate(b, deleteTags, { repository: 'app', tags: rest, wait: true })).toMatchObject({
        state: 'SUCCEEDED',
      });
      expect(registry.store.tags('app')).toEqual([]);
    });

    test('of two who approve a deletion at once on two gateways one does, and it is done once', async () => {
      const tags = fill('app', 6);
      const [a, b] = [await start(), await start()];
      await a.attach('r', registry.url);
      await a.crawl('r');
      await done(a, 'setProtection', { registry: 'r', approvals: [{ above: 1 }] }, 'registry { id }');
      const [ann, bob] = [await createPerson(a, 'ann', 'admin'), await createPerson(a, 'bob', 'admin')];
      const approval = 'mutation ($id: ID!) { approveDeletion(input: { id: $id }) { userErrors { code } } }';
      for (const asked of [tags.slice(0, 2), tags.slice(2, 4)]) {
        const { id, state } = await mutate(a, deleteTags, { repository: 'app', tags: asked, wait: false });
        expect(state).toBe('AWAITING_APPROVAL');
        const both = [codesOf(a, approval, { id }, ann), codesOf(b, approval, { id }, bob)];
        expect((await Promise.all(both)).flat()).toEqual(['NOT_AWAITING_APPROVAL']);
        await until(async () => (await stateOf(b, { id, state, cancelledBy: null })) === 'SUCCEEDED');
      }
      expect(registry.store.tags('app').toSorted()).toEqual(tags.slice(4));
      // A plan asks by a digest of zeros whether deletions are allowed.
      const real = deletes().filter((path) => !path.endsWith('0'.repeat(64)));
      expect([real.length, new Set(real).size]).toEqual([4, 4]);
      const entries = `select count(*) from audit_entry where action = 'approveDeletion' and outcome = 'ACCEPTED'`;
      expect(await server.run(url, entries)).toBe('2');
    });

    test('a deletion is taken over from a gateway that is not heard of, which writes nothing more of it', async () => {
      const tags = fill('app', 6);
      const [a, b] = [await start(), await start()];
      await a.attach('r', registry.url);
      await a.crawl('r');
      const slow = registry.fail({ kind: 'delay', ms: 1000, method: 'DELETE' });
      const job = await mutate(a, deleteTags, { repository: 'app', tags, wait: false });
      await until(() => slow.hits > 0);
      const holder = await server.run(url, `select holder_id from lease where name like 'job %'`);
      await server.run(url, `update replica set seen_at = 0 where id = '${holder}'`);
      await until(async () => (await stateOf(b, job)) === 'SUCCEEDED', 40);
      expect(registry.store.tags('app')).toEqual([]);
      expect(registry.store.manifests('app')).toEqual([]);
      // Written once.
      expect(await server.run(url, "select count(*) from audit_entry where action = 'endOfDeletion'")).toBe('1');
      expect(await server.run(url, 'select count(*) from lease')).toBe('0');
    });

    test('a database that is away for a while costs no gateway its work: that is refused, and goes on by itself after', async () => {
      const tags = fill('app', 6);
      const [a, b] = [await start(), await start()];
      await a.attach('r', registry.url);
      await a.crawl('r');
      registry.fail({ kind: 'delay', ms: 1000, method: 'DELETE' });
      const job = await mutate(a, deleteTags, { repository: 'app', tags: tags.slice(0, 4), wait: false });
      await until(() => deletes().length > 0);
      await server.stop();
      const wanted = { repository: 'app', tags: tags.slice(4), wait: false };
      for (const gateway of [a, b]) {
        const { body } = await gateway.graphql(deleteTags, wanted);
        expect(JSON.stringify(body)).toContain('STORAGE_BUSY');
        expect((await gateway.rest('GET', '/livez')).status).toBe(200);
      }
      await server.resume();
      await until(async () => (await stateOf(b, job)) === 'SUCCEEDED', 60);
      await until(async () => (await server.run(url, 'select count(*) from lease')) === '0', 30);
      expect(await mutate(b, deleteTags, { ...wanted, wait: true })).toMatchObject({ state: 'SUCCEEDED' });
      expect(registry.store.tags('app')).toEqual([]);
      expect(await server.run(url, 'select count(*) from replica where seen_at > 0')).not.toBe('0');
    });

    test('of several that find a registry due at once, again and again, one crawls it', async () => {
      for (let index = 0; index < 3; index++) fill(`app-${index}`, 2);
      const all = [await start(), await start(), await start()];
      await all[0]!.attach('r', registry.url);
      const change = 'mutation { updateRegistry(input: { registry: "r", maxAge: 1 }) { userErrors { message } } }';
      const { body } = await all[0]!.graphql(change);
      expect(body).toMatchObject({ data: { updateRegistry: { userErrors: [] } } });
      const read = '{ registry(name: "r") { repositories(first: 1) { totalCount } } }';
      // Each has four ticks a second while somebody reads.
      const seconds = amount(8, 84);
      for (const end = performance.now() + seconds * 1000; performance.now() < end;) {
        await Promise.all(all.map((gateway) => gateway.graphql(read)));
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      await Promise.all(gateways.splice(0).map((gateway) => gateway[Symbol.asyncDispose]()));
      // Of crawls that the schedule begins no events tell.
      const rows = await server.run(
        url,
        "select created_at || ' ' || finished_at from job where kind = 'CRAWL' order by created_at",
      );
      const crawls = rows.split('\n').map((row) => row.split(' ').map(Number) as [began: number, ended: number]);
      expect(crawls.length).toBeGreaterThan(seconds / 8);
      const beside = crawls.filter(([began], index) => index > 0 && began < crawls[index - 1]![1]);
      expect(beside).toEqual([]);
      process.stdout.write(`Crawled: ${JSON.stringify({ ticks: seconds * 4 * 3, crawls: crawls.length })}\n`);
    });
  },
);
