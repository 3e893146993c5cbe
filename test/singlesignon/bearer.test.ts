import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import type { SingleSignOnSettings } from '../../src/domain/singlesignon.js';
import { done } from '../accounts/principals.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry } from '../support/registry/server.js';
import { type OpenIdProvider, startOpenIdProvider } from '../support/servers/openidprovider.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { describeMachines } from './person.js';

const seconds = (): number => Math.floor(Date.now() / 1000);

let provider: OpenIdProvider;
let gateway: TestGateway;
beforeAll(async () => {
  provider = await startOpenIdProvider();
  gateway = await start();
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await provider.close();
});

function start(more: Partial<SingleSignOnSettings> = {}): Promise<TestGateway> {
  return startGateway({ singleSignOn: { ...describeMachines(provider), ...more } });
}

async function ask(token: string, headers: Readonly<Record<string, string>> = {}, of: TestGateway = gateway) {
  const query = '{ viewer { username roles } registries { name } }';
  const sent = { authorization: `Bearer ${token}`, ...headers };
  const { status, body } = await of.graphql<{ viewer: { username: string; roles: string[] } | null }>(
    query,
    {},
    { access: null, headers: sent },
  );
  return { status, viewer: body.data?.viewer ?? null, code: body.errors?.[0]?.extensions.code ?? null };
}

function valid(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const now = seconds();
  const { issuer: iss, audience: aud } = provider;
  return { iss, aud, sub: 'ci', groups: ['readers'], iat: now, exp: now + 600, ...more };
}

const refused = { status: 401, viewer: null, code: 'UNAUTHENTICATED' };

it('a machine reads with the token that the provider gave it, by the roles of its groups', async () => {
  const token = await provider.giveMachineToken({ groups: ['readers', 'others'], preferred_username: 'Build 7' });
  const answer = await ask(token);
  expect(answer).toEqual({
    status: 200,
    viewer: { username: '(jwt: build-machine)', roles: ['REGISTRIES_READ'] },
    code: null,
  });
});

it('a machine whose deletion would wait for a second person is told at once that nobody can approve it', async () => {
  const registry = await createMemoryRegistry();
  const image = buildImage({});
  for (const tag of ['v1', 'v2', 'kept']) seed(registry.store, 'app', tag, image);
  await gateway.attach('r', registry.url);
  await gateway.crawl('r');
  await done(gateway, 'setProtection', { registry: 'r', approvals: [{ above: 1 }] }, 'registry { id }');
  const operator = await provider.giveMachineToken({ groups: ['operators'] });
  const remove = async (
    tags: string,
    more = '',
  ): Promise<{ readonly job: object | null; readonly userErrors: object[] }> => {
    const input = `registry: "r", repository: "app", tags: ${tags}${more}`;
    const { body } = await gateway.graphql<{ deleteTags: { job: object | null; userErrors: object[] } }>(
      `mutation { deleteTags(input: { ${input} }) { job { state } plan { tagCount } userErrors { code message } } }`,
      {},
      { access: null, headers: { authorization: `Bearer ${operator}` } },
    );
    return body.data!.deleteTags;
  };
  const nobody = [{ code: 'FORBIDDEN', message: expect.stringMatching('nobody can approve') as string }];
  const both = '["v1", "v2"]';
  expect(await remove(both, ', dryRun: true')).toEqual({ job: null, plan: { tagCount: 2 }, userErrors: nobody });
  expect(await remove(both)).toMatchObject({ job: null, userErrors: nobody });
  expect(await remove('["v1"]')).toMatchObject({ job: { state: 'SUCCEEDED' }, userErrors: [] });
  expect(registry.store.tags('app').toSorted()).toEqual(['kept', 'v2']);
  await registry.close();
});

it('its name stands beside its subject, so that nobody passes for another by a name', async () => {
  const { viewer } = await ask(await provider.sign(valid({ preferred_username: 'ann' })));
  expect(viewer?.username).toBe('(jwt: ann, ci)');
});

it('without a group that has a role it is known, and may do nothing', async () => {
  await using strict = await start({ requiredGroup: 'staff' });
  const askWith = async (...groups: string[]) => ask(await provider.sign(valid({ groups })), {}, strict);
  expect(await ask(await provider.sign(valid({ groups: [] })))).toMatchObject({ code: 'FORBIDDEN' });
  // The group that is required comes before what others give.
  expect(await askWith('readers')).toMatchObject({ code: 'FORBIDDEN' });
  expect(await askWith('readers', 'staff')).toMatchObject({ code: null });
});

describe('a token is refused', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>?]>([
    ['of another issuer', { iss: 'https://elsewhere.example' }],
    ['for another audience', { aud: 'https://elsewhere.example' }],
    ['without an audience', { aud: undefined }],
    ['without an end', { exp: undefined }],
    ['that is over', { exp: Math.floor(Date.now() / 1000) - 120 }],
    ['that is not valid yet', { nbf: Math.floor(Date.now() / 1000) + 120 }],
    ['without a subject', { sub: undefined }],
    ['whose subject has parentheses', { sub: 'x) (admin' }],
    ['whose subject is too long', { sub: 'x'.repeat(256) }],
    ['that is an ID token, by its nonce', { nonce: 'n' }],
    ['that is an ID token, by its hash of an access token', { at_hash: 'h' }],
    ['of a key that is not there', {}, { kid: 'unknown' }],
  ])('%s', async (...[, claims, header]) => {
    expect(await ask(await provider.sign(valid(claims), header))).toEqual(refused);
  });

  it('by whoever else signed it', async () => {
    const good = await provider.sign(valid());
    const { kid } = JSON.parse(atob(good.split('.')[0]!)) as { kid: string };
    const { privateKey } = await generateKeyPair('ES256');
    const forged = await new SignJWT(valid()).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey);
    const shared = await new SignJWT(valid())
      .setProtectedHeader({ alg: 'HS256', kid })
      .sign(new TextEncoder().encode('a secret that both would have to know'));
    const parts = good.split('.');
    const tokens = [
      forged,
      shared,
      new UnsecuredJWT(valid()).encode(),
      `${parts[0]}.${btoa(JSON.stringify(valid({ sub: 'x' }))).replaceAll('=', '')}.${parts[2]}`,
      `${parts[0]}.${parts[1]}.`,
      `${good}x`,
      good.slice(0, -2),
    ];
    for (const token of tokens) expect(await ask(token)).toEqual(refused);
    expect(await ask(good)).toMatchObject({ status: 200, code: null });
  });
});

it('clocks that differ by a minute do not matter', async () => {
  const token = await provider.sign(valid({ nbf: seconds() + 50, exp: seconds() + 100 }));
  expect(await ask(token)).toMatchObject({ status: 200 });
  gateway.wait(140);
  expect(await ask(token)).toMatchObject({ status: 200 });
  gateway.wait(30);
  expect(await ask(token)).toEqual(refused);
  gateway.wait(-170);
});

it('beside a token of the gateway, or a service key, a JWT is of somebody else and not read', async () => {
  const token = await provider.sign(valid());
  const both = await ask(token, { 'x-access-token': gateway.access });
  expect(both.viewer?.username).toBe('admin');
  expect(await ask(token, { 'x-service-key': 'rgs_x' })).toEqual(refused);
  const pair = await gateway.graphql('{ viewer { username } }', {}, { access: `ci:${token}` });
  expect(pair.status).toBe(401);
});

it('an admin of the provider makes no tokens and no accounts of its own, as a service key makes none', async () => {
  const headers = { authorization: `Bearer ${await provider.sign(valid({ groups: ['operators'] }))}` };
  const make = `mutation { createToken(input: { label: "x" }) { secret userErrors { code } } }`;
  const { body } = await gateway.graphql<{ createToken: unknown }>(make, {}, { access: null, headers });
  expect(body.data?.createToken).toEqual({ secret: null, userErrors: [{ code: 'FORBIDDEN' }] });
});

it('while the provider was never there a token is not judged, and other callers go on', async () => {
  await using fresh = await start({ issuer: 'http://127.0.0.1:1' });
  const token = await provider.sign(valid({ iss: 'http://127.0.0.1:1' }));
  const { body, status, headers } = await fresh.rest<{ error: { code: string } }>('GET', '/api/registries', {
    access: null,
    headers: { authorization: `Bearer ${token}` },
  });
  expect({ status, code: body.error.code }).toEqual({ status: 503, code: 'LOGIN_UNAVAILABLE' });
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await fresh.rest('GET', '/api/registries')).status).toBe(200);
});

it('tokens that cannot be judged are as many as those that are not valid', async () => {
  const issuer = 'http://127.0.0.1:1';
  await using fresh = await startGateway({
    singleSignOn: { ...describeMachines(provider), issuer },
    httpLimits: { anonymousRequests: 2 },
  });
  const token = await provider.sign(valid({ iss: issuer }));
  const codes = [];
  for (let n = 0; n < 3; n++) codes.push((await ask(token, {}, fresh)).code);
  expect(codes).toEqual(['LOGIN_UNAVAILABLE', 'LOGIN_UNAVAILABLE', 'RATE_LIMITED']);
});
