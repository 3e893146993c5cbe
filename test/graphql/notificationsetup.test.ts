import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { exchange, startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { until } from '../support/timer.js';

const secret = 'a-notification-secret-1';
const publicUrl = 'https://tools.example/registry/';
const query = `query ($kind: Notifier!, $address: String) { registry(name: "local") {
  notificationSetup(kind: $kind, address: $address) { kind url text blanks { name text } } } }`;
const last = '{ registry(name: "local") { lastEventAt } }';

interface Setup {
  readonly kind: string;
  readonly url: string | null;
  readonly text: string;
  readonly blanks: readonly { readonly name: string; readonly text: string }[];
}

let registry: MemoryRegistry;
let gateway: TestGateway;
let id: string;
beforeAll(async () => {
  gateway = await startGateway({ publicUrl });
  registry = await createMemoryRegistry();
  await gateway.attach('local', registry.url);
  const { body } = await gateway.graphql<{ registry: { id: string } }>('{ registry(name: "local") { id } }');
  ({ id } = body.data!.registry);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await registry.close();
});

async function read(kind: string, address?: string | null, access = gateway.access) {
  const { body } = await gateway.graphql<{ registry: { notificationSetup: Setup | null } }>(
    query,
    { kind, address },
    { access },
  );
  return { setup: body.data?.registry.notificationSetup ?? null, code: body.errors?.[0]?.extensions.code };
}

/** The words of the command that a shell makes of the text: `curl` and `az` only say them. */
async function runShell(text: string): Promise<string[]> {
  const say = `for word in "$@"; do printf '%s\\0' "$word"; done`;
  const script = `curl() { ${say}; }\naz() { ${say}; }\n${text}`;
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', script]);
  return stdout.split('\0').slice(0, -1);
}

const wordAfter = (words: readonly string[], option: string): string => words[words.indexOf(option) + 1]!;

/** What a registry that was set up by the text sends, and where to. */
const senders: Readonly<Record<string, (text: string) => Promise<{ url: string; headers: Record<string, string> }>>> = {
  async DISTRIBUTION(text) {
    const [authorization] = JSON.parse(/Authorization: (.*)$/m.exec(text)![1]!) as string[];
    return {
      url: JSON.parse(/url: (.*)$/m.exec(text)![1]!) as string,
      headers: { authorization: authorization! },
    };
  },
  async HARBOR(text) {
    const words = await runShell(text);
    expect(words.at(-1)).toBe(`${registry.url}/api/v2.0/projects/<project>/webhook/policies`);
    const { targets } = JSON.parse(wordAfter(words, '--data')) as { targets: Record<string, string>[] };
    return { url: targets[0]!['address']!, headers: { authorization: targets[0]!['auth_header']! } };
  },
  async ZOT(text) {
    const { extensions } = JSON.parse(text) as {
      extensions: { events: { sinks: { address: string; credentials: { username: string; password: string } }[] } };
    };
    const { address, credentials } = extensions.events.sinks[0]!;
    return {
      url: address,
      headers: { authorization: `Basic ${btoa(`${credentials.username}:${credentials.password}`)}` },
    };
  },
  async AZURE(text) {
    const words = await runShell(text);
    const [name = '', value = ''] = wordAfter(words, '--headers').split(/=(.*)/);
    return { url: wordAfter(words, '--uri'), headers: { [name]: value } };
  },
};

test.each(Object.keys(senders))('what is set up by the text for %s is let in and told of', async (kind) => {
  const put = `mutation { updateRegistry(input: { registry: "local", eventsSecret: "${secret}" }) {
    userErrors { message } } }`;
  expect((await gateway.graphql(put)).body.data).toEqual({ updateRegistry: { userErrors: [] } });
  expect((await gateway.graphql(last)).body.data).toEqual({ registry: { lastEventAt: null } });
  const { setup } = await read(kind);
  expect(setup).toMatchObject({ kind, url: `${publicUrl}events/${id}` });
  const { text } = setup!.blanks.find(({ name }) => name === 'SECRET')!;
  const { url, headers } = await senders[kind]!(setup!.text.replaceAll(text, secret));
  expect(url).toBe(setup!.url);
  const sent = { headers, body: { events: [] } };
  expect((await exchange(gateway.url, 'POST', url.slice(publicUrl.length - 1), sent)).status).toBe(202);
  await until(async () => {
    const { body } = await gateway.graphql<{ registry: { lastEventAt: string | null } }>(last);
    return Math.abs(Date.parse(body.data!.registry.lastEventAt ?? '') - Date.now()) < 60_000;
  });
});

test.each([
  ['http://gateway:4000', 'http://gateway:4000/events/', ['SECRET']],
  ['https://[::1]:4000/tools/registry', 'https://[::1]:4000/tools/registry/events/', ['SECRET']],
])('the address that a registry reaches the gateway by is taken: %s', async (address, base, blanks) => {
  const { setup } = await read('DISTRIBUTION', address);
  expect(setup!.url).toBe(`${base}${id}`);
  expect(setup!.blanks.map(({ name }) => name)).toEqual(blanks);
});

test.each([
  'gateway:4000',
  'ftp://gateway',
  'https://ann:secret@gateway',
  'https://gateway/?a',
  'https://gateway/#a',
  `https://gateway/'$(id)'`,
  `https://a'$(id)'b/`,
  'https://gateway/api/',
  `https://${'a'.repeat(3000)}/`,
  '',
])('what is no address of a gateway is refused: %s', async (address) => {
  expect(await read('AZURE', address)).toEqual({ setup: null, code: 'BAD_USER_INPUT' });
});

test('who may not change the registry is not told how it would be set up', async () => {
  const access = await gateway.accessAs('registries:ro');
  expect(await read('ZOT', null, access)).toEqual({ setup: null, code: 'FORBIDDEN' });
});

test('where nobody says the address of the gateway, and no name of Azure is seen, both are left blank', async () => {
  await using plain = await startGateway();
  await plain.attach('local', registry.url);
  const { body } = await plain.graphql<{ registry: { notificationSetup: Setup } }>(query, { kind: 'AZURE' });
  const { url, text, blanks } = body.data!.registry.notificationSetup;
  expect(url).toBeNull();
  expect(blanks).toEqual([
    { name: 'SECRET', text: '<secret>' },
    { name: 'GATEWAY', text: '<gateway>' },
    { name: 'REGISTRY', text: '<registry>' },
  ]);
  expect(text).toContain(`--uri '<gateway>/events/`);
});
