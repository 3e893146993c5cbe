import { codesOf, createKey, done } from '../accounts/principals.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { type OpenIdProvider, startOpenIdProvider } from '../support/servers/openidprovider.js';
import { type RequestOptions, startGateway } from '../support/worlds/gateway.js';
import { createPlainBrowser, describePeople, logInBy, publicUrl } from './person.js';

const team = { preferred_username: 'Pat', groups: ['operators'] };
let provider: OpenIdProvider;
let registry: MemoryRegistry;
beforeAll(async () => {
  provider = await startOpenIdProvider();
  registry = await createMemoryRegistry();
  for (const tag of ['a', 'b', 'c', 'd']) seed(registry.store, 'app', tag, buildImage({ labels: { of: tag } }));
});
afterAll(async () => {
  await registry.close();
  await provider.close();
});

it('a person is one by a login, a token, a service key and a bearer token, and no second one for a deletion', async () => {
  await using both = await startGateway({
    singleSignOn: { ...describePeople(provider, provider.addClient(publicUrl)), audience: provider.audience },
    publicUrl,
  });
  await both.attach('r', registry.url);
  await both.crawl('r');
  await done(both, 'setProtection', { registry: 'r', approvals: [{ above: 1 }] }, 'registry { id }');
  provider.letIn({ sub: 'pat-1', claims: team });
  const { username, token } = await logInBy(createPlainBrowser(both));
  const person = { access: `${username}:${token}` };
  const now = Math.floor(Date.now() / 1000);
  const bear = async (sub: string): Promise<RequestOptions> => {
    const { issuer: iss, audience: aud } = provider;
    const jwt = await provider.sign({ iss, aud, sub, groups: ['operators'], iat: now, exp: now + 600 });
    return { access: null, headers: { authorization: `Bearer ${jwt}` } };
  };
  const [bearer, machine] = [await bear('pat-1'), await bear('ci')];
  const { secret } = await done<{ secret: string }>(both, 'createToken', {}, 'secret', person);
  const key = { access: null, headers: { 'x-service-key': await createKey(both, person) } };
  const ways = [bearer, { access: `pat:${secret}` }, key, person];
  const askFor = async (tag: string, as: RequestOptions) => {
    const input = { registry: 'r', repository: 'app', tags: [tag] };
    return (await done<{ job: { state: string } }>(both, 'deleteTags', input, 'job { state }', as)).job;
  };
  expect(await askFor('a', bearer)).toMatchObject({ state: 'SUCCEEDED' });
  for (const way of ways) expect(await askFor('b', way)).toMatchObject({ state: 'AWAITING_APPROVAL' });
  expect(await askFor('c', machine)).toMatchObject({ state: 'SUCCEEDED' });
  const whole = await both.rest<{ id: string; state: string }>('DELETE', '/api/registries/r/repositories/app', bearer);
  expect({ status: whole.status, state: whole.body.state }).toEqual({ status: 202, state: 'AWAITING_APPROVAL' });
  const approval = 'mutation ($id: ID!) { approveDeletion(input: { id: $id }) { userErrors { code } } }';
  const waiting = '{ registry(name: "r") { awaitingApproval { id viewerCanApprove } } }';
  for (const way of [...ways, machine]) {
    const { body } = await both.graphql<{
      registry: { awaitingApproval: { id: string; viewerCanApprove: boolean }[] };
    }>(waiting, {}, way);
    const { awaitingApproval } = body.data!.registry;
    expect(awaitingApproval.map(({ viewerCanApprove }) => viewerCanApprove)).toEqual(
      ways.map(() => false).concat(false),
    );
    for (const { id } of awaitingApproval) expect(await codesOf(both, approval, { id }, way)).toEqual(['FORBIDDEN']);
  }
  expect((await both.rest<{ state: string }>('GET', `/api/jobs/${whole.body.id}`)).body.state).toBe(
    'AWAITING_APPROVAL',
  );
});
