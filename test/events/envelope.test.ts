import { createEvent, type Door, openDoor, v1 } from './door.js';

const v2 = v1.replace('v1', 'v2');
const json = 'application/json';
const cloudevents = 'application/cloudevents+json';
const blob = { mediaType: 'application/octet-stream', tag: undefined };

/** What Harbor says about library/app; `type` in the spelling of the form. */
function createHarborEvent(
  type: string,
  repository: unknown = { name: 'app', namespace: 'library', repo_full_name: 'library/app', repo_type: 'public' },
): object {
  const data = {
    resources: [{ digest: 'sha256:1', tag: 'v1', resource_url: 'harbor.example/library/app:v1' }],
    repository,
  };
  return type.startsWith('harbor.')
    ? {
        specversion: '1.0',
        id: crypto.randomUUID(),
        source: '/projects/1/webhook/policies/2',
        type,
        datacontenttype: json,
        time: '2026-01-02T03:04:05Z',
        data,
        operator: 'admin',
      }
    : { type, occur_at: 1678082303, operator: 'admin', event_data: data };
}

describe('a notification', () => {
  let door: Door;
  beforeAll(async () => void (door = await openDoor()));
  afterAll(() => door[Symbol.asyncDispose]());
  beforeEach(() => void (door.rereads.length = door.log.length = 0));

  const envelope = (...events: unknown[]): object => ({ events });
  const taken = (): unknown => door.log.find(({ msg }) => msg === 'a notification was taken in')?.events;

  test.each<[string, string, object, string[], object]>([
    ['a push', v1, envelope(createEvent('team/app')), ['id-main team/app'], { changed: 1 }],
    [
      'a push by digest',
      v1,
      envelope(createEvent('app', { target: { tag: undefined } })),
      ['id-main app'],
      { changed: 1 },
    ],
    [
      'a push of an index',
      v1,
      envelope(createEvent('app', { target: { mediaType: 'application/vnd.oci.image.index.v1+json' } })),
      ['id-main app'],
      { changed: 1 },
    ],
    [
      'a delete by digest',
      v1,
      envelope({ id: '1', action: 'delete', target: { digest: 'sha256:1', repository: 'app' } }),
      ['id-main app'],
      { changed: 1 },
    ],
    [
      'a delete of a tag',
      v1,
      envelope({ id: '2', action: 'delete', target: { tag: 'v1', repository: 'app' } }),
      ['id-main app'],
      { changed: 1 },
    ],
    [
      'a delete with empty fields, as 3.x sends',
      v2,
      envelope(
        createEvent('app', {
          action: 'delete',
          target: { mediaType: '', digest: '', size: 0, length: 0, url: '' },
          request: { useragent: '' },
        }),
      ),
      ['id-main app'],
      { changed: 1 },
    ],
    [
      'an event with nothing but an action and a repository',
      json,
      envelope({ action: 'push', target: { repository: 'app' } }),
      ['id-main app'],
      { changed: 1 },
    ],
    [
      'an event with fields of other kinds',
      json,
      envelope({ id: 7, action: 'push', target: { repository: 'app', mediaType: [] }, request: 'no' }),
      ['id-main app'],
      { changed: 1 },
    ],
    ['a push to Harbor', json, createHarborEvent('PUSH_ARTIFACT'), ['id-main library/app'], { changed: 1 }],
    ['a delete in Harbor', json, createHarborEvent('DELETE_ARTIFACT'), ['id-main library/app'], { changed: 1 }],
    [
      'a push to Harbor as a CloudEvent',
      cloudevents,
      createHarborEvent('harbor.artifact.pushed'),
      ['id-main library/app'],
      { changed: 1 },
    ],
    [
      'a delete in Harbor as a CloudEvent',
      `${cloudevents}; charset=utf-8`,
      createHarborEvent('harbor.artifact.deleted'),
      ['id-main library/app'],
      { changed: 1 },
    ],
    ['a push to Azure', `${json}; charset=utf-8`, createEvent('app'), ['id-main app'], { changed: 1 }],
    [
      'a delete in Azure, which has no tag',
      json,
      createEvent('app', { action: 'delete', target: { tag: undefined } }),
      ['id-main app'],
      { changed: 1 },
    ],
    [
      'a storm about two repositories',
      v1,
      envelope(...Array.from({ length: 400 }, (_, i) => createEvent(i % 2 ? 'a' : 'b'))),
      ['id-main b', 'id-main a'],
      { changed: 400 },
    ],
    [
      'a good event among bad ones',
      v1,
      envelope(null, 7, 'x', [], {}, { action: 'push' }, { action: 'push', target: {} }, createEvent('app')),
      ['id-main app', 'id-main names'],
      { malformed: 7, changed: 1 },
    ],
  ])('%s is a re-read', async (_, type, body, rereads, verdicts) => {
    expect(await door.post(body, { headers: { 'content-type': type } })).toEqual({ status: 202, body: '' });
    expect(door.rereads).toEqual(rereads);
    expect(taken()).toEqual(verdicts);
  });

  test.each<[string, string, object, object]>([
    ['a pull', v1, envelope(createEvent('app', { action: 'pull' })), { pull: 1 }],
    [
      'a mount',
      v2,
      envelope(createEvent('app', { action: 'mount', target: { ...blob, fromRepository: 'base' } })),
      { blob: 1 },
    ],
    ['a pushed blob', v1, envelope(createEvent('app', { target: blob })), { blob: 1 }],
    [
      "the gateway's own push and delete",
      v1,
      envelope(
        ...['push', 'delete'].map((action) =>
          createEvent('app', { action, request: { useragent: 'registry-gateway' } }),
        ),
      ),
      { own: 2 },
    ],
    ['an action of another kind', v2, envelope(createEvent('app', { action: 'rename' })), { otherAction: 1 }],
    ['an envelope without events', v1, envelope(), {}],
    ['a ping of Azure', json, { id: 'p', timestamp: '2026-01-02T03:04:05Z', action: 'ping' }, { otherAction: 1 }],
    ['a chart that was pushed to Azure', json, createEvent('app', { action: 'chart_push' }), { otherAction: 1 }],
    ['a pull from Harbor', json, createHarborEvent('PULL_ARTIFACT'), { pull: 1 }],
    ['a pull from Harbor as a CloudEvent', cloudevents, createHarborEvent('harbor.artifact.pulled'), { pull: 1 }],
    ['a scan in Harbor', json, createHarborEvent('SCANNING_COMPLETED'), { otherAction: 1 }],
    ['a quota of Harbor', cloudevents, createHarborEvent('harbor.quota.exceeded', undefined), { otherAction: 1 }],
    [
      'an event of Harbor named as a property of every object',
      json,
      createHarborEvent('constructor'),
      { otherAction: 1 },
    ],
    ['a push to Harbor without a name', json, createHarborEvent('PUSH_ARTIFACT', null), { badName: 1 }],
  ])('%s is no re-read', async (_, type, body, verdicts) => {
    expect((await door.post(body, { headers: { 'content-type': type } })).status).toBe(202);
    expect(door.rereads).toEqual([]);
    expect(taken()).toEqual(verdicts);
  });

  const digest = `sha256:${'b'.repeat(64)}`;
  const zot = (reference: string | undefined): object => ({
    name: 'team/app',
    reference,
    digest,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    manifest: '{}',
  });
  const structured = (type: string, data: object): object => ({
    specversion: '1.0',
    id: crypto.randomUUID(),
    source: 'zotregistry.dev',
    type,
    data,
  });
  const harbor = (tag: string): object => ({
    repository: { repo_full_name: 'team/app' },
    resources: [{ digest, tag }, null, { digest: 'x' }],
  });
  const binary = (type: string): Record<string, string> => ({
    'content-type': json,
    'ce-type': type,
    'ce-specversion': '1.0',
    'ce-id': crypto.randomUUID(),
    'ce-source': 'zotregistry.dev',
  });

  test.each<[string, Record<string, string>, object, object[], object]>([
    [
      'a push of distribution',
      { 'content-type': v1 },
      envelope(createEvent('team/app', { target: { digest } })),
      [{ action: 'push', tag: 'v1', digest }],
      { changed: 1 },
    ],
    [
      'a push by digest',
      { 'content-type': v1 },
      envelope(createEvent('team/app', { target: { tag: undefined, digest } })),
      [{ action: 'push', tag: null, digest }],
      { changed: 1 },
    ],
    [
      'a deleted tag of 3.x',
      { 'content-type': v2 },
      envelope(createEvent('team/app', { action: 'delete', target: { digest: '', mediaType: '' } })),
      [{ action: 'delete', tag: 'v1', digest: null }],
      { changed: 1 },
    ],
    [
      'a tag and a digest that are none',
      { 'content-type': v1 },
      envelope(createEvent('team/app', { target: { tag: '../v1', digest: 'sha256:1' } })),
      [{ action: 'push', tag: null, digest: null }],
      { changed: 1 },
    ],
    [
      'a push to zot, binary',
      binary('zotregistry.image.updated'),
      zot('v1'),
      [{ action: 'push', tag: 'v1', digest }],
      { changed: 1 },
    ],
    [
      'a push to zot by digest, binary',
      binary('zotregistry.image.updated'),
      zot(digest),
      [{ action: 'push', tag: null, digest }],
      { changed: 1 },
    ],
    [
      'a delete in zot, binary',
      binary('zotregistry.image.deleted'),
      zot('v1'),
      [{ action: 'delete', tag: 'v1', digest }],
      { changed: 1 },
    ],
    [
      'a new repository of zot, binary',
      binary('zotregistry.repository.created'),
      { name: 'team/app' },
      [{ action: 'push', tag: null, digest: null }],
      { changed: 1 },
    ],
    [
      'a push to zot, structured',
      { 'content-type': cloudevents },
      structured('zotregistry.image.updated', zot('v1')),
      [{ action: 'push', tag: 'v1', digest }],
      { changed: 1 },
    ],
    ['a failed lint of zot', binary('zotregistry.image.lint_failed'), zot('v1'), [], { otherAction: 1 }],
    [
      'a push to zot without a name',
      binary('zotregistry.image.updated'),
      { ...zot('v1'), name: null },
      [],
      { badName: 1 },
    ],
    [
      'a push to Harbor',
      { 'content-type': json },
      { type: 'PUSH_ARTIFACT', event_data: harbor('v1') },
      [{ action: 'push', tag: 'v1', digest }],
      { changed: 1 },
    ],
    [
      'a push to Harbor by digest',
      { 'content-type': json },
      { type: 'PUSH_ARTIFACT', event_data: harbor(digest) },
      [{ action: 'push', tag: null, digest }],
      { changed: 1 },
    ],
    [
      'a push to Harbor as a CloudEvent, binary',
      binary('harbor.artifact.pushed'),
      harbor('v1'),
      [{ action: 'push', tag: 'v1', digest }],
      { changed: 1 },
    ],
    [
      'two pushes of one tag',
      { 'content-type': v1 },
      envelope(createEvent('team/app'), createEvent('team/app', { target: { digest } })),
      [{ action: 'push', tag: 'v1', digest }],
      { changed: 2 },
    ],
  ])('a notification of %s says what is to be looked for', async (_, headers, body, notices, verdicts) => {
    door.notices.length = 0;
    expect((await door.post(body, { headers })).status).toBe(202);
    expect(door.notices).toEqual(notices.map((notice) => ({ repository: 'team/app', ...notice })));
    expect(taken()).toEqual(verdicts);
  });

  test("a CloudEvent's id is its own within its source", async () => {
    const post = (source: string): Promise<unknown> =>
      door.post(zot('v1'), { headers: { ...binary('zotregistry.image.updated'), 'ce-id': '1', 'ce-source': source } });
    for (const source of ['a', 'b', 'a']) await post(source);
    expect(door.rereads).toHaveLength(2);
  });

  test('about a name outside the grammar is dropped and counted', async () => {
    const names = [
      '../../etc',
      'App',
      'a//b',
      '/a',
      'a/',
      '',
      'a b',
      'a%2fb',
      'a\u0000',
      'ä',
      'a'.repeat(256),
      null,
      7,
      {},
      ['a'],
    ];
    expect((await door.post(envelope(...names.map((name) => createEvent(name))))).status).toBe(202);
    expect(door.rereads).toEqual([]);
    expect(taken()).toEqual({ badName: names.length });
  });

  test('a notification of 1,000 events is looked at whole; of 1,001 the last is not, and the names are read again', async () => {
    const events = [...Array.from({ length: 999 }, () => createEvent('app', { action: 'pull' })), createEvent('last')];
    await door.post({ events });
    expect(door.rereads).toEqual(['id-main last']);
    await door.post({ events: [createEvent('first'), ...events] });
    expect(door.rereads.slice(1)).toEqual(['id-main first', 'id-main names']);
  });

  const nested = '['.repeat(100_000) + ']'.repeat(100_000);
  test.each<[string, string | Uint8Array]>([
    ['nothing', ''],
    ['not JSON', '<html>login</html>'],
    ['half of an envelope', '{"events":[{"id":"1","action":"push","target":{"repo'],
    ['not UTF-8', new Uint8Array([0x22, 0xff, 0xfe, 0x22])],
    ['deep', nested],
    ['deep inside an event', `{"events":[{"action":"push","target":{"repository":"app","x":${nested}}}]}`],
    ['a prototype', '{"__proto__":{"events":[]},"events":[{"action":"push","target":{"repository":"app"}}]}'],
    ['a list', '[]'],
    ['null', 'null'],
    ['another shape', '{"push_data":{"tag":"latest"},"repository":{"repo_name":"app"}}'],
    ['events of another kind', '{"events":{"0":{"action":"push","target":{"repository":"app"}},"length":1}}'],
    [
      "somebody else's CloudEvent",
      '{"specversion":"1.0","id":"1","type":"com.example.pushed","data":{"repository":{"repo_full_name":"app"}}}',
    ],
  ])(
    'a notification that is %s is acknowledged, as it would come for ever; it is logged, and names are read again',
    async (_, body) => {
      expect(await door.post(body)).toEqual({ status: 202, body: '' });
      expect(door.rereads).toEqual(['id-main names']);
      const msg = 'a notification could not be read: the registry is read again in its place';
      expect(door.log).toContainEqual(
        expect.objectContaining({ registry: 'id-main', reason: expect.any(String), msg }),
      );
    },
  );

  test('a notification is read up to 1 MiB; beyond, the names are read again, and nothing of it is kept', async () => {
    const pad = (size: number): string => JSON.stringify(envelope(createEvent('app'))).padEnd(size);
    expect((await door.post(pad(1024 * 1024))).status).toBe(202);
    expect(door.rereads).toEqual(['id-main app']);
    expect((await door.post(pad(1024 * 1024 + 1))).status).toBe(202);
    expect((await door.post(pad(24 * 1024 * 1024))).status).toBe(202);
    expect(door.rereads.slice(1)).toEqual(['id-main names', 'id-main names']);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', 'text/application/json'])(
    'a notification of the type %s is refused',
    async (type) => {
      const { status, body } = await door.post(envelope(createEvent('app')), { headers: { 'content-type': type } });
      expect([status, (body as { error: { code: string } }).error.code]).toEqual([415, 'BAD_USER_INPUT']);
      expect(door.rereads).toEqual([]);
    },
  );
});
