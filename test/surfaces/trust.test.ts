import { createPrivateKey } from 'node:crypto';
import { createAuthority } from '../support/servers/certificates.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';

const servers = createAuthority('Server CA');
const clients = createAuthority('Client CA');
const issued = clients.issue({ hosts: ['gateway'] });
const clientCertificate = { certificate: issued.certificate, key: issued.key };
const caCertificate = servers.certificate;
const encrypted = createPrivateKey(issued.key).export({
  type: 'pkcs8',
  format: 'pem',
  cipher: 'aes-256-cbc',
  passphrase: 'p',
}) as string;
/** A line of the key, as it would stand wherever it leaked. */
const canary = issued.key.split('\n')[1]!;

let registry: MemoryRegistry;
let gateway: TestGateway;

interface Payload {
  readonly registry: { readonly id: string; readonly hasClientCertificate: boolean } | null;
  readonly userErrors: readonly {
    readonly code: string;
    readonly message: string;
    readonly path: readonly string[] | null;
  }[];
}

const seen: string[] = [];

async function mutate(field: 'addRegistry' | 'updateRegistry', input: object): Promise<Payload> {
  const type = field === 'addRegistry' ? 'AddRegistryInput' : 'UpdateRegistryInput';
  const query =
    `mutation ($input: ${type}!) { ${field}(input: $input) { registry { id hasClientCertificate } ` +
    'userErrors { code message path } } }';
  const { body, text } = await gateway.graphql<Record<string, Payload>>(query, { input });
  seen.push(text);
  return body.data![field]!;
}

beforeAll(async () => {
  registry = await createMemoryRegistry({ tls: { ...servers.issue(), clientAuthority: clients.certificate } });
  gateway = await startGateway();
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry.close();
});

test.each([
  [
    'the key of another',
    { ...clientCertificate, key: clients.issue().key },
    ['input', 'clientCertificate', 'key'],
    /The key is not the one of the client certificate \(gateway\)/,
  ],
  [
    'an encrypted key',
    { ...clientCertificate, key: encrypted },
    ['input', 'clientCertificate', 'key'],
    /is encrypted\. Give it as "openssl pkey/,
  ],
  ['no key', { ...clientCertificate, key: '' }, ['input', 'clientCertificate', 'key'], /must be PEM text/],
  [
    'a key that is too long',
    { ...clientCertificate, key: `${issued.key}${' '.repeat(40_000)}` },
    ['input', 'clientCertificate', 'key'],
    /must be PEM text/,
  ],
  [
    'no certificate',
    { ...clientCertificate, certificate: 'x' },
    ['input', 'clientCertificate', 'certificate'],
    /must be PEM text/,
  ],
  [
    'one that is over',
    clients.issue({ hosts: ['gateway'], expired: true }),
    ['input', 'clientCertificate', 'certificate'],
    /is over: gateway \(expired 2020-01-02\)/,
  ],
])('a client certificate with %s is refused before anything is asked', async (_what, given, path, message) => {
  const { certificate, key } = given;
  const { userErrors } = await mutate('addRegistry', {
    name: 'closed',
    addr: registry.url,
    caCertificate,
    clientCertificate: { certificate, key },
  });
  expect(userErrors).toMatchObject([
    { code: 'BAD_USER_INPUT', path, message: expect.stringMatching(message) as unknown },
  ]);
  expect(registry.requests).toEqual([]);
});

test('over http it is refused', async () => {
  const { userErrors } = await mutate('addRegistry', { name: 'plain', addr: 'http://127.0.0.1:1', clientCertificate });
  expect(userErrors).toMatchObject([
    {
      code: 'BAD_USER_INPUT',
      message: 'A client certificate is shown over https only: give the address with https://.',
    },
  ]);
});

test('a client certificate is given, kept through other changes, given again for other terms of trust, and cleared', async () => {
  const added = await mutate('addRegistry', { name: 'closed', addr: registry.url, caCertificate, clientCertificate });
  expect(added).toMatchObject({ userErrors: [], registry: { hasClientCertificate: true } });
  const { id } = added.registry!;
  expect(await mutate('updateRegistry', { id, maxAge: 60 })).toMatchObject({
    userErrors: [],
    registry: { hasClientCertificate: true },
  });
  for (const change of [{ tlsSkipVerify: true }, { caCertificate: createAuthority('Other').certificate }]) {
    expect((await mutate('updateRegistry', { id, ...change })).userErrors).toMatchObject([
      { code: 'BAD_USER_INPUT', path: ['input', 'clientCertificate'] },
    ]);
  }
  expect(await mutate('updateRegistry', { id, tlsSkipVerify: true, clientCertificate })).toMatchObject({
    userErrors: [],
    registry: { hasClientCertificate: true },
  });
  const cleared = await mutate('updateRegistry', { id, clientCertificate: null });
  expect([cleared.registry, cleared.userErrors[0]?.code]).toEqual([null, expect.stringMatching(/^UPSTREAM_/)]);

  await using open = await createMemoryRegistry({ tls: servers.issue() });
  expect(await mutate('updateRegistry', { id, addr: open.url })).toMatchObject({
    userErrors: [],
    registry: { hasClientCertificate: false },
  });
  const { body, text } = await gateway.graphql<{ auditLog: { nodes: { action: string; details: string | null }[] } }>(
    '{ auditLog(first: 50) { nodes { action details } } }',
  );
  seen.push(text);
  const told = JSON.stringify(body.data!.auditLog.nodes);
  expect(told).toContain('hasClientCertificate');
  expect(told).toMatch(/clientCertificate.{1,8}(?:set|removed)/);
  expect([...seen, JSON.stringify(gateway.log)].filter((each) => each.includes(canary))).toEqual([]);
});

test('REST takes one too, and not half of one', async () => {
  const input = {
    name: 'rest',
    addr: registry.url,
    ca_certificate: caCertificate,
    client_certificate: issued.certificate,
  };
  const half = await gateway.rest('POST', '/api/registries', { body: input });
  expect([half.status, half.body]).toMatchObject([422, { error: { code: 'BAD_USER_INPUT', path: ['client_key'] } }]);
  expect((await gateway.rest('POST', '/api/registries', { body: { ...input, client_key: issued.key } })).status).toBe(
    204,
  );
  expect((await gateway.rest('GET', '/api/registries/rest')).text).not.toContain('CERTIFICATE');
});

test('a wrong password is refused where the ping lets everybody in, and what cannot be proved is said', async () => {
  await using closed = await createMemoryRegistry({ auth: { mode: 'basic', users: { ann: 'right' } } });
  closed.fail({ kind: 'status', status: 200, body: '{}', match: /^\/v2\/$/ });
  const credentials = { username: 'ann', password: 'wrong' };
  expect((await mutate('addRegistry', { name: 'basic', addr: closed.url, credentials })).userErrors).toMatchObject([
    { code: 'UPSTREAM_AUTH' },
  ]);
  expect(
    (
      await mutate('addRegistry', {
        name: 'basic',
        addr: closed.url,
        credentials: { ...credentials, password: 'right' },
      })
    ).userErrors,
  ).toEqual([]);
  await using open = await createMemoryRegistry();
  expect((await mutate('addRegistry', { name: 'open', addr: open.url, credentials })).userErrors).toEqual([]);
  const { body } = await gateway.graphql<Record<string, { health: { authenticated: boolean | null } }>>(
    '{ basic: registry(name: "basic") { health { authenticated } } open: registry(name: "open") { health { ' +
      'authenticated message } } }',
  );
  expect(body.data).toEqual({
    basic: { health: { authenticated: true } },
    open: {
      health: {
        authenticated: null,
        message:
          'It does not tell whether the credentials are right: it lets strangers in as well, or does not answer to ' +
          'what they are for.',
      },
    },
  });
});

interface TestedStep {
  readonly kind: string;
  readonly state: string;
  readonly code: string | null;
  readonly certificate: { readonly issuer: string; readonly subject: string } | null;
}

async function testSteps(input: object): Promise<readonly TestedStep[]> {
  const query =
    'mutation ($input: TestRegistryInput!) { testRegistry(input: $input) { passed steps { kind state message hint ' +
    'code certificate { issuer subject validFrom validTo } } userErrors { code message path } } }';
  const { body, text } = await gateway.graphql<Record<string, { steps: readonly TestedStep[] }>>(query, { input });
  seen.push(text);
  return body.data!['testRegistry']!.steps;
}

test('a test of the connection shows the certificate, trusted or not, and nothing of the key', async () => {
  const trusted = await testSteps({ addr: registry.url, caCertificate, clientCertificate });
  const tls = { kind: 'TLS', certificate: { issuer: 'Server CA', subject: '127.0.0.1' } };
  expect(trusted[2]).toMatchObject({ ...tls, state: 'OK', code: null });
  expect(trusted.slice(3, 6).map(({ state }) => state)).toEqual(['OK', 'OK', 'OK']);
  const strange = await testSteps({ addr: registry.url, clientCertificate });
  expect(strange[2]).toMatchObject({ ...tls, state: 'FAILED', code: 'UPSTREAM_TLS' });
  expect(strange.slice(3).map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => 'SKIPPED'));
  expect((await testSteps({ addr: registry.url, tlsSkipVerify: true, clientCertificate }))[2]).toMatchObject({
    state: 'LIMITED',
  });
  expect(seen.filter((each) => each.includes(canary))).toEqual([]);
});

test('REST tests one that is attached, and one that is not, in the same steps', async () => {
  interface Tested {
    readonly passed: boolean;
    readonly steps: readonly { readonly kind: string; readonly state: string }[];
  }
  const body = {
    addr: registry.url,
    ca_certificate: caCertificate,
    client_certificate: issued.certificate,
    client_key: issued.key,
  };
  const fresh = await gateway.rest<Tested>('POST', '/api/registries/test', { body });
  await gateway.rest('POST', '/api/registries', { body: { ...body, name: 'tested' } });
  const attached = await gateway.rest<Tested>('POST', '/api/registries/tested/test');
  expect([fresh.status, attached.status, fresh.body.passed]).toEqual([200, 200, true]);
  expect(attached.body.steps.map(({ kind, state }) => [kind, state])).toEqual(
    fresh.body.steps.map(({ kind, state }) => [kind, state]),
  );
  const wrong = await gateway.rest('POST', '/api/registries/test', { body: { ...body, adr: 'x' } });
  expect([wrong.status, wrong.body]).toMatchObject([422, { error: { code: 'BAD_USER_INPUT', path: ['adr'] } }]);
});

test('a test is of one that is attached as it is set, or of settings, and of nothing else', async () => {
  const refused = async (input: object): Promise<readonly string[] | null> => {
    const query =
      'mutation ($input: TestRegistryInput!) { testRegistry(input: $input) { steps { kind } userErrors { path } } }';
    const { body } = await gateway.graphql<{ testRegistry: Payload }>(query, { input });
    return body.data!.testRegistry.userErrors[0]!.path;
  };
  expect(await refused({ registry: 'tested', addr: registry.url })).toEqual(['input', 'addr']);
  expect(await refused({ registry: 'tested', tlsSkipVerify: true })).toEqual(['input', 'tlsSkipVerify']);
  expect(await refused({ addr: '127.0.0.1:5000' })).toEqual(['input', 'addr']);
  expect(await refused({})).toEqual(['input']);
});
