import type { ServerResponse } from 'node:http';
import { ConnectionTesting, longestTest } from '../../src/catalogue/manage/connectiontest.js';
import { strangersWait } from '../../src/catalogue/manage/connection.js';
import type { TestedSettings } from '../../src/catalogue/manage/connectiontest.js';
import type { Viewer } from '../../src/domain/account.js';
import { type ConnectionStep, hasPassed } from '../../src/domain/connectionstep.js';
import { createAddressPolicy } from '../../src/upstream/network/addresses.js';
import { createUpstream, type UpstreamOptions } from '../../src/upstream/client.js';
import { createHastyTimer, createManualTimer, type ManualTimer } from '../support/timer.js';
import { listen, type Wire } from '../upstream/wire.js';

const opened: Wire[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

type Answer = (path: string, response: ServerResponse, authorization: string | undefined, method: string) => unknown;

async function serve(answer: Answer): Promise<Wire> {
  const wire = await listen((request, response) =>
    answer(request.url ?? '', response, request.headers.authorization, request.method ?? ''),
  );
  opened.push(wire);
  return wire;
}

const json = (response: ServerResponse, status: number, body: object): unknown =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const errorOf = (code: string): object => ({ errors: [{ code }] });

/** As distribution answers, with one repository, and a deletion that answers so. */
const registryThat =
  (status: number, code: string): Answer =>
  (path, response, _, method) => {
    if (method === 'DELETE') return json(response, status, errorOf(code));
    if (path.startsWith('/v2/_catalog')) return json(response, 200, { repositories: ['team/app'] });
    if (path.startsWith('/v2/team/app/tags')) return json(response, 200, { name: 'team/app', tags: ['v1'] });
    return path === '/v2/' ? json(response, 200, {}) : json(response, 404, errorOf('NAME_UNKNOWN'));
  };

interface Asking {
  readonly role?: Viewer['roles'][number];
  readonly repository?: string | null;
  readonly options?: Partial<UpstreamOptions>;
  readonly timer?: ManualTimer;
}

function ask(settings: TestedSettings, asking: Asking = {}): Promise<readonly ConnectionStep[]> {
  const { role = 'admin', repository = null, options = {}, timer = createManualTimer() } = asking;
  const parts = {
    createUpstream: (wanted: Parameters<typeof createUpstream>[0]) =>
      createUpstream(wanted, { userAgent: 'test', timer: createHastyTimer(), ...options }),
    clock: () => new Date(0),
    timer,
    log: () => undefined,
    registries: {} as never,
  };
  const viewer = { accountId: 'a', username: 'ann', roles: [role], tokenId: 't' };
  const context = { viewer, requestId: 'r1', call: {} };
  return new ConnectionTesting(parts).testNew(context as never, settings, repository);
}

const states = (steps: readonly ConnectionStep[]): string[] =>
  steps.map(({ kind, state, skipReason }) => [kind, state, ...(skipReason === null ? [] : [skipReason])].join(' '));
const stepOf = (steps: readonly ConnectionStep[], kind: ConnectionStep['kind']): ConnectionStep =>
  steps.find((step) => step.kind === kind)!;

test('a registry that does all is shown so, by one client and few requests', async () => {
  const wire = await serve(registryThat(404, 'MANIFEST_UNKNOWN'));
  const steps = await ask({ addr: wire.url });
  expect(states(steps)).toEqual([
    'NAME SKIPPED NO_NAME',
    'CONNECTION OK',
    'TLS SKIPPED NO_TLS',
    'PING OK',
    'LOGIN OK',
    'CATALOGUE OK',
    'TAGS OK',
    'DELETION OK',
  ]);
  expect(hasPassed(steps)).toBe(true);
  expect(wire.seen.map(({ method, path }) => `${method} ${path.replace(/sha256.*|\?.*/, '')}`)).toEqual([
    'GET /v2/',
    'GET /v2/_catalog',
    'GET /v2/team/app/tags/list',
    'DELETE /v2/team/app/manifests/',
  ]);
});

test.each([
  ['switched off', 405, 'UNSUPPORTED', 'LIMITED'],
  ['not allowed to the account', 403, 'DENIED', 'LIMITED'],
  ['answered by a failure', 500, 'UNKNOWN', 'UNKNOWN'],
])('a deletion that is %s (%i %s) is %s, and keeps nobody from attaching', async (_, status, code, state) => {
  const steps = await ask({ addr: (await serve(registryThat(status, code))).url });
  expect(stepOf(steps, 'DELETION').state).toBe(state);
  expect(hasPassed(steps)).toBe(true);
});

test('where there is no catalogue, the tags are those of a repository that is named', async () => {
  const whole = registryThat(404, 'MANIFEST_UNKNOWN');
  const wire = await serve((path, response, authorization, method) =>
    path.startsWith('/v2/_catalog')
      ? json(response, 404, errorOf('NOT_FOUND'))
      : whole(path, response, authorization, method),
  );
  const none = await ask({ addr: wire.url });
  expect(states(none).slice(5)).toEqual([
    'CATALOGUE LIMITED',
    'TAGS SKIPPED NO_REPOSITORY',
    'DELETION SKIPPED NO_REPOSITORY',
  ]);
  expect(stepOf(none, 'CATALOGUE').hint).toContain('followedRepositories');
  const followed = await ask({ addr: wire.url, followedRepositories: ['team/app', 'other/*'] });
  expect(states(followed).slice(5)).toEqual(['CATALOGUE LIMITED', 'TAGS OK', 'DELETION OK']);
  const named = await ask({ addr: wire.url }, { repository: 'team/none' });
  expect(stepOf(named, 'TAGS')).toMatchObject({ state: 'UNKNOWN', message: 'It has no repository team/none.' });
});

const failing = (code: string): UpstreamOptions['lookup'] => {
  const error = Object.assign(new Error('raw words of the resolver'), { code });
  return (_, __, callback) => callback(error, []);
};

test('a name that is not known, and one that leads where nothing may be opened, fail by their name', async () => {
  const unknown = await ask({ addr: 'http://nowhere.example' }, { options: { lookup: failing('ENOTFOUND') } });
  expect(states(unknown).slice(0, 3)).toEqual([
    'NAME FAILED',
    'CONNECTION SKIPPED AFTER_FAILURE',
    'TLS SKIPPED AFTER_FAILURE',
  ]);
  expect(stepOf(unknown, 'NAME')).toMatchObject({ code: 'UPSTREAM_UNREACHABLE', hint: expect.stringMatching(/DNS/) });
  const allow = createAddressPolicy({ allow: [], deny: [{ family: 'ipv4', address: '10.0.0.0', prefix: 8 }] });
  const lookup: UpstreamOptions['lookup'] = (_, __, callback) => callback(null, [{ address: '10.1.2.3', family: 4 }]);
  const inner = await ask({ addr: 'http://inner.example' }, { options: { allow, lookup } });
  expect(stepOf(inner, 'NAME')).toMatchObject({ state: 'FAILED', code: 'UPSTREAM_BLOCKED' });
  expect(JSON.stringify([unknown, inner])).not.toMatch(/raw words|10\.1\.2\.3/);
});

test('a name that leads to a registry is shown with its addresses to an admin, and without to others', async () => {
  const wire = await serve(registryThat(404, 'MANIFEST_UNKNOWN'));
  const lookup: UpstreamOptions['lookup'] = (_, __, callback) =>
    void setImmediate(() => callback(null, [{ address: '127.0.0.1', family: 4 }]));
  const addr = `http://registry.example:${wire.port}`;
  const shown = async (role: Viewer['roles'][number]): Promise<string> =>
    stepOf(await ask({ addr }, { role, options: { lookup } }), 'NAME').message;
  expect(await shown('admin')).toBe('registry.example leads to 127.0.0.1.');
  expect(await shown('registries:rw')).toBe('registry.example is known.');
});

test('a closed port, a web page and a refused login fail where they do, with nothing asked behind them', async () => {
  const closed = await serve(() => undefined);
  await closed.close();
  expect(states(await ask({ addr: closed.url }))).toContain('CONNECTION FAILED');
  const page = await serve((_, response) => response.end('<html>'));
  const ofPage = await ask({ addr: page.url });
  expect([stepOf(ofPage, 'PING').code, page.seen.length]).toEqual(['UPSTREAM_INVALID', 1]);
  expect(ofPage.slice(4).every(({ state, skipReason }) => state === 'SKIPPED' && skipReason === 'AFTER_FAILURE')).toBe(
    true,
  );
  const guarded = await serve((_, response) =>
    response.writeHead(401, { 'www-authenticate': 'Basic realm="r"' }).end('the registry says: canary'),
  );
  const stranger = await ask({ addr: guarded.url });
  expect(stepOf(stranger, 'LOGIN')).toMatchObject({ state: 'FAILED', hint: 'Give a user name and a password.' });
  const wrong = await ask({ addr: guarded.url, credentials: { username: 'ann', password: 'secret-of-ann' } });
  expect([stepOf(wrong, 'PING').state, stepOf(wrong, 'LOGIN').code]).toEqual(['OK', 'UPSTREAM_AUTH']);
  expect(JSON.stringify([stranger, wrong])).not.toMatch(/canary|secret-of-ann/);
});

test('who may attach, but not diagnose, learns one thing of what is no registry, after one time', async () => {
  const closed = await serve(() => undefined);
  await closed.close();
  const page = await serve((_, response) => response.end('<html>'));
  const told: unknown[] = [];
  for (const { url } of [closed, page]) {
    const timer = createManualTimer();
    const test = ask({ addr: url }, { role: 'registries:rw', timer });
    // The end of the whole test, of the veil, and the wait that all failures have in common.
    while (timer.waiting().length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    await timer.advance(strangersWait);
    const steps = await test;
    told.push(steps.map(({ message, ...step }) => ({ ...step, message: message.replaceAll(/127.0.0.1:\d+/g, 'it') })));
  }
  expect(told[0]).toEqual(told[1]);
  expect(told[0]).toMatchObject([
    { state: 'SKIPPED', skipReason: 'UNTOLD' },
    {},
    {},
    { state: 'FAILED', code: 'UPSTREAM_UNREACHABLE' },
    {},
    {},
    {},
    {},
  ]);
});

test('a registry that stops answering ends the test after its time', async () => {
  const timer = createManualTimer();
  const wire = await serve((path, response) => (path === '/v2/' ? json(response, 200, {}) : undefined));
  const test = ask({ addr: wire.url }, { timer });
  while (wire.seen.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  await timer.advance(longestTest);
  const steps = await test;
  expect(stepOf(steps, 'CATALOGUE')).toMatchObject({ state: 'FAILED', code: 'UPSTREAM_TIMEOUT' });
  expect(wire.seen).toHaveLength(2);
});

test('only who may attach has a connection tested', async () => {
  await expect(ask({ addr: 'http://127.0.0.1:1' }, { role: 'registries:ro' })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
});
