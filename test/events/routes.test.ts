import { connect } from 'node:net';
import * as fc from 'fast-check';
import { GatewayError } from '../../src/errors.js';
import { hashSecret } from '../../src/domain/digest.js';
import { until } from '../support/timer.js';
import { createEvent, type Door, openDoor, otherSecret, secret, v1 } from './door.js';

const push = (repository = 'app', facts = {}): object => ({ events: [createEvent(repository, facts)] });

describe('the secret of a registry', () => {
  let door: Door;
  beforeAll(async () => void (door = await openDoor()));
  afterAll(() => door[Symbol.asyncDispose]());
  beforeEach(() => void (door.rereads.length = door.log.length = door.refused.length = door.received.length = 0));

  test('the secret of a registry is kept as its SHA-256', () => {
    expect(hashSecret('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  test.each<[string, Record<string, string>]>([
    ['Authorization: Bearer <secret>', { authorization: `Bearer ${secret}` }],
    ['authorization: bearer <secret>', { authorization: `bearer   ${secret}` }],
    ['Authorization: <secret>, as Harbor sends it', { authorization: secret }],
    [
      'the password of some user, as old versions of zot send it',
      { authorization: `Basic ${btoa(`registry-gateway:${secret}`)}` },
    ],
    ['X-Registry-Secret: <secret>', { authorization: '', 'x-registry-secret': secret }],
    [
      'X-Registry-Secret beside the credentials of a proxy',
      { authorization: 'Basic cHJveHk6cHJveHk=', 'x-registry-secret': secret },
    ],
  ])('opens the door as %s', async (_, headers) => {
    expect(await door.post(push(), { headers })).toEqual({ status: 202, body: '' });
    expect(door.rereads).toEqual(['id-main app']);
    expect(door.received).toEqual(['id-main']);
  });

  const refusals: [string, string, Record<string, string>][] = [
    ['no secret', 'main', { authorization: '' }],
    ['a wrong secret', 'main', { authorization: 'Bearer wrong' }],
    ['half the secret', 'main', { authorization: `Bearer ${secret.slice(0, -1)}` }],
    ['the secret and more', 'main', { authorization: `Bearer ${secret}x` }],
    ['the secret in capitals', 'main', { authorization: `Bearer ${secret.toUpperCase()}` }],
    ['the hash of the secret', 'main', { authorization: `Bearer ${hashSecret(secret)}` }],
    ['the secret under another scheme', 'main', { authorization: `Basic ${secret}` }],
    ['the secret as a user name', 'main', { authorization: `Basic ${btoa(`${secret}:`)}` }],
    ['a wrong password', 'main', { authorization: `Basic ${btoa(`registry-gateway:x${secret}`)}` }],
    ['an empty secret', 'main', { authorization: 'Bearer ', 'x-registry-secret': '' }],
    ['the secret of another registry', 'main', { authorization: `Bearer ${otherSecret}` }],
    ['a registry whose notifications are not set up', 'quiet', { authorization: `Bearer ${secret}` }],
    ['nothing, for a registry that is not set up', 'quiet', { authorization: '' }],
    ['a registry that is not attached', 'nowhere', { authorization: `Bearer ${secret}` }],
    ['nothing, for a registry that is not attached', 'nowhere', { authorization: '' }],
    ['a name that is a property of every object', 'constructor', { authorization: `Bearer ${secret}` }],
    ['a name that is a path', '..%2f..%2fetc', { authorization: `Bearer ${secret}` }],
  ];

  test('the secret of a registry is asked for with one and the same answer, whatever the reason', async () => {
    const answers = [];
    for (const [, registry, headers] of refusals) answers.push(await door.post(push(), { registry, headers }));
    expect(
      new Set(
        answers.map(({ status, body }) =>
          JSON.stringify({ status, error: { ...(body as { error: object }).error, requestId: '' } }),
        ),
      ),
    ).toEqual(
      new Set([
        JSON.stringify({
          status: 401,
          error: {
            code: 'UNAUTHENTICATED',
            message: 'The notification was refused: it needs the notification secret of an attached registry.',
            hint:
              'Send "Authorization: Bearer <secret>" with the secret that was set when the registry was ' +
              'attached or last updated.',
            retryable: false,
            requestId: '',
          },
        }),
      ]),
    );
    expect([...door.rereads, ...door.received]).toEqual([]);
    const reasons = new Set(['no such registry', 'it has no notification secret', 'wrong or missing secret']);
    await until(() => door.log.filter(({ reason }) => reasons.has(String(reason))).length === refusals.length);
    const counts = Object.groupBy(door.refused, (reason) => reason);
    expect(Object.entries(counts).map(([reason, all]) => [reason, all!.length])).toEqual([
      ['wrong_secret', 11],
      ['no_secret', 2],
      ['no_such_registry', 4],
    ]);
  });

  test('the secret of a registry is asked for before the body and its type are looked at', async () => {
    const { status } = await door.post('['.repeat(1_000_000), {
      headers: { authorization: 'Bearer wrong', 'content-type': 'text/plain' },
    });
    expect(status).toBe(401);
  });

  test('the secret of a registry is in no line of the log, right or wrong', async () => {
    await door.post(push());
    await door.post('garbage');
    await door.post(push(), { registry: 'quiet' });
    await door.post(push(), { headers: { authorization: `Bearer ${otherSecret}` } });
    await door.post(push(), { headers: { authorization: otherSecret, 'x-registry-secret': otherSecret } });
    await until(() => door.log.some(({ reason }) => reason === 'wrong or missing secret'));
    for (const text of [secret, otherSecret, hashSecret(secret)]) expect(JSON.stringify(door.log)).not.toContain(text);
  });

  test('keeps 100 forgeries from changing anything', async () => {
    const wrong = (i: number): Record<string, string> =>
      [
        { authorization: `Bearer forged-${i}` },
        { authorization: `forged-${i}` },
        { authorization: '', 'x-registry-secret': `${i}` },
      ][i % 3]!;
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        door.post(push(), { registry: ['main', 'quiet', 'nowhere', 'other'][i % 4]!, headers: wrong(i) }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    expect(door.rereads).toEqual([]);
  });
});

describe('a notification that is refused', () => {
  test('for its type, since it broke off, or by a fault of the gateway is counted as that', async () => {
    let isFailing = false;
    await using door = await openDoor({
      sink: {
        notify() {
          if (isFailing) throw new GatewayError('STORAGE_BUSY', 'The database is busy.');
        },
      },
    });
    expect((await door.post('x', { headers: { 'content-type': 'text/plain' } })).status).toBe(415);
    isFailing = true;
    expect((await door.post(push())).status).toBe(503);
    await breakOff(door);
    await until(() => door.refused.length === 3);
    expect(door.refused).toEqual(['media_type', 'failed', 'broken_off']);
  });
});

/** Sends a part of the body that was announced, and is gone. */
async function breakOff({ url }: Door): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const head = [
    'POST /events/main HTTP/1.1',
    'Host: x',
    `Authorization: Bearer ${secret}`,
    `Content-Type: ${v1}`,
    'Content-Length: 100',
    '',
    '{"ev',
  ];
  await new Promise((resolve) => socket.write(head.join('\r\n'), resolve));
  socket.destroy();
}

describe('an event that comes again', () => {
  test('counts once in 24 hours, for its own registry', async () => {
    let now = Date.parse('2026-01-02T03:04:05Z');
    await using door = await openDoor({ clock: () => new Date(now) });
    const envelope = push('app', { id: 'once' });
    for (let i = 0; i < 100; i++) await door.post(envelope);
    expect(door.rereads).toEqual(['id-main app']);
    await door.post(envelope, { registry: 'other', headers: { authorization: `Bearer ${otherSecret}` } });
    expect(door.rereads).toEqual(['id-main app', 'id-other app']);
    now += 24 * 3600 * 1000;
    await door.post(envelope);
    expect(door.rereads).toHaveLength(2);
    now += 1;
    await door.post(envelope);
    expect(door.rereads).toHaveLength(3);
    expect(door.times.map((at) => at.toISOString())).toEqual([
      '2026-01-02T03:04:05.000Z',
      '2026-01-02T03:04:05.000Z',
      '2026-01-03T03:04:05.001Z',
    ]);
  });

  test('counts once within an envelope too, and others beside it still count', async () => {
    await using door = await openDoor();
    await door.post({
      events: [createEvent('a', { id: '1' }), createEvent('b', { id: '1' }), createEvent('c', { id: '2' })],
    });
    await door.post({ events: [createEvent('a', { id: '1' }), createEvent('d', { id: '3' })] });
    expect(door.rereads).toEqual(['id-main a', 'id-main c', 'id-main d']);
    expect(door.log.filter(({ events }) => events).map(({ events }) => events)).toEqual([
      { changed: 2, repeated: 1 },
      { repeated: 1, changed: 1 },
    ]);
  });

  test('counts every time when it has no id to know it by', async () => {
    await using door = await openDoor();
    for (const id of [null, '', 7, 'x'.repeat(129)]) for (let i = 0; i < 2; i++) await door.post(push('app', { id }));
    expect(door.rereads).toHaveLength(8);
    await door.post(push('app', { id: 'x'.repeat(128) }));
    await door.post(push('app', { id: 'x'.repeat(128) }));
    expect(door.rereads).toHaveLength(9);
  });

  test('counts when it failed inside the gateway the first time', async () => {
    let isFailing = true;
    const taken: unknown[] = [];
    await using door = await openDoor({
      sink: {
        notify(...call) {
          if (isFailing) throw new GatewayError('STORAGE_BUSY', 'The database is busy.');
          taken.push(call[1]?.repository);
        },
      },
    });
    const envelope = push('app', { id: 'again' });
    expect((await door.post(envelope)).status).toBe(503);
    isFailing = false;
    expect((await door.post(envelope)).status).toBe(202);
    expect(taken).toEqual(['app']);
  });
});

test('an event whose change did not show counts again when it is sent again', async () => {
  await using door = await openDoor();
  const envelope = {
    events: [
      createEvent('app', { id: '1' }),
      createEvent('app', { id: '2' }),
      createEvent('app', { id: '3', target: { tag: 'v2' } }),
    ],
  };
  await door.post(envelope);
  expect(door.notices.map((notice) => notice?.tag)).toEqual(['v1', 'v2']);
  await door.post(envelope);
  expect(door.notices).toHaveLength(2);
  // Both said the same of v1: neither may be swallowed.
  door.misses[0]!();
  await door.post(envelope);
  expect(door.notices.slice(2).map((notice) => notice?.tag)).toEqual(['v1']);
  expect(door.log.filter(({ events }) => events).map(({ events }) => events)).toEqual([
    { changed: 3 },
    { repeated: 3 },
    { changed: 2, repeated: 1 },
  ]);
});

test('a shape that is not known is said once for each registry and shape, and not for ever new shapes', async () => {
  await using door = await openDoor();
  const warnings = (): unknown[] =>
    door.log.filter(({ level, msg }) => level === 40 && String(msg).startsWith('a notification could not be read'));
  const hub = { push_data: { tag: 'latest' }, repository: { repo_name: 'app' } };
  for (let n = 0; n < 5; n++)
    await door.post({ ...hub, push_data: n }, { headers: { 'content-type': 'application/json' } });
  expect(door.rereads).toEqual(Array.from({ length: 5 }, () => 'id-main names'));
  expect(warnings()).toEqual([
    expect.objectContaining({
      registry: 'id-main',
      shape: '"application/json" { "push_data", "repository" }',
      reason: 'a shape that is not known',
    }),
  ]);
  await door.post(hub, {
    registry: 'other',
    headers: { authorization: `Bearer ${otherSecret}`, 'content-type': 'application/json' },
  });
  await door.post({ zen: 1 });
  await door.post('{');
  await door.post('[');
  expect(warnings()).toHaveLength(4);
  for (let n = 0; n < 100; n++) await door.post({ [`new-${n}`]: 1 });
  expect(warnings()).toHaveLength(21);
});

test('a flood of 10,000 events about one repository makes one re-read an envelope', async () => {
  await using door = await openDoor();
  const envelopes = Array.from({ length: 10 }, () => ({
    events: Array.from({ length: 1000 }, () => createEvent('app')),
  }));
  expect(
    new Set((await Promise.all(envelopes.map((envelope) => door.post(envelope)))).map(({ status }) => status)),
  ).toEqual(new Set([202]));
  expect(door.rereads).toEqual(Array.from({ length: 10 }, () => 'id-main app'));
});

test('a database that does not answer is not taken for a wrong secret: the registry tries again', async () => {
  await using door = await openDoor({
    sink: { findRegistry: () => Promise.reject(new GatewayError('STORAGE_BUSY', 'The database is busy.')) },
  });
  expect((await door.post(push())).status).toBe(503);
});

test('other routes keep their own media type and size, and other methods are refused', async () => {
  await using door = await openDoor();
  const echo = async (type: string, body: string): Promise<number> =>
    (await fetch(`${door.url}/echo`, { method: 'POST', headers: { 'content-type': type }, body })).status;
  expect([
    await echo('application/json', '{}'),
    await echo(v1, '{}'),
    await echo('application/json', `"${'x'.repeat(300_000)}"`),
  ]).toEqual([200, 415, 413]);
  expect((await fetch(`${door.url}/events/main`, { headers: { authorization: `Bearer ${secret}` } })).status).toBe(405);
});

test('whatever JSON comes, with the secret it is acknowledged and without it refused', async () => {
  await using door = await openDoor();
  const names = fc.oneof(fc.constantFrom('app', 'a/b', '../x', ''), fc.string());
  const event = fc.record(
    {
      id: fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
      action: fc.oneof(fc.constantFrom('push', 'pull', 'delete', 'mount', 'toString'), fc.string()),
      target: fc.oneof(
        fc.record({ repository: fc.oneof(names, fc.jsonValue()), mediaType: fc.jsonValue() }, { requiredKeys: [] }),
        fc.jsonValue(),
      ),
      request: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  const data = fc.oneof(
    fc.record({ repository: fc.oneof(fc.record({ repo_full_name: fc.oneof(names, fc.jsonValue()) }), fc.jsonValue()) }),
    fc.jsonValue(),
  );
  const type = fc.oneof(
    fc.constantFrom('PUSH_ARTIFACT', 'harbor.artifact.deleted', 'harbor.x', 'toString'),
    fc.string(),
  );
  const body = fc.oneof(
    fc.jsonValue(),
    fc.record({ events: fc.oneof(fc.array(fc.oneof(event, fc.jsonValue())), fc.jsonValue()) }),
    fc.record({ type, event_data: data }),
    fc.record({ specversion: fc.jsonValue(), id: fc.jsonValue(), type, data }),
  );
  await fc.assert(
    fc.asyncProperty(body, fc.boolean(), async (value, isTrusted) => {
      const before = door.rereads.length;
      const { status } = await door.post(value, isTrusted ? {} : { headers: { authorization: 'Bearer wrong' } });
      return isTrusted ? status === 202 : status === 401 && door.rereads.length === before;
    }),
    { numRuns: 400 },
  );
  expect(door.log.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  expect(new Set(door.rereads)).toEqual(
    new Set(door.rereads.filter((line) => /^id-main (?:names|[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)$/.test(line))),
  );
});
