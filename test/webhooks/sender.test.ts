import type { LookupFunction } from 'node:net';
import { parseNetwork } from '../../src/domain/network.js';
import { chooseNone, createProxyChoice } from '../../src/upstream/network/proxychoice.js';
import { type OutboundProxy, parseOutboundProxy } from '../../src/domain/outboundproxy.js';
import { systemTimer } from '../../src/timer.js';
import { createSender, type WebhookSender, type SenderSettings } from '../../src/webhooks/sender.js';
import { createAuthority } from '../support/servers/certificates.js';
import { badAnswers, type Behaviour, type Endpoint, startEndpoint } from '../support/servers/endpoint.js';
import { startProxy } from '../support/servers/proxy.js';
import { createManualTimer, until } from '../support/timer.js';

const loopback = { allow: [parseNetwork('127.0.0.0/8')!], deny: [] };
const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': '1', 'webhook-signature': 'v1,x' };
const never = new AbortController().signal;

function open(settings: Partial<SenderSettings> = {}): WebhookSender {
  return createSender({
    networks: loopback,
    chooseProxy: chooseNone,
    isHttpAllowed: true,
    timer: systemTimer,
    userAgent: 'test',
    ...settings,
  });
}

let endpoint: Endpoint;
let sender: WebhookSender;
const send = (url = endpoint.url) => sender.send({ url, headers, body: '{"a":"ü"}' }, never);

beforeEach(async () => {
  endpoint = await startEndpoint();
  sender = open();
});
afterEach(async () => {
  sender.close();
  await endpoint[Symbol.asyncDispose]();
});

test('a delivery is a POST of structured JSON, with its signature and nothing else that tells of the gateway', async () => {
  expect(await send()).toMatchObject({ status: 204, failure: null, retryAfter: null });
  const [delivered] = endpoint.deliveries;
  expect(delivered).toMatchObject({ path: '/hook', body: '{"a":"ü"}' });
  expect(delivered!.headers).toEqual({
    ...headers,
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'content-length': '10',
    'user-agent': 'test',
    connection: 'keep-alive',
    host: new URL(endpoint.url).host,
  });
});

test.each<[string, Behaviour, object]>([
  ['200', 200, { status: 200, failure: null }],
  ['a redirect', badAnswers.redirected('/other'), { status: 307, failure: 'REDIRECTED' }],
  ['400', 400, { status: 400, failure: 'REFUSED' }],
  ['401', 401, { status: 401, failure: 'REFUSED' }],
  ['410', 410, { status: 410, failure: 'GONE' }],
  ['429 with a Retry-After', badAnswers.limited('17'), { status: 429, failure: 'RATE_LIMITED', retryAfter: 17 }],
  ['429 for a day', badAnswers.limited('86400'), { status: 429, failure: 'RATE_LIMITED', retryAfter: 3600 }],
  ['500', 500, { status: 500, failure: 'FAILED' }],
  ['503', 503, { status: 503, failure: 'FAILED' }],
  ['half an answer', badAnswers.half, { status: 200, failure: null }],
  ['an answer without an end', badAnswers.endless, { status: 200, failure: null }],
  ['what is no HTTP', badAnswers.broken, { status: null, failure: 'INVALID' }],
  ['101', badAnswers.upgraded, { status: 101, failure: 'INVALID' }],
  ['103, and no answer after it', badAnswers.announced, { status: null, failure: 'UNREACHABLE' }],
  ['a closed connection', badAnswers.closed, { status: null, failure: 'UNREACHABLE' }],
])('%s is told as what it is, and what comes next is sent', async (_, behaviour, outcome) => {
  endpoint.script(behaviour);
  expect(await send()).toMatchObject(outcome);
  expect(await send()).toMatchObject({ status: 204, failure: null });
  expect(endpoint.deliveries.map(({ path }) => path)).toEqual(['/hook', '/hook']);
});

test('an answer without an end is not read on', async () => {
  let socket: { readonly bytesWritten: number; readonly destroyed: boolean } | null = null;
  endpoint.script((response) => {
    socket = response.socket;
    badAnswers.endless(response);
  });
  await send();
  await until(() => socket!.destroyed);
  // What the systems' buffers took beside the few that were read.
  expect(socket!.bytesWritten).toBeLessThan(8 * 1024 * 1024);
});

test('an endpoint that never answers is given ten seconds', async () => {
  const timer = createManualTimer();
  sender.close();
  sender = open({ timer });
  endpoint.script(badAnswers.never);
  const sending = send();
  await until(() => endpoint.deliveries.length === 1);
  await timer.advance(9999);
  expect(timer.waiting()).toEqual([1]);
  await timer.advance(1);
  expect(await sending).toEqual({ status: null, failure: 'TIMEOUT', ms: 10_000, retryAfter: null });
});

test('however many deliveries to a host wait for its answer, the next is sent', async () => {
  const ending = new AbortController();
  endpoint.script(...Array.from({ length: 20 }, () => badAnswers.never));
  const delivery = { url: endpoint.url, headers, body: '{}' };
  const waiting = Array.from({ length: 20 }, () => sender.send(delivery, ending.signal));
  await until(() => endpoint.deliveries.length === 20);
  expect(await send()).toMatchObject({ failure: null });
  ending.abort(new Error('over'));
  await Promise.allSettled(waiting);
});

test('a connection that is to speak another protocol is closed', async () => {
  let isClosed = false;
  endpoint.script((response) => {
    response.socket!.once('close', () => (isClosed = true));
    badAnswers.upgraded(response);
  });
  await send();
  await until(() => isClosed);
});

test('a connection is kept for the next delivery, and one that was closed meanwhile is no failure', async () => {
  await send();
  await send();
  expect(endpoint.connections).toBe(1);
  // It is closed as the next one is on its way.
  endpoint.script((response) => response.socket!.destroy());
  expect(await send()).toMatchObject({ failure: null });
  expect(endpoint.deliveries).toHaveLength(4);
});

test('a new connection that is closed is a failure, after one attempt', async () => {
  endpoint.script(badAnswers.closed, badAnswers.closed);
  expect(await send()).toMatchObject({ failure: 'UNREACHABLE' });
  expect(endpoint.deliveries).toHaveLength(1);
});

test('an aborted delivery rejects with the reason, and its connection is closed', async () => {
  const ending = new AbortController();
  let isClosed = false;
  endpoint.script((response) => void response.once('close', () => (isClosed = true)));
  const sending = sender.send({ url: endpoint.url, headers, body: '{}' }, ending.signal);
  await until(() => endpoint.deliveries.length === 1);
  ending.abort(new Error('over'));
  await expect(sending).rejects.toThrow('over');
  await until(() => isClosed);
});

test('an endpoint that is not there, or whose certificate nobody vouches for, is told apart', async () => {
  const { certificate: cert, key } = createAuthority().issue();
  await using secure = await startEndpoint({ tls: { key, cert } });
  expect(await send(secure.url)).toMatchObject({ status: null, failure: 'TLS' });
  expect(await send('http://127.0.0.1:1/hook')).toMatchObject({ status: null, failure: 'UNREACHABLE' });
  expect(await send('http://nowhere.invalid/hook')).toMatchObject({ status: null, failure: 'UNREACHABLE' });
  expect(secure.deliveries).toEqual([]);
});

describe('addresses', () => {
  const toLoopback: LookupFunction = (_, __, done) => done(null, [{ address: '127.0.0.1', family: 4 }]);
  const hosts = ['127.0.0.1', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', '[::1]', 'localhost', 'rebound.example'];
  test.each(hosts)('%s is not connected to while no setting opens it', async (host) => {
    sender.close();
    sender = open({ networks: { allow: [], deny: [] }, ...(host === 'rebound.example' && { lookup: toLoopback }) });
    expect(await send(`http://${host}:${new URL(endpoint.url).port}/hook`)).toMatchObject({ failure: 'BLOCKED' });
    expect(endpoint.connections).toBe(0);
  });

  it('goes by what a name leads to at that moment, all of it', async () => {
    let answer = [{ address: '127.0.0.1', family: 4 }];
    sender.close();
    sender = open({ lookup: (_, __, done) => done(null, answer) });
    const url = `http://moving.example:${new URL(endpoint.url).port}/hook`;
    endpoint.script((response) => response.writeHead(204, { connection: 'close' }).end());
    expect(await send(url)).toMatchObject({ failure: null });
    answer = [...answer, { address: '169.254.169.254', family: 4 }];
    expect(await send(url)).toMatchObject({ failure: 'BLOCKED' });
    expect(endpoint.connections).toBe(1);
  });

  it('sends to no http: address where that is not allowed', async () => {
    sender.close();
    sender = open({ isHttpAllowed: false });
    expect(await send()).toMatchObject({ failure: 'BLOCKED', status: null });
    expect(endpoint.connections).toBe(0);
  });
});

describe('through a proxy', () => {
  const choose = (url: string, user = 'ann:secret@') => {
    const proxy = parseOutboundProxy(url.replace('//', `//${user}`), 'HTTP_PROXY') as OutboundProxy;
    return createProxyChoice({ https: proxy, http: proxy, bypass: [] });
  };
  const lead = () => ({ 'hook.example:80': new URL(endpoint.url).host });

  it('sends to the endpoint, and shows the proxy its password, which goes no further', async () => {
    const proxy = await startProxy({ users: { ann: 'secret' }, hosts: lead() });
    sender.close();
    sender = open({ chooseProxy: choose(proxy.url) });
    expect(await send('http://hook.example/hook?a=b')).toMatchObject({ status: 204, failure: null });
    expect(proxy.seen.map(({ line }) => line)).toEqual(['POST http://hook.example/hook?a=b']);
    expect(endpoint.deliveries[0]!.headers['proxy-authorization']).toBeUndefined();
    await proxy.close();
  });

  it.each(['http://hook.example/', 'https://hook.example/'])(
    'tells of one that refuses as what failed, for %s',
    async (url) => {
      const proxy = await startProxy({ users: { ann: 'other' }, hosts: lead() });
      sender.close();
      sender = open({ chooseProxy: choose(proxy.url) });
      expect(await send(url)).toMatchObject({ failure: 'PROXY' });
      expect(endpoint.deliveries).toEqual([]);
      await proxy.close();
    },
  );

  it.each(['127.0.0.1', 'proxy.example'])(
    'goes through one in an inner network, at %s, where endpoints may be in none',
    async (host) => {
      const proxy = await startProxy({ hosts: lead() });
      const asked: string[] = [];
      sender.close();
      sender = open({
        networks: { allow: [], deny: [] },
        chooseProxy: choose(proxy.url.replace('127.0.0.1', host), ''),
        lookup: (name, _, done) => {
          asked.push(name);
          done(null, [{ address: '127.0.0.1', family: 4 }]);
        },
      });
      expect(await send('http://hook.example/')).toMatchObject({ status: 204, failure: null });
      expect(asked).toEqual(host === 'proxy.example' ? [host] : []);
      await proxy.close();
    },
  );

  it.each(['127.0.0.1', 'proxy.example'])('goes through none at %s where that is closed', async (host) => {
    const proxy = await startProxy({ hosts: lead() });
    sender.close();
    sender = open({
      networks: { allow: [], deny: [parseNetwork('127.0.0.0/8')!] },
      chooseProxy: choose(proxy.url.replace('127.0.0.1', host), ''),
      lookup: (_, __, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
    });
    expect(await send('http://hook.example/')).toMatchObject({ failure: 'BLOCKED' });
    expect(proxy.seen).toEqual([]);
    await proxy.close();
  });

  it.each(['http://169.254.169.254/', 'http://metadata.google.internal/', 'http://10.0.0.1/'])(
    'asks it for no address that is closed: %s',
    async (url) => {
      const proxy = await startProxy();
      sender.close();
      const networks = { allow: [], deny: [] };
      const allowed = open({ networks, chooseProxy: choose(proxy.url, '') });
      expect(await allowed.send({ url, headers, body: '{}' }, never)).toMatchObject({ failure: 'BLOCKED' });
      expect(proxy.seen).toEqual([]);
      allowed.close();
      await proxy.close();
    },
  );
});
