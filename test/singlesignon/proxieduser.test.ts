import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config.js';
import { parseNetwork } from '../../src/domain/network.js';
import { type ReverseProxy, startNginx } from '../support/servers/reverseproxy.js';
import { exchange, startGateway, type TestGateway } from '../support/worlds/gateway.js';

/** There is nobody known, or the name is refused. */
const refused = 'UNAUTHENTICATED';
const viewer = { query: '{ viewer { username roles } }' };
const basic = (name: string, password = 'known to nginx'): string => `Basic ${btoa(`${name}:${password}`)}`;

let gateway: TestGateway;
let nginx: ReverseProxy;
let folder: string;

async function ask(url: string, headers: Readonly<Record<string, string | string[]>>, access: string | null = null) {
  const answer = await exchange<{
    data?: { viewer: { username: string } | null };
    errors?: { extensions: { code: string } }[];
  }>(url, 'POST', '/graphql', { access, headers, body: viewer });
  const { data, errors } = answer.body;
  return answer.status === 200 ? (data?.viewer?.username ?? null) : (errors?.[0]?.extensions.code ?? answer.status);
}

beforeAll(async () => {
  gateway = await startGateway({
    trustedProxies: [parseNetwork('127.0.0.1/32')!],
    proxyUserHeader: 'x-remote-user',
    publicUrl: 'https://tools.example/',
  });
  folder = await mkdtemp(join(tmpdir(), 'users-'));
  const users = join(folder, 'users');
  await writeFile(users, ['ann', 'bob', 'nobody'].map((name) => `${name}:{PLAIN}known to nginx\n`).join(''));
  const make = `mutation { createAccount(input: { username: "ann", roles: [REGISTRIES_READ] }) { account { id } } }`;
  expect((await gateway.graphql(make)).body.errors).toBeUndefined();
  nginx = await startNginx(
    `auth_basic "gateway"; auth_basic_user_file ${users};
     location / { proxy_pass ${gateway.url}; proxy_set_header X-Remote-User $remote_user; }`,
  );
});
afterAll(async () => {
  await nginx?.close();
  await gateway[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

it('whom nginx let in by its own password is the account of that name', async () => {
  expect(await ask(nginx.url, { authorization: basic('ann') })).toBe('ann');
  // A header of the client's own is replaced on the way.
  expect(await ask(nginx.url, { authorization: basic('ann'), 'x-remote-user': 'admin' })).toBe('ann');
  const list = await exchange(nginx.url, 'GET', '/api/registries', { headers: { authorization: basic('ann') } });
  expect(list.status).toBe(200);
});

it('a name that no account has is refused, and so is nobody at all', async () => {
  expect(await ask(nginx.url, { authorization: basic('nobody') })).toBe(refused);
  expect((await exchange(nginx.url, 'GET', '/', { headers: { authorization: basic('ann', 'wrong') } })).status).toBe(
    401,
  );
  expect(await ask(gateway.url, {})).toBe(refused);
  for (const names of [['ann', 'admin'], 'ann, admin', 'Ann', 'ann ', '(gateway)'])
    expect([names, await ask(gateway.url, { 'x-remote-user': names })]).toEqual([
      names,
      names === 'ann ' ? 'ann' : refused,
    ]);
});

it('a token of its own goes before the name that the proxy gives', async () => {
  expect(await ask(gateway.url, { 'x-remote-user': 'ann' }, gateway.access)).toBe('admin');
  expect(await ask(gateway.url, { 'x-remote-user': 'ann', authorization: 'Bearer rgw_wrong' })).toBe(refused);
});

it.each<[string, Record<string, string>, string]>([
  ['its own page', { 'sec-fetch-site': 'same-origin' }, 'ann'],
  ['the user', { 'sec-fetch-site': 'none' }, 'ann'],
  ['another site', { 'sec-fetch-site': 'cross-site' }, refused],
  ['a site beside it', { 'sec-fetch-site': 'same-site' }, refused],
  ['its own page over plain HTTP', { origin: 'https://tools.example' }, 'ann'],
  ['another site over plain HTTP', { origin: 'https://elsewhere.example' }, refused],
  ['a page of no site', { origin: 'null' }, refused],
])('the name counts for a request of %s as it should', async (_name, headers, username) => {
  expect(await ask(gateway.url, { 'x-remote-user': 'ann', ...headers })).toBe(username);
});

it('an account that is disabled meanwhile is refused from the next request on', async () => {
  const change = (isDisabled: boolean) =>
    gateway.graphql(`mutation { updateAccount(input: { username: "ann", disabled: ${isDisabled} }) { endedTokens } }`);
  await change(true);
  expect(await ask(nginx.url, { authorization: basic('ann') })).toBe(refused);
  await change(false);
  expect(await ask(nginx.url, { authorization: basic('ann') })).toBe('ann');
});

it('who has grants alone, of its own or by a team, has them as the proxy names it, and loses them at once', async () => {
  const run = async (mutation: string, input: object): Promise<unknown> => {
    const name = mutation[0]!.toUpperCase() + mutation.slice(1);
    const query = `mutation ($input: ${name}Input!) { ${mutation}(input: $input) { __typename userErrors { code } } }`;
    const { data, errors } = (await gateway.graphql<Record<string, { userErrors: unknown[] }>>(query, { input })).body;
    expect([errors, data?.[mutation]?.userErrors]).toEqual([undefined, []]);
    return data;
  };
  await run('createAccount', { username: 'bob', roles: [] });
  await run('createTeam', { name: 'builders', members: ['bob'] });
  const grantsOf = async (username: string): Promise<unknown> => {
    const query = '{ viewer { username grants { right repositories } } }';
    const headers = { authorization: basic(username) };
    const answer = await exchange<{ data?: { viewer: { grants: unknown } | null } }>(nginx.url, 'POST', '/graphql', {
      headers,
      body: { query },
    });
    return answer.body.data?.viewer?.grants ?? 'none';
  };
  // Who has no right at all is told nothing.
  expect(await grantsOf('bob')).toBe('none');
  await run('grantAccess', { account: 'bob', registry: '*', repositories: 'team-a/*', right: 'READ' });
  await run('grantAccess', { team: 'builders', registry: '*', repositories: 'team-b/*', right: 'DELETE' });
  expect(await grantsOf('bob')).toEqual([
    { right: 'READ', repositories: 'team-a/*' },
    { right: 'DELETE', repositories: 'team-b/*' },
  ]);
  await run('deleteTeam', { name: 'builders' });
  expect(await grantsOf('bob')).toEqual([{ right: 'READ', repositories: 'team-a/*' }]);
  expect(await grantsOf('ann')).toEqual([]);
});

it('the header is not read from whoever is no trusted proxy, nor where it is not set', async () => {
  const elsewhere = { trustedProxies: [parseNetwork('192.0.2.1/32')!], proxyUserHeader: 'x-remote-user' };
  await using untrusting = await startGateway(elsewhere);
  expect(await ask(untrusting.url, { 'x-remote-user': 'admin' })).toBe(refused);
  await using unset = await startGateway({ trustedProxies: [parseNetwork('127.0.0.1/32')!] });
  expect(await ask(unset.url, { 'x-remote-user': 'admin' })).toBe(refused);
});

describe('AUTH_PROXY_HEADER', () => {
  it('any case of it is the same header', () => {
    const env = { AUTH_PROXY_HEADER: 'X-Remote-User', TRUST_PROXY: '127.0.0.1' };
    expect(readConfig(env).proxyUserHeader).toBe('x-remote-user');
  });

  it.each([
    ['X-Remote-User', '', /AUTH_PROXY_HEADER needs TRUST_PROXY/],
    ['Authorization', '127.0.0.1', /must be the name of a header/],
    ['X-Forwarded-For', '127.0.0.1', /must be the name of a header/],
    ['X_Remote_User', '127.0.0.1', /must be the name of a header/],
  ])('%s with TRUST_PROXY=%s is refused at the start', (header, proxies, fault) => {
    expect(() => readConfig({ AUTH_PROXY_HEADER: header, TRUST_PROXY: proxies })).toThrow(fault);
  });
});
