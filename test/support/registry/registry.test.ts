import { setTimeout as wait } from 'node:timers/promises';
import { createAuthority } from '../servers/certificates.js';
import {
  buildArtifact,
  buildCosignSignature,
  buildHelmChart,
  buildImage,
  buildIndex,
  signatureTag,
} from '../content/images.js';
import { push, seed, send, type WireAnswer } from '../content/push.js';
import { acceptEverything, media } from '../../../src/demo/registry/media.js';
import type { RegistryOptions } from './options.js';
import { createMemoryRegistry, type MemoryRegistry } from './server.js';
import { sha256 } from './store.js';

const image = buildImage({ layers: [{ size: 3000, seed: 'base' }], cmd: ['sh'] });
const accept = { Accept: acceptEverything };
const opened: MemoryRegistry[] = [];

async function open(options?: RegistryOptions): Promise<MemoryRegistry> {
  const registry = await createMemoryRegistry(options);
  opened.push(registry);
  return registry;
}

afterEach(async () => {
  for (const registry of opened.splice(0)) await registry.close();
});

const read = (answer: WireAnswer) => JSON.parse(answer.body.toString()) as Record<string, unknown>;
const codeOf = (answer: WireAnswer) => (read(answer).errors as { code: string }[])[0]?.code;

async function listPages(registry: MemoryRegistry, n: number): Promise<string[]> {
  const found: string[] = [];
  let url: string | undefined = `/v2/_catalog?n=${n}`;
  while (url) {
    const answer: WireAnswer = await send('GET', registry.url + url);
    found.push(...(read(answer).repositories as string[]));
    url = /<(.+)>/.exec(String(answer.headers.link))?.[1];
  }
  return found;
}

describe('the memory registry', () => {
  test('gives back what was pushed, by tag and by digest', async () => {
    const registry = await open();
    await push(registry.url, 'team/app', 'v1', image);
    for (const reference of ['v1', image.digest]) {
      const answer = await send('GET', `${registry.url}/v2/team/app/manifests/${reference}`, {}, accept);
      expect(answer).toMatchObject({
        status: 200,
        headers: {
          'docker-content-digest': image.digest,
          etag: `"${image.digest}"`,
          'content-type': media.dockerManifest,
        },
      });
      expect(sha256(answer.body)).toBe(image.digest);
    }
    const head = await send('HEAD', `${registry.url}/v2/team/app/manifests/v1`, {}, accept);
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, String(image.size), 0]);
    expect(
      (await send('GET', `${registry.url}/v2/team/app/blobs/${image.config?.digest}`)).headers['content-type'],
    ).toBe('application/octet-stream');
    expect(codeOf(await send('GET', `${registry.url}/v2/other/blobs/${image.config?.digest}`))).toBe('BLOB_UNKNOWN');
  });

  test('holds every kind of content a push can bring', async () => {
    const registry = await open();
    const index = buildIndex([image, buildImage({ arch: 'arm64', format: 'oci' })], { attestation: true });
    expect(index.children).toHaveLength(4);
    await push(registry.url, 'app', 'multi', index);
    await push(registry.url, 'app', signatureTag(image.digest), buildCosignSignature(image));
    await push(registry.url, 'app', 'sbom', buildArtifact({ artifactType: 'application/spdx+json', subject: image }));
    await push(registry.url, 'charts/app', '1.0.0', buildHelmChart({ name: 'app', version: '1.0.0' }));
    expect(registry.store.tags('app')).toHaveLength(3);
    expect(registry.store.findManifest('app', 'multi')?.digest).toBe(index.digest);
  });

  test('lists referrers where it has their API, page by page, and says so to who pushes one', async () => {
    const registry = await open({ referrersApi: { pageSize: 2 } });
    const artifacts = ['a/x', 'a/y', 'a/x'].map((artifactType, n) =>
      buildArtifact({ artifactType, subject: image, annotations: { n: `${n}` } }),
    );
    await push(registry.url, 'app', 'v1', image);
    for (const artifact of artifacts) await push(registry.url, 'app', null, artifact);
    const [one] = artifacts;
    const pushed = await send(
      'PUT',
      `${registry.url}/v2/app/manifests/${one!.digest}`,
      {},
      { 'Content-Type': one!.mediaType },
      one!.bytes,
    );
    expect(pushed.headers['oci-subject']).toBe(image.digest);
    const url = `${registry.url}/v2/app/referrers/${image.digest}`;
    const first = await send('GET', url);
    expect([first.status, first.headers['content-type'], first.headers['oci-filters-applied']]).toEqual([
      200,
      media.ociIndex,
      undefined,
    ]);
    expect(read(first)).toMatchObject({
      manifests: [
        { digest: one!.digest, size: one!.size, artifactType: 'a/x', annotations: { n: '0' } },
        { artifactType: 'a/y' },
      ],
    });
    const next = /<(.+)>/.exec(String(first.headers.link))?.[1];
    expect(read(await send('GET', registry.url + next))).toMatchObject({
      manifests: [{ digest: artifacts[2]!.digest }],
    });
    const filtered = await send('GET', `${url}?artifactType=a%2Fy`);
    expect([filtered.headers['oci-filters-applied'], (read(filtered).manifests as unknown[]).length]).toEqual([
      'artifactType',
      1,
    ]);
    expect(read(await send('GET', `${registry.url}/v2/none/referrers/${image.digest}`))).toMatchObject({
      manifests: [],
    });
  });

  test('answers a known ETag with 304, even for a tag whose manifest is gone', async () => {
    const registry = await open();
    registry.store.setTag('a', 'dangling', image.digest);
    const url = `${registry.url}/v2/a/manifests/dangling`;
    const known = await send('GET', url, {}, { ...accept, 'If-None-Match': `"${image.digest}"` });
    expect([known.status, known.headers.etag]).toEqual([304, undefined]);
    expect(codeOf(await send('GET', url, {}, accept))).toBe('MANIFEST_UNKNOWN');
  });

  test('serves other content, or none, to a client that does not accept what is stored', async () => {
    const registry = await open();
    const oci = buildImage({ format: 'oci' });
    seed(registry.store, 'a', 'docker', image);
    seed(registry.store, 'a', 'oci', oci);
    seed(registry.store, 'a', 'list', buildIndex([image], { format: 'docker' }));
    const get = (tag: string, types?: string) =>
      send('GET', `${registry.url}/v2/a/manifests/${tag}`, {}, types ? { Accept: types } : {});
    expect((await get('docker')).headers['content-type']).toBe(media.dockerSchema1);
    expect((await get('docker')).headers['docker-content-digest']).not.toBe(image.digest);
    expect((await get(image.digest)).headers['docker-content-digest']).toBe(image.digest);
    expect((await get('oci', '*/*')).status).toBe(404);
    expect((await get('list', media.dockerManifest)).headers['docker-content-digest']).toBe(image.digest);
  });

  test('lists tags unsorted and unpaged as 2.8 does, sorted and paged as 3.1 does', async () => {
    const tags = ['latest', 'v1', '1.10', '1.9', '10', '2'];
    for (const flavour of ['2.8', '3.1'] as const) {
      const registry = await open({ flavour });
      for (const tag of tags) seed(registry.store, 'a', tag, image);
      const answer = await send('GET', `${registry.url}/v2/a/tags/list?n=2&last=10`);
      expect(answer.headers.link).toBe(flavour === '2.8' ? undefined : '</v2/a/tags/list?last=latest&n=2>; rel="next"');
      const listed = read(answer).tags as string[];
      expect(listed).not.toEqual(tags.toSorted());
      expect(flavour === '2.8' ? listed.toSorted() : listed).toEqual(
        flavour === '2.8' ? tags.toSorted() : ['2', 'latest'],
      );
    }
  });

  test('tells an emptied repository from one without tags', async () => {
    const registry = await open();
    seed(registry.store, 'emptied', 'v1', image);
    seed(registry.store, 'untagged', null, image);
    expect((await send('DELETE', `${registry.url}/v2/emptied/manifests/${image.digest}`)).status).toBe(202);
    expect((await send('DELETE', `${registry.url}/v2/emptied/manifests/${image.digest}`)).status).toBe(404);
    expect(read(await send('GET', `${registry.url}/v2/emptied/tags/list`))).toEqual({ name: 'emptied', tags: null });
    expect(codeOf(await send('GET', `${registry.url}/v2/untagged/tags/list`))).toBe('NAME_UNKNOWN');
    expect(await listPages(registry, 10)).toEqual(['emptied', 'untagged']);
  });

  test('deletes a digest with all its tags, and a tag alone only as 3.1', async () => {
    for (const flavour of ['2.8', '3.1'] as const) {
      const registry = await open({ flavour });
      for (const tag of ['a', 'b', 'c']) seed(registry.store, 'x', tag, image);
      const byTag = await send('DELETE', `${registry.url}/v2/x/manifests/a`);
      expect(flavour === '2.8' ? codeOf(byTag) : byTag.status).toBe(flavour === '2.8' ? 'DIGEST_INVALID' : 202);
      expect(registry.store.tags('x')).toHaveLength(flavour === '2.8' ? 3 : 2);
      await send('DELETE', `${registry.url}/v2/x/manifests/${image.digest}`);
      expect(registry.store.tags('x')).toEqual([]);
    }
  });

  test('refuses to delete where that is off, and to write where it is read-only', async () => {
    const path = `/v2/x/manifests/sha256:${'0'.repeat(64)}`;
    expect((await send('DELETE', (await open()).url + path)).status).toBe(404);
    expect(codeOf(await send('DELETE', (await open({ deleteEnabled: false })).url + path))).toBe('UNSUPPORTED');
    const readOnly = await send('DELETE', (await open({ readOnly: true })).url + path);
    expect([readOnly.status, readOnly.headers.allow, readOnly.body.toString()]).toEqual([
      405,
      'GET, HEAD',
      'Method not allowed\n',
    ]);
  });

  test('pages the catalogue in its own order, and loses parents of digit-leading children as distribution does', async () => {
    const names = ['team', 'team/app', 'team/app/sub', 'team/app-two', 'team-x/app', 'dig', 'dig/0x', 'dig/9y', 'zoo'];
    const registry = await open({ maxEntries: 50 });
    const right = await open({ losesParents: false, prefix: '/reg' });
    for (const name of names) for (const { store } of [registry, right]) seed(store, name, 'v1', image);
    const whole = await send('GET', `${right.url}/v2/_catalog?n=4`);
    expect(read(whole).repositories).toEqual(['dig', 'dig/0x', 'dig/9y', 'team']);
    expect(whole.headers.link).toBe('</reg/v2/_catalog?last=team&n=4>; rel="next"');
    expect(await listPages(registry, 50)).toHaveLength(names.length);
    expect(await listPages(registry, 1)).not.toContain('dig');
    expect(await listPages(registry, 2)).toEqual(['dig/0x', 'dig/9y']);
    expect(codeOf(await send('GET', `${registry.url}/v2/_catalog?n=51`))).toBe('PAGINATION_NUMBER_INVALID');
  });

  test('asks for Basic credentials', async () => {
    const registry = await open({ auth: { mode: 'basic', users: { ann: 'pa:ss' } } });
    const refused = await send('GET', `${registry.url}/v2/`, { username: 'ann', password: 'wrong' });
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, 'Basic realm="memory-registry"']);
    expect((await send('GET', `${registry.url}/v2/`, { username: 'ann', password: 'pa:ss' })).status).toBe(200);
  });

  test('gives Bearer tokens and checks their scope and age', async () => {
    let now = 0;
    const registry = await open({
      now: () => now,
      auth: { mode: 'bearer', users: { ann: 'secret' }, tokenServer: 'other', expiresIn: 10 },
    });
    seed(registry.store, 'team/app', 'v1', image);
    const tags = `${registry.url}/v2/team/app/tags/list`;
    const challenge = String((await send('GET', tags)).headers['www-authenticate']);
    expect(challenge).toBe(
      `Bearer realm="${registry.realm}",service="memory-registry",scope="repository:team/app:pull"`,
    );
    const issue = async (scope: string, auth = {}) => {
      const answer = await send('GET', `${registry.realm}?service=memory-registry&scope=${scope}`, auth);
      return answer.status === 200 ? String(read(answer).token) : answer.status;
    };
    const ann = { username: 'ann', password: 'secret' };
    expect(await issue('repository:team/app:pull', { ...ann, password: 'x' })).toBe(401);
    const token = String(await issue('repository:team/app:pull', ann));
    expect((await send('GET', tags, { token })).status).toBe(200);
    expect(
      (await send('DELETE', `${registry.url}/v2/team/app/manifests/v1`, { token })).headers['www-authenticate'],
    ).toContain('insufficient_scope');
    expect((await send('GET', tags, { token: String(await issue('repository:team/app:pull')) })).status).toBe(401);
    now = 10_000;
    expect((await send('GET', tags, { token })).headers['www-authenticate']).toContain('invalid_token');
  });

  test('gives a refresh token for offline use, and tokens for it by POST', async () => {
    const registry = await open({ auth: { mode: 'bearer', users: { ann: 'secret' }, offline: true, expiresIn: null } });
    const first = await send('GET', `${registry.realm}?service=memory-registry&offline_token=true`, {
      username: 'ann',
      password: 'secret',
    });
    expect(Object.keys(read(first))).toEqual(['token', 'refresh_token']);
    const post = (refresh: string) =>
      send(
        'POST',
        registry.realm,
        {},
        {},
        Buffer.from(
          `grant_type=refresh_token&service=memory-registry&scope=registry:catalog:*&refresh_token=${refresh}`,
        ),
      );
    const token = String(read(await post(String(read(first).refresh_token))).access_token);
    expect((await send('GET', `${registry.url}/v2/_catalog`, { token })).status).toBe(200);
    expect((await post('wrong')).status).toBe(401);
    registry.expireTokens();
    expect((await send('GET', `${registry.url}/v2/_catalog`, { token })).status).toBe(401);
  });

  test('mounts a blob of another repository', async () => {
    const registry = await open();
    seed(registry.store, 'a', 'v1', image);
    const digest = String(image.config?.digest);
    expect((await send('POST', `${registry.url}/v2/b/blobs/uploads/?mount=${digest}&from=a`)).status).toBe(201);
    expect((await send('HEAD', `${registry.url}/v2/b/blobs/${digest}`)).headers['content-length']).toBe(
      String(image.config?.size),
    );
    expect((await send('POST', `${registry.url}/v2/b/blobs/uploads/?mount=${digest}&from=c`)).status).toBe(202);
  });

  test('refuses a manifest whose parts are not there', async () => {
    const registry = await open();
    await expect(push(registry.url, 'a', 'v1', { ...image, blobs: [] })).rejects.toThrow(/400 .*MANIFEST_BLOB_UNKNOWN/);
    await expect(push(registry.url, 'a', 'v1', { ...buildIndex([image]), children: [] })).rejects.toThrow(
      /400 .*MANIFEST_BLOB_UNKNOWN/,
    );
    await expect(push(registry.url, 'a', 'v1', { ...image, mediaType: 'text/plain' })).rejects.toThrow(
      /400 .*MANIFEST_INVALID/,
    );
  });

  test('signs a leftover of schema1 anew on each read', async () => {
    const registry = await open();
    const digest = registry.store.putManifest('a', 'old', media.dockerSchema1, Buffer.from('{"schemaVersion":1}'));
    const bodies = [1, 2].map(() => send('GET', `${registry.url}/v2/a/manifests/old`, {}, accept));
    const [first, second] = await Promise.all(bodies);
    expect([first?.headers['docker-content-digest'], first?.headers['content-type']]).toEqual([
      digest,
      media.dockerSchema1,
    ]);
    expect(first?.body.equals(second?.body ?? Buffer.alloc(0))).toBe(false);
  });

  test('comes back on its port with its content', async () => {
    const before = await open();
    seed(before.store, 'a', 'v1', image);
    await before.close();
    await expect(send('GET', `${before.url}/v2/`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const after = await open({ port: Number(new URL(before.url).port), store: before.store });
    expect(read(await send('GET', `${before.url}/v2/a/tags/list`)).tags).toEqual(['v1']);
    expect(after.host).toBe(before.host);
  });

  test('drops the connection where 3.1 panics over its catalogue', async () => {
    const registry = await open({ flavour: '3.1' });
    for (const name of ['dig', 'dig/0x']) seed(registry.store, name, 'v1', image);
    await expect(send('GET', `${registry.url}/v2/_catalog?n=1`)).rejects.toThrow(/hang up|ECONNRESET/);
    expect(read(await send('GET', `${registry.url}/v2/_catalog?n=2`)).repositories).toEqual(['dig/0x', 'dig']);
  });

  test('records requests, and throws on closing when one was for no known path', async () => {
    const registry = await createMemoryRegistry({ delayMs: 20 });
    await Promise.all([1, 2, 3].map(() => send('GET', `${registry.url}/v2/`)));
    await send('GET', `${registry.url}/v2/Upper/tags/list`);
    expect([registry.peak, registry.count(), registry.count('GET', /\/v2\/$/), registry.requests[3]?.status]).toEqual([
      3, 4, 3, 404,
    ]);
    await expect(registry.close()).rejects.toThrow('GET /v2/Upper/tags/list: no such route');
  });

  test('sends a notification for each change, in order', async () => {
    const sink = await open();
    sink.fail({ kind: 'status', status: 202 });
    const registry = await open({ notify: { url: `${sink.url}/events` }, now: () => 0 });
    await push(registry.url, 'n/app', 'v1', image);
    await send('DELETE', `${registry.url}/v2/n/app/manifests/${image.digest}`);
    await registry.settleNotifications();
    // Two blobs and the manifest were pushed; then the digest and its tag went.
    expect(sink.requests.map(({ headers }) => headers['content-type'])).toEqual(
      Array(5).fill('application/vnd.docker.distribution.events.v1+json'),
    );
  });
});

test('tells of a push before its tag is written, where that is its order, and answers after both', async () => {
  const sink = await createMemoryRegistry({ strict: false });
  sink.fail({ kind: 'status', status: 202 });
  const write = Promise.withResolvers<void>();
  const told = Promise.withResolvers<void>();
  const tagAfter = (): Promise<void> => {
    told.resolve();
    return write.promise;
  };
  await using registry = await createMemoryRegistry({ notify: { url: `${sink.url}/events`, tagAfter } });
  let isAnswered = false;
  const pushed = push(registry.url, 'n/app', 'v1', image).then(() => void (isAnswered = true));
  await told.promise;
  expect([registry.store.resolveTag('n/app', 'v1'), isAnswered]).toEqual([null, false]);
  expect(registry.store.findManifest('n/app', image.digest)).not.toBeNull();
  write.resolve();
  await pushed;
  expect(registry.store.resolveTag('n/app', 'v1')).toBe(image.digest);
  await sink.close();
});

describe('a scripted fault', () => {
  const tags = '/v2/a/tags/list';
  async function openWith(rule: Parameters<MemoryRegistry['fail']>[0]): Promise<MemoryRegistry> {
    const registry = await open();
    seed(registry.store, 'a', 'v1', image);
    registry.fail(rule);
    return registry;
  }

  test('happens as often as it says, after as many as it says, to what it matches', async () => {
    const registry = await openWith({ kind: 'status', status: 503, match: /tags/, method: 'GET', times: 2, after: 1 });
    const statuses: number[] = [];
    for (let i = 0; i < 4; i += 1) statuses.push((await send('GET', registry.url + tags)).status);
    expect([...statuses, (await send('GET', `${registry.url}/v2/`)).status]).toEqual([200, 503, 503, 200, 200]);
  });

  test.each([{ kind: 'reset' }, { kind: 'truncate' }, { kind: 'truncate', bytes: 0 }] as const)(
    'breaks the connection: %j',
    async (fault) => {
      const registry = await openWith(fault);
      await expect(send('GET', registry.url + tags)).rejects.toThrow(/ECONNRESET|aborted|hang up/);
    },
  );

  test('breaks the connection under TLS too', async () => {
    const authority = createAuthority();
    const registry = await open({ tls: authority.issue() });
    registry.fail({ kind: 'reset', times: 1 });
    const ping = () => send('GET', `${registry.url}/v2/`, { ca: authority.certificate });
    await expect(ping()).rejects.toThrow(/ECONNRESET|hang up/);
    expect((await ping()).status).toBe(200);
  });

  test('can carry a request out and lose the answer', async () => {
    const registry = await openWith({ kind: 'reset', executed: true });
    await expect(send('DELETE', `${registry.url}/v2/a/manifests/${image.digest}`)).rejects.toThrow(
      /ECONNRESET|hang up/,
    );
    expect([registry.store.tags('a'), registry.requests[0]?.status]).toEqual([[], 0]);
  });

  test('hangs or drips until it is closed', async () => {
    for (const rule of [{ kind: 'hang' }, { kind: 'drip', everyMs: 1000 }] as const) {
      const registry = await openWith(rule);
      const outcome = send('GET', registry.url + tags).then(
        () => 'answered',
        () => 'failed',
      );
      expect(await Promise.race([outcome, wait(60, 'waiting')])).toBe('waiting');
      await registry.close();
      expect(await outcome).toBe('failed');
    }
  });

  test.each([
    ['garbage', { kind: 'garbage' }, 200],
    ['a login page', { kind: 'html' }, 200],
    ['a limit', { kind: 'rateLimit', retryAfter: '7' }, 429],
    ['a redirect', { kind: 'redirect', location: 'http://elsewhere.test/' }, 307],
  ] as const)('answers with %s', async (_name, fault, status) => {
    expect((await send('GET', (await openWith(fault)).url + tags)).status).toBe(status);
  });

  test.each([
    [{ kind: 'namesNull' }, null],
    [{ kind: 'names', names: ['../x'] }, ['../x', 'v1']],
    [{ kind: 'endlessPages' }, ['page-1']],
    [{ kind: 'repeatedLast' }, ['again']],
    [{ kind: 'link', link: '<http://elsewhere.test/v2/>; rel="next"' }, ['v1']],
  ] as const)('spoils a list: %j', async (fault, expected) => {
    const answer = await send('GET', (await openWith(fault)).url + tags);
    expect(read(answer).tags).toEqual(expected);
  });

  test('lies about a digest, in the header or in the bytes', async () => {
    const path = '/v2/a/manifests/v1';
    const header = await send('GET', (await openWith({ kind: 'wrongDigest' })).url + path, {}, accept);
    expect([sha256(header.body), header.headers['docker-content-digest']]).toEqual([
      image.digest,
      `sha256:${'b'.repeat(64)}`,
    ]);
    const bytes = await send('GET', (await openWith({ kind: 'wrongBytes' })).url + path, {}, accept);
    expect(bytes.headers['docker-content-digest']).toBe(image.digest);
    expect(sha256(bytes.body)).not.toBe(image.digest);
  });

  test('makes a valid answer too large', async () => {
    const plain = await send('GET', (await openWith({ kind: 'oversize', bytes: 100_000, chunked: true })).url + tags);
    expect([plain.body.length, plain.headers['content-length'], read(plain).tags]).toEqual([
      100_000,
      undefined,
      ['v1'],
    ]);
    const bomb = await send('GET', (await openWith({ kind: 'oversize', bytes: 100_000, gzip: true })).url + tags);
    expect(bomb.body.length).toBeLessThan(1000);
  });
});
