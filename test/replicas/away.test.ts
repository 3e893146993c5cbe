import { randomBytes } from 'node:crypto';
import { createToken } from '../../src/auth/token.js';
import { systemTimer } from '../../src/timer.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { describeWhere } from '../support/processes/child.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../support/servers/postgres.js';
import { until } from '../support/timer.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';

const query = '{ registry(name: "r") { repositories(first: 10) { nodes { name tagCount } } } }';
const list = '/api/registries/r/repositories';
const change = 'mutation { updateRegistry(input: { name: "r", maxAge: 40 }) { userErrors { code } } }';

describeWhere(
  postgresFolder !== null,
  "Debian's package postgresql is not installed",
  'PostgreSQL that is away',
  () => {
    let server: PostgresServer;
    let registry: MemoryRegistry;
    let skipped = 0;
    /** The one gives out what it has kept while the database is away, and the other does not. */
    let [gateway, strict]: TestGateway[] = [];
    beforeAll(async () => {
      server = await startPostgres();
      const databaseUrl = await server.createDatabase();
      registry = await createMemoryRegistry();
      seed(registry.store, 'app', 'v1', buildImage({ labels: { of: 'v1' } }));
      const key = randomBytes(32);
      const timer = { ...systemTimer, elapsed: () => systemTimer.elapsed() + skipped };
      const settings = { databaseUrl, loadKey: () => key, timer };
      gateway = await startGateway({ ...settings, keptAnswersAway: 60 });
      strict = await startGateway(settings);
      await gateway.attach('r', registry.url);
      await gateway.crawl('r');
      for (const each of [gateway, strict])
        await until(async () => (await ask(each)).isKept && (await read(each)).isKept);
      await server.stop();
    });
    afterAll(async () => {
      for (const each of [gateway, strict]) await each?.[Symbol.asyncDispose]();
      await registry.close();
      await server.close();
    });

    /** `isKept`: the gateway's log says that it was not made anew. */
    const ask = async (asked: TestGateway) => {
      const { status, headers, body } = await asked.graphql<{ registry: unknown }>(query);
      return { status, status9211: headers.get('cache-status'), body, isKept: isLastKept(asked) };
    };
    const read = async (asked: TestGateway, etag = '') => {
      const { status, headers, text } = await asked.rest('GET', list, { headers: { 'if-none-match': etag } });
      const [stale, told] = [headers.get('x-registry-stale'), headers.get('cache-status')];
      return { status, stale, told, etag: headers.get('etag') ?? '', text, isKept: isLastKept(asked) };
    };
    const isLastKept = ({ log }: TestGateway): boolean => log.findLast((line) => 'cache' in line)?.['cache'] === 'hit';
    const markOf = 'registry-gateway; hit; ttl=-';

    test('kept answers are given out, and say so in what they are and in their headers', async () => {
      const { status, status9211, body } = await ask(gateway!);
      expect([status, body.data]).toEqual([
        200,
        { registry: { repositories: { nodes: [{ name: 'app', tagCount: 1 }] } } },
      ]);
      expect(body.extensions).toMatchObject({
        cost: {},
        stale: {
          code: 'STORAGE_BUSY',
          message: expect.stringContaining('a kept answer') as string,
          since: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        },
      });
      expect(status9211).toContain(markOf);
      const { text, etag, ...told } = await read(gateway!);
      expect(told).toMatchObject({
        status: 200,
        stale: 'STORAGE_BUSY',
        told: expect.stringContaining(markOf) as string,
      });
      expect(text).toContain('"Name":"v1"');
      expect(await read(gateway!, etag)).toMatchObject({ status: 304, stale: 'STORAGE_BUSY' });
    });

    test('what was not kept, and changes, are refused as STORAGE_BUSY, to be tried again', async () => {
      const other = await gateway!.graphql(query.replace('10', '11'));
      expect(other.body.errors?.[0]?.extensions).toMatchObject({
        code: 'STORAGE_BUSY',
        retryable: true,
        retryAfter: 1,
      });
      expect((await gateway!.graphql(change)).body.errors?.[0]?.extensions.code).toBe('STORAGE_BUSY');
      const { status, headers } = await gateway!.rest('DELETE', '/api/registries/r');
      expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    });

    test('nobody is let in whom the gateway does not remember, and none at all where nothing is to be given out', async () => {
      const [user] = gateway!.access.split(':');
      const unknown = await gateway!.graphql(query, {}, { access: `${user}:${createToken()}` });
      expect(unknown.body.data ?? null).toBeNull();
      expect((await ask(strict!)).status).toBe(503);
    });

    test('after the time that was set nothing is given out any more', async () => {
      skipped += 61_000;
      expect((await ask(gateway!)).body.errors?.[0]?.extensions.code).toBe('STORAGE_BUSY');
      expect(await read(gateway!)).toMatchObject({ status: 503, told: null });
    });

    test('all goes on by itself once the database is back, with what has changed since', async () => {
      await server.resume();
      await until(async () => (await ask(gateway!)).status === 200);
      expect((await ask(gateway!)).body.extensions).not.toHaveProperty('stale');
      seed(registry.store, 'app', 'v2', buildImage({ labels: { of: 'v2' } }));
      await gateway!.crawl('r');
      await until(async () => JSON.stringify((await ask(strict!)).body.data).includes('"tagCount":2'));
      expect((await read(gateway!)).text).toContain('"Name":"v2"');
    });
  },
);
