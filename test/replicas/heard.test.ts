import { randomBytes } from 'node:crypto';
import { AccountStore } from '../../src/store/accounts/accounts.js';
import { openPostgres } from '../../src/store/postgres/open.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { describeWhere } from '../support/processes/child.js';
import { createMemoryRegistry } from '../support/registry/server.js';
import { postgresFolder, startPostgres } from '../support/servers/postgres.js';
import { until } from '../support/timer.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { createPerson, done } from '../accounts/principals.js';

const list = `/graphql?query=${encodeURIComponent(
  '{ registry(name: "r") { repositories(first: 10) { nodes { name tagCount } } } }',
)}`;

describeWhere(postgresFolder !== null, "Debian's package postgresql is not installed", 'gateways of a database', () => {
  test('one gives no answer that another has made old, by a tag of it neither, and counts what another gave and took', async () => {
    const server = await startPostgres();
    const url = await server.createDatabase();
    const registry = await createMemoryRegistry();
    const key = randomBytes(32);
    const start = (): Promise<TestGateway> => startGateway({ databaseUrl: url, loadKey: () => key });
    const [a, b] = [await start(), await start()];
    seed(registry.store, 'app', 'v1', buildImage({ labels: { of: 'v1' } }));
    await a.attach('r', registry.url);
    await a.crawl('r');
    const ask = async (gateway: TestGateway, etag?: string) => {
      const headers = { 'apollo-require-preflight': 'true', ...(etag && { 'if-none-match': etag }) };
      const { status, headers: sent, text } = await gateway.rest('GET', list, { headers });
      return { status, etag: sent.get('etag') ?? '', text };
    };
    await until(async () => (await ask(b)).text.includes('"tagCount":1'));
    const first = await ask(b);
    // The same state has the same tag in both.
    expect([await ask(a, first.etag), await ask(b, first.etag)]).toMatchObject([{ status: 304 }, { status: 304 }]);
    seed(registry.store, 'app', 'v2', buildImage({ labels: { of: 'v2' } }));
    await a.crawl('r');
    expect(await ask(a, first.etag)).toMatchObject({ status: 200 });
    await until(async () => (await ask(b, first.etag)).status === 200);
    expect((await ask(b)).text).toContain('"tagCount":2');

    const access = await a.accessAs('registries:ro');
    expect((await b.rest('GET', list, { access, headers: { 'apollo-require-preflight': 'true' } })).status).toBe(200);
    const beside = await openPostgres(url);
    const accounts = new AccountStore(beside);
    const [newest] = await accounts.listTokens();
    await accounts.revokeToken(newest!.id);
    await until(async () => (await b.rest('GET', '/api/registries/r', { access })).status === 401);
    await beside.close();

    const ann = await createPerson(a, 'ann');
    const seen = async () => (await b.rest('GET', '/api/registries/r', ann)).status;
    expect(await seen()).toBe(403);
    const place = { account: 'ann', registry: 'r', repositories: 'app', right: 'READ' };
    const { grant } = await done<{ grant: { id: string } }>(a, 'grantAccess', place, 'grant { id }');
    await until(async () => (await seen()) === 200);
    const eventsAfter = async (gateway: TestGateway, after: string) => {
      const query = 'query ($after: String) { events(after: $after) { nodes { id } } }';
      const { body } = await gateway.graphql<{ events: { nodes: { id: string }[] } }>(query, { after }, ann);
      return body.data!.events.nodes.map(({ id }) => id);
    };
    // What one tells without its number the other reads.
    const [oldest, ...later] = await eventsAfter(a, '0');
    expect(oldest).toMatch(/^e[\w-]{22}$/);
    expect(await eventsAfter(b, oldest!)).toEqual(later);
    await done(a, 'revokeGrant', { id: grant.id }, 'grant { id }');
    await until(async () => (await seen()) === 403);
    await done(a, 'createTeam', { name: 'team', members: ['ann'] }, 'team { id }');
    await done(a, 'grantAccess', { ...place, account: null, team: 'team' }, 'grant { id }');
    await until(async () => (await seen()) === 200);
    await done(a, 'updateTeam', { name: 'team', removeMembers: ['ann'] }, 'team { id }');
    await until(async () => (await seen()) === 403);

    for (const gateway of [a, b]) await gateway[Symbol.asyncDispose]();
    await registry.close();
    await server.close();
  });
});
