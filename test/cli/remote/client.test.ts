import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Address, isExposed, parseAddress } from '../../../src/cli/remote/address.js';
import { Client } from '../../../src/cli/remote/client.js';
import { whoAmI } from '../../../src/cli/remote/documents.js';
import { createHastyTimer, createManualTimer, until } from '../../support/timer.js';
import { runCommands } from './stand.js';

interface Door extends AsyncDisposable {
  readonly address: Address;
  readonly requests: IncomingMessage[];
}

/** Answers instead of a gateway. */
async function open(answer: (response: ServerResponse, count: number) => void): Promise<Door> {
  const requests: IncomingMessage[] = [];
  const listener: RequestListener = (request, response) => answer(response, requests.push(request));
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = parseAddress(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, '--url');
  return {
    address,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const json = (response: ServerResponse, body: unknown, status = 200, headers = {}): void =>
  void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

const viewer = { data: { viewer: { username: 'ann', roles: ['ADMIN'] } } };

function createClient(address: Address, told: string[] = [], timer = createHastyTimer()): Client {
  return new Client({
    address,
    token: 'ann:rgw_x',
    remedy: 'Log in.',
    timer,
    tell: (sentence) => void told.push(sentence),
  });
}

it.each([
  [
    'a redirect',
    (response: ServerResponse) => response.writeHead(307, { location: 'http://elsewhere.example/graphql' }).end(),
    'redirects to http://elsewhere.example. The token is not sent there.',
  ],
  [
    'a page',
    (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    'is no gateway (HTTP 200, text/html). Check --url.',
  ],
  [
    'other JSON',
    (response: ServerResponse) => json(response, [1]),
    'is no gateway (HTTP 200, application/json). Check --url.',
  ],
  [
    'a page of a server before it',
    (response: ServerResponse) => response.writeHead(502, { 'content-type': 'text/html' }).end('<html>'),
    'The gateway behind',
  ],
  [
    "a login that is not the gateway's",
    (response: ServerResponse) => response.writeHead(401, { 'content-type': 'text/html' }).end('<html>'),
    'lets nobody through without its own login (HTTP 401, text/html).',
  ],
  [
    'half of an answer that says it is whole',
    (response: ServerResponse) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"data": {'),
    'is no whole JSON (HTTP 200, application/json): it was cut on the way',
  ],
  ['nothing', (response: ServerResponse) => response.writeHead(200).end(), 'answers with nothing (HTTP 200, no type).'],
  ['JSON without data or errors', (response: ServerResponse) => json(response, {}), 'is no gateway'],
  [
    'an answer that breaks off',
    (response: ServerResponse) =>
      response.writeHead(200, { 'content-length': '99' }).write('{', () => response.destroy()),
    'the connection was cut',
  ],
])('of %s nothing is taken, and the token goes nowhere else', async (_name, answer, sentence) => {
  await using door = await open(answer);
  await expect(createClient(door.address).ask(whoAmI, {})).rejects.toMatchObject({
    code: 'UNREACHABLE',
    message: expect.stringContaining(sentence),
  });
  expect(door.requests).toHaveLength(1);
});

it('gives a gateway up that does not answer within a minute', async () => {
  await using door = await open(() => undefined);
  const timer = createManualTimer();
  const told: string[] = [];
  const asked = createClient(door.address, told, timer).ask(whoAmI, {});
  const refused = expect(asked).rejects.toMatchObject({
    code: 'UNREACHABLE',
    message: `${door.address} did not answer within 60 seconds.`,
  });
  await until(() => door.requests.length === 1);
  await timer.advance(10_000);
  expect(told).toEqual([`${door.address} has not answered yet: waiting up to 60 s.`]);
  await timer.advance(50_000);
  await refused;
});

it('reads no answer that is longer than any of a gateway', async () => {
  const part = Buffer.alloc(1024 * 1024, 'x');
  let sent = 0;
  await using door = await open((response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = (): void => void (!response.destroyed && response.write(part, () => ((sent += 1), more())));
    more();
  });
  await expect(createClient(door.address).ask(whoAmI, {})).rejects.toMatchObject({
    code: 'UNREACHABLE',
    message: expect.stringContaining('is no gateway'),
  });
  expect(sent).toBeLessThan(120);
});

it('asks again when the gateway said, as nothing was done, and no more than ten times', async () => {
  const told: string[] = [];
  const limited = { errors: [{ message: 'Too many requests.', extensions: { code: 'RATE_LIMITED', retryAfter: 7 } }] };
  await using door = await open((response, count) =>
    count < 3 ? json(response, limited, 429) : json(response, viewer),
  );
  expect(await createClient(door.address, told).ask(whoAmI, {})).toEqual(viewer.data);
  expect(told).toEqual(Array(2).fill('The gateway takes no more requests just now: going on in 7 s.'));
  await using busy = await open((response) => json(response, limited, 429, { 'retry-after': '1' }));
  await expect(createClient(busy.address).ask(whoAmI, {})).rejects.toMatchObject({
    code: 'RATE_LIMITED',
    message: 'Too many requests.',
  });
  expect(busy.requests).toHaveLength(11);
});

it('keeps what is missing of an answer in part, and throws where there is nothing', async () => {
  const error = (code: string) => ({ message: 'No \u001b[2Jscreen.', extensions: { code, requestId: 'r-1' } });
  await using part = await open((response) => json(response, { ...viewer, errors: [error('UPSTREAM_ERROR')] }));
  const client = createClient(part.address);
  await client.ask(whoAmI, {});
  expect(client.problems).toMatchObject([{ code: 'UPSTREAM_ERROR', message: 'No \\u001b[2Jscreen.' }]);
  await using nothing = await open((response) =>
    json(response, { data: null, errors: [error('UNAUTHENTICATED')] }, 401),
  );
  await expect(createClient(nothing.address).ask(whoAmI, {})).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
    message: 'No \\u001b[2Jscreen. Log in.',
  });
  await using strange = await open((response) => json(response, { data: null, errors: [error('constructor')] }));
  await expect(createClient(strange.address).ask(whoAmI, {})).rejects.toMatchObject({
    code: 'INTERNAL',
    message: 'No \\u001b[2Jscreen. The request id is r-1.',
  });
});

it('a list that says it goes on where it was ends', async () => {
  const repositories = { nodes: [], sources: [], pageInfo: { hasNextPage: true, endCursor: 'c' } };
  await using door = await open((response) => json(response, { data: { repositories } }));
  const env = { REGISTRY_GATEWAY_URL: door.address, REGISTRY_GATEWAY_TOKEN: 'rgw_x' };
  expect(await runCommands(['repo', 'list'], { env })).toMatchObject({
    code: 1,
    err: 'The gateway says that the list goes on, but not where.\n',
  });
  expect(door.requests).toHaveLength(1);
});

describe('which token goes where', () => {
  const env = { REGISTRY_GATEWAY_TOKEN: 'rgw_x', XDG_CONFIG_HOME: '/nowhere' };

  it('a token alone is a bearer, and one with its user goes as X-Access-Token', async () => {
    await using door = await open((response) => json(response, { data: { registries: [] } }));
    await runCommands(['registry', 'list', '--url', door.address], { env });
    await runCommands(['registry', 'list', '--url', door.address, '--token', 'ann:rgw_y'], { env });
    expect(door.requests.map(({ headers }) => [headers.authorization, headers['x-access-token']])).toEqual([
      ['Bearer rgw_x', undefined],
      [undefined, 'ann:rgw_y'],
    ]);
  });

  it('the token of the environment is sent to no address but that of the environment', async () => {
    await using door = await open((response) => json(response, { data: { registries: [] } }));
    const elsewhere = { ...env, REGISTRY_GATEWAY_URL: 'https://gateway.example.com' };
    expect(await runCommands(['registry', 'list', '--url', door.address], { env: elsewhere })).toMatchObject({
      code: 77,
      err: `No token is known for ${door.address}. Log in: registry-gateway login --url ${door.address}\n`,
    });
    expect(door.requests).toEqual([]);
  });

  it.each([
    [['--token', 'rgw_x'], 64, 'A token belongs to one gateway: give its address too, with --url.'],
    [['--url', 'gateway'], 64, '--url must be an address like'],
    [['--url', 'http://ann:secret@gateway'], 64, '--url must be an address like'],
    [['--url', 'http://127.0.0.1:1', '--token', 'a\nb'], 64, 'The token is none'],
    [['--profile', '../x'], 64, '--profile must be'],
  ])('%j is refused', async (args, code, sentence) => {
    const { err, ...answer } = await runCommands(['registry', 'list', ...args], {
      env: { XDG_CONFIG_HOME: '/nowhere' },
    });
    expect(answer).toMatchObject({ code, out: '' });
    expect(err).toContain(sentence);
    expect(err).not.toContain('secret');
  });
});

it.each([
  ['http://127.0.0.1:4000', false],
  ['http://localhost:4000', false],
  ['http://[::1]:4000', false],
  ['http://a.localhost', false],
  ['https://gateway.example.com', false],
  ['http://gateway.example.com', true],
  ['http://10.0.0.1:4000', true],
  ['http://localhost.example.com', true],
])('what goes to %s can be read on the way: %s', (address, isSo) => {
  expect(isExposed(parseAddress(address, '--url'))).toBe(isSo);
});

it('a job is followed over a gateway that is started again, and not for ever', async () => {
  const job = (state: string) => ({
    id: 'j',
    kind: 'CRAWL',
    state,
    done: 1,
    total: 2,
    repository: null,
    failureCount: 0,
    failures: [],
  });
  const registry = {
    id: '0b5c3c0e-6a2f-4a57-9f0e-2d3f6f3f5f10',
    name: 'r',
    addr: 'http://r',
    followedRepositories: [],
  };
  const begun = [{ registry }, { refresh: { job: job('RUNNING'), userErrors: [] } }];
  const answer = (response: ServerResponse, count: number, ends: boolean): void => {
    const data = begun[count - 1] ?? { job: job(count === 3 || !ends ? 'RUNNING' : 'SUCCEEDED') };
    if (count > 3 && (count < 10 || !ends)) response.destroy();
    else json(response, { data });
  };
  for (const [ends, code] of [
    [true, 0],
    [false, 69],
  ] as const) {
    await using door = await open((response, count) => answer(response, count, ends));
    const env = { REGISTRY_GATEWAY_URL: door.address, REGISTRY_GATEWAY_TOKEN: 'rgw_x' };
    const result = await runCommands(['sync', 'r', '--wait'], { env, given: { timer: createHastyTimer() } });
    expect([result.code, door.requests.length]).toEqual([code, ends ? 10 : 19]);
  }
});

it('warns of a token that others can read on the way', async () => {
  const env = { REGISTRY_GATEWAY_URL: 'http://gateway.invalid', REGISTRY_GATEWAY_TOKEN: 'rgw_x' };
  const { code, err } = await runCommands(['registry', 'list'], { env });
  expect([code, err.split('\n')[0]]).toEqual([
    69,
    'Warning: http://gateway.invalid is not encrypted: whoever is on the way can read the token.',
  ]);
});
