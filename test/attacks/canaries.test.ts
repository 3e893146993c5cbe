import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFolder } from '../store/files.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { startCommand, startProcess, type GatewayProcess } from '../support/processes/gateway.js';
import { program } from '../support/processes/program.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { until } from '../support/timer.js';
import { exchange, type RequestOptions } from '../support/worlds/gateway.js';

/** Secrets by the place that they are put in. */
const planted = new Map<string, string>();

function plant(place: string, shape = (text: string): string => text): string {
  const canary = shape(`c4n4ry${randomBytes(12).toString('hex')}`);
  planted.set(place, canary);
  return canary;
}

/** Forms in which a secret is the same to who finds it. */
function formsOf(canary: string): string[] {
  const bytes = Buffer.from(canary);
  // As it stands in the base64 of something longer, such as `user:password`, whose length is not known.
  const within = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift, 'x'), bytes]).toString('base64');
    return text.slice(Math.ceil((shift * 8) / 6), -4);
  });
  return [canary, encodeURIComponent(canary), bytes.toString('hex'), ...within];
}

/** The places of the secrets that a text has. */
function findPlanted(text: string): string[] {
  return [...planted].flatMap(([place, canary]) => (formsOf(canary).some((form) => text.includes(form)) ? place : []));
}

const asWebhookSecret = (text: string): string => `whsec_${Buffer.from(text.padEnd(32, '0')).toString('base64')}`;

const env = {
  LOG_LEVEL: 'trace',
  ADMIN_PASSWORD: plant('the first password'),
  SECRET_KEY: plant('the key', (text) => Buffer.from(text.padEnd(32, '0').slice(0, 32)).toString('base64')),
  METRICS_TOKEN: plant('the token of the metrics'),
  HTTPS_PROXY: `http://u:${plant('the password of a proxy of the environment')}@127.0.0.1:1`,
  NO_PROXY: '127.0.0.1',
  UPSTREAM_ALLOW_CIDRS: '127.0.0.0/8',
  PUBLIC_URL: 'https://gateway.example',
  OIDC_ISSUER: 'https://127.0.0.1:1',
  OIDC_CLIENT_ID: 'gateway',
  OIDC_ROLES: 'admins=admin',
  OIDC_CLIENT_SECRET: plant("the provider's client secret"),
};

const users = { ann: plant('the password of a registry') };

/** A request, and what of all that is planted its answer may have: a secret that is made is shown once. */
interface Sent {
  readonly method: string;
  readonly path: string;
  readonly options: RequestOptions;
  readonly text: string;
}

const json = { 'content-type': 'application/json' };

describe('secrets', () => {
  let registry: MemoryRegistry;
  let gateway: GatewayProcess;
  let url: string;
  let access: string;
  const folder = createFolder();
  const sent: Sent[] = [];

  async function ask(method: string, path: string, options: RequestOptions = {}): Promise<string> {
    const { text } = await exchange(url, method, path, { access, ...options });
    sent.push({ method, path, options, text });
    return text;
  }

  function mutate(name: string, input: object, selection: string, options: RequestOptions = {}): Promise<string> {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input!`;
    const query = `mutation ($input: ${type}) { ${name}(input: $input) { ${selection} userErrors { code message } } }`;
    return ask('POST', '/graphql', { body: { query, variables: { input } }, ...options });
  }

  /** One that the gateway makes and shows, which is planted as well. */
  async function make(place: string, input: object): Promise<string> {
    const secret = /"secret":"([^"]+)"/.exec(await mutate('createToken', input, 'secret'))![1]!;
    sent.pop();
    planted.set(place, secret);
    return secret;
  }

  beforeAll(async () => {
    registry = await createMemoryRegistry({ auth: { mode: 'basic', users } });
    seed(registry.store, 'team/app', 'v1', buildImage());
    gateway = startProcess(folder.path, env);
    url = await gateway.listening();
    const body = { username: 'admin', password: env.ADMIN_PASSWORD };
    const { auth_token: token } = (await exchange<{ auth_token: string }>(url, 'POST', '/auth/login', { body })).body;
    planted.set('the token of a login', token);
    access = `admin:${token}`;
  });
  afterAll(async () => {
    gateway.child.kill('SIGKILL');
    await registry.close();
    folder[Symbol.dispose]();
  });

  test('secrets of every kind are taken where they belong', async () => {
    const credentials = { username: 'ann', password: users.ann };
    const eventsSecret = plant('the secret of notifications');
    const attached = await mutate(
      'addRegistry',
      { name: 'r', addr: registry.url, credentials, eventsSecret },
      'registry { name }',
    );
    expect(attached).toMatch(/"userErrors":\[\]/);
    await until(async () => (await ask('GET', '/api/registries/r/repositories')).includes('team/app'));
    const secret = plant('the secret of a webhook', asWebhookSecret);
    const hook = await mutate('createWebhook', { url: 'https://hooks.example/in', secret }, 'webhook { id }');
    const password = plant('the password of an account');
    const account = await mutate('createAccount', { username: 'bob', roles: ['ADMIN'], password }, 'account { id }');
    const changed = await mutate(
      'changePassword',
      { username: 'bob', currentPassword: password, newPassword: plant('a password that was changed') },
      'account { username }',
      { access: null },
    );
    for (const text of [hook, account, changed]) expect(text).toMatch(/"userErrors":\[\]/);
    const token = await make('a token', { label: 'one' });
    const key = await make('a service key', { kind: 'SERVICE_KEY', label: 'two' });
    for (const own of [{ access: `admin:${token}` }, { access: null, headers: { 'x-service-key': key } }])
      expect(await ask('GET', '/api/registries', own)).toContain('"r"');
    const proxyCredentials = { username: 'u', password: plant("the password of a registry's own proxy") };
    await mutate(
      'updateRegistry',
      { name: 'r', proxy: { mode: 'OWN', url: 'http://127.0.0.1:1' }, proxyCredentials, credentials },
      'registry { name }',
    );
  });

  test('secrets are refused that are wrong, or in places that take none', async () => {
    const wrong = plant('a password that a registry refuses');
    registry.fail({ kind: 'status', status: 401, body: `no ${wrong}`, headers: { 'www-authenticate': 'Basic' } });
    const credentials = { username: 'ann', password: wrong };
    await mutate('addRegistry', { name: 'wrong', addr: registry.url, credentials }, 'registry { name }');
    const userinfo = registry.url.replace('//', `//ann:${plant('a password in an address')}@`);
    await mutate('addRegistry', { name: 'other', addr: userinfo }, 'registry { name }');
    await ask('POST', '/api/registries', { body: { name: 'other', addr: userinfo } });
    const clientCertificate = { certificate: 'none', key: plant('the key of a certificate') };
    await mutate('addRegistry', { name: 'other', addr: 'https://127.0.0.1:1', clientCertificate }, 'registry { name }');
    await mutate(
      'createWebhook',
      { url: `https://u:${plant("a password in a webhook's address")}@h.example` },
      'secret',
    );
    await mutate('createWebhook', { url: 'https://h.example', secret: plant('a secret of the wrong form') }, 'secret');
    await mutate('login', { username: 'admin', password: plant('a wrong password') }, 'token', { access: null });
    await ask('POST', '/auth/login', { body: { username: 'bob', password: plant('a wrong password, by REST') } });
    await ask('POST', '/auth/login', {
      body: `username=bob&password=${plant('a wrong password, by a form')}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  });

  test('secrets are sent in JSON that is broken, or where another type belongs', async () => {
    const broken = plant('a password in broken JSON');
    for (const path of ['/auth/login', '/graphql'])
      for (const end of ['"', '" x', '\n"}', ''])
        await ask('POST', path, { body: `{"username":"bob","password":"${broken}${end}`, headers: json });
    await ask('POST', '/auth/login', { body: broken, headers: json });
    const wrongType = plant('a password of the wrong type, by REST');
    await ask('POST', '/auth/login', { body: { username: 'bob', password: { x: wrongType } } });
    await ask('POST', '/account/changepassword', {
      body: { username: 'bob', password: [wrongType], old_password: { wrongType } },
    });
    await ask('POST', '/api/accounts', { body: { username: wrongType, password: [wrongType], roles: [wrongType] } });
    await ask('POST', '/api/servicekeys', { body: { description: { wrongType }, expires_in_days: wrongType } });
    const wrongTypes = { 'an object': (text: string) => ({ x: text }), 'a list': (text: string) => ['a', text] };
    for (const [type, shape] of Object.entries(wrongTypes))
      await mutate('login', { username: 'bob', password: shape(plant(`a password that is ${type}`)) }, 'token');
    await mutate('createToken', { kind: plant('a password in the place of a kind'), label: 'x' }, 'secret');
    await mutate('login', plant('a password in the place of an input') as never, 'token');
  });

  test('secrets are sent within documents', async () => {
    const login = `mutation { login(input: { username: "bob", password: "${plant('a password in a document')}" `;
    const unquoted = plant('a password without quotes in a document');
    const bare = [unquoted, `[${unquoted}]`, `{ x: ${unquoted} }`].map((value) => `password: ${value}`);
    bare.push(`"${unquoted}"`, `"""${unquoted}"""`);
    const documents = [
      login,
      `${login}}) { token } `,
      `${login}, x: 1 }) { token } }`,
      ...bare.map((password) => `mutation { login(input: { username: "bob", ${password} }) { token } }`),
      `mutation { login(input: "${unquoted}") { token } }`,
      `mutation { createToken(input: { kind: "${unquoted}", label: "x" }) { secret } }`,
      `{ auditLog(filter: { since: "${unquoted}" }) { totalCount } }`,
      `query ($x: String = ${unquoted}) { viewer @include(if: "${unquoted}") { name } }`,
      `{ audit: auditLog(first: "${unquoted}") { totalCount } }`,
    ];
    for (const query of documents) await ask('POST', '/graphql', { access: null, body: { query } });
  });

  test('secrets are sent in addresses and headers', async () => {
    await ask('GET', `/api/registries?access_token=${plant('a token in a query')}`);
    await ask('GET', `/auth/callback?code=${plant('a code of the provider')}&state=x`);
    const headers = {
      'x-access-token': `admin:${plant('a token that nobody has', (text) => `rgw_${text}`)}`,
      'x-service-key': plant('a key that nobody has', (text) => `rgs_${text}`),
      authorization: `Bearer ${plant("somebody else's bearer token", (text) => `eyJhbGciOiJub25lIn0.${text}.x`)}`,
      cookie: `session=${plant('a cookie')}`,
    };
    for (const [name, value] of Object.entries(headers))
      await ask('GET', '/api/registries', { access: null, headers: { [name]: value } });
  });

  test('none of them is in an answer but the one that shows them, in no log, no metric, no file and no backup', async () => {
    expect(planted.size).toBeGreaterThanOrEqual(36);
    await ask('POST', '/graphql', {
      body: {
        query: `{ registries { name addr health { message } freshness { lastError { message } } }
          accounts { nodes { username } } tokens { nodes { label } } webhooks { url }
          auditLog(first: 100) { nodes { actor action outcome details } } events(first: 100) { nodes { id kind } } }`,
      },
    });
    expect(sent.at(-1)!.text).not.toContain('"errors"');
    for (const path of ['/', '/readyz', '/api/accounts', '/api/servicekeys', '/api/registries']) await ask('GET', path);
    await ask('GET', '/metrics', { access: null, headers: { authorization: `Bearer ${env.METRICS_TOKEN}` } });
    expect(sent.at(-1)!.text).toContain('registry_gateway_');
    const backup = startCommand(folder.path, env, [process.execPath, program, 'backup', 'copy.db'], false);
    expect([await backup.ended(), findPlanted(backup.output())]).toEqual([0, []]);
    gateway.child.kill('SIGTERM');
    expect(await gateway.ended()).toBe(0);
    expect(gateway.output().split('\n').length).toBeGreaterThan(30);
    expect(findPlanted(gateway.output())).toEqual([]);
    const repeated = sent.flatMap(({ method, path, options, text }) =>
      findPlanted(text).length > 0 ? { method, path, options, text } : [],
    );
    expect(repeated).toEqual([]);
    const files = readdirSync(folder.path, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    expect(files.map(({ name }) => name)).toContain('copy.db');
    for (const { name, parentPath } of files)
      expect([name, findPlanted(readFileSync(join(parentPath, name), 'latin1'))]).toEqual([name, []]);
  });
});
