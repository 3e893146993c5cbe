import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import { createAuthority } from './certificates.js';
import {
  describeWith,
  distributionCommand,
  type Distribution,
  type DistributionOptions,
  htpasswdUser,
  startDistribution,
} from './distribution.js';
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
import { createMemoryRegistry } from '../registry/server.js';
import { createTokenServer } from './tokenserver.js';

const run = promisify(execFile);
const image = buildImage({ layers: [{ size: 3000 }] });
const opened: { close(): Promise<void> }[] = [];

async function open(options?: DistributionOptions): Promise<Distribution> {
  const registry = await startDistribution(options);
  opened.push(registry);
  return registry;
}

afterEach(async () => {
  for (const server of opened.splice(0)) await server.close();
});

const read = (answer: WireAnswer) => JSON.parse(answer.body.toString()) as Record<string, unknown>;
/** What a client can tell two registries apart by; an error's `detail` is left out. */
const summarize = ({ status, headers, body }: WireAnswer) => {
  const text = body.toString();
  const parsed = text.startsWith('{"errors"')
    ? (JSON.parse(text) as { errors: { code: string }[] }).errors[0]?.code
    : text.trim();
  return {
    status,
    type: headers['content-type'],
    digest: headers['docker-content-digest'],
    etag: headers.etag,
    link: headers.link,
    allow: headers.allow,
    body: parsed,
  };
};

describeWith(distributionCommand, 'a real registry', () => {
  test('takes every kind of content, lists it and deletes it', async () => {
    const registry = await open();
    await push(registry.url, 'team/app', 'v1', image);
    await push(
      registry.url,
      'team/app',
      'multi',
      buildIndex([image, buildImage({ arch: 'arm64', format: 'oci' })], { attestation: true }),
    );
    await push(registry.url, 'team/app', 'list', buildIndex([image], { format: 'docker' }));
    await push(registry.url, 'team/app', signatureTag(image.digest), buildCosignSignature(image));
    await push(
      registry.url,
      'team/app',
      'sbom',
      buildArtifact({ artifactType: 'application/spdx+json', subject: image }),
    );
    await push(registry.url, 'chart', '1.0.0', buildHelmChart({ name: 'app', version: '1.0.0' }));
    expect(read(await send('GET', `${registry.url}/v2/_catalog`))).toEqual({ repositories: ['chart', 'team/app'] });
    const deleted = await send('DELETE', `${registry.url}/v2/team/app/manifests/${image.digest}`);
    expect(deleted.status).toBe(202);
    expect(read(await send('GET', `${registry.url}/v2/team/app/tags/list`)).tags).toHaveLength(4);
  });

  test('refuses to delete when that is off, and to write when it is read-only', async () => {
    const path = `/v2/a/manifests/${image.digest}`;
    const off = await send('DELETE', (await open({ deleteEnabled: false })).url + path);
    expect([off.status, off.body.toString()]).toEqual([405, expect.stringContaining('UNSUPPORTED')]);
    const readOnly = await send('DELETE', (await open({ readOnly: true })).url + path);
    expect([readOnly.status, readOnly.headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  test('lets in only the user of its htpasswd file', async () => {
    const { url } = await open({ htpasswd: true });
    expect((await send('GET', `${url}/v2/`)).status).toBe(401);
    expect((await send('GET', `${url}/v2/`, { ...htpasswdUser, password: 'wrong' })).status).toBe(401);
    await push(url, 'a', 'v1', image, htpasswdUser);
    expect((await send('GET', `${url}/v2/a/tags/list`, htpasswdUser)).status).toBe(200);
  });

  test.each(['ES256', 'RS256'] as const)('believes the token server, %s', async (algorithm) => {
    const tokens = await createTokenServer({ users: { ann: 'secret' }, algorithm });
    opened.push(tokens);
    const { url } = await open({ token: tokens.settings });
    const refused = await send('GET', `${url}/v2/a/tags/list`);
    expect(refused.headers['www-authenticate']).toBe(
      `Bearer realm="${tokens.settings.realm}",service="test-registry",scope="repository:a:pull"`,
    );
    const query = 'service=test-registry&scope=repository:a:pull,push';
    const given = await send('GET', `${tokens.settings.realm}?${query}`, { username: 'ann', password: 'secret' });
    const token = String(read(given).token);
    await push(url, 'a', 'v1', image, { token });
    expect((await send('GET', `${url}/v2/a/tags/list`, { token })).status).toBe(200);
    expect((await send('DELETE', `${url}/v2/a/manifests/${image.digest}`, { token })).status).toBe(401);
    expect((await send('GET', `${tokens.settings.realm}?${query}`, { username: 'ann', password: 'no' })).status).toBe(
      401,
    );
    expect(tokens.queries).toEqual([query, query]);
  });

  test('speaks TLS with a certificate of our own authority, below a prefix', async () => {
    const authority = createAuthority();
    const { url } = await open({ tls: authority.issue(), prefix: '/reg/' });
    await push(url, 'a', 'v1', image, { ca: authority.certificate });
    expect((await send('GET', `${url}/v2/_catalog`, { ca: authority.certificate })).status).toBe(200);
    await expect(send('GET', `${url}/v2/`)).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });

  test('sends its notifications', async () => {
    const sink = await createMemoryRegistry();
    opened.push(sink);
    sink.fail({ kind: 'status', status: 202 });
    const { url } = await open({ notify: { url: `${sink.url}/events`, headers: { Authorization: ['Bearer x'] } } });
    await push(url, 'a', 'v1', image);
    for (let i = 0; i < 100 && sink.count('POST') < 3; i += 1) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sink.count('POST')).toBe(3);
    expect(sink.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer x',
      'content-type': 'application/vnd.docker.distribution.events.v1+json',
    });
  });
});

describeWith(distributionCommand, 'the memory registry beside a real one', () => {
  const names = [
    'dig',
    'dig/0x',
    'dig/9y',
    'dig/a',
    'library/registry',
    'team',
    'team/app',
    'team/app/sub',
    'team/app-two',
    'team/app.z',
    'team-x/app',
    'team.b/x',
    'num/1a/2b',
    'num/1a',
    'num',
  ];

  test('gives the same catalogue for every page size and starting point', async () => {
    const real = await open({ maxEntries: 20 });
    const memory = await createMemoryRegistry({ maxEntries: 20 });
    opened.push(memory);
    for (const name of names) {
      await push(real.url, name, 'v1', image);
      seed(memory.store, name, 'v1', image);
    }
    const differing: string[] = [];
    for (const last of ['', 'dig', 'dig/0x', 'dig/9y', 'num/1a', 'num/1a/2b', 'team/app', 'zzz']) {
      for (const n of ['', '0', '1', '2', '3', '4', '5', '7', '14', '15', '16', '20', '21', '-1', 'abc']) {
        const path = `/v2/_catalog?${n && `n=${n}`}${last && `&last=${encodeURIComponent(last)}`}`;
        const [a, b] = [await send('GET', real.url + path), await send('GET', memory.url + path)].map((answer) =>
          JSON.stringify(summarize(answer)),
        );
        if (a !== b) differing.push(`${path}\n  real   ${a}\n  memory ${b}`);
      }
    }
    expect(differing).toEqual([]);
  });

  test('gives the same answers about manifests, blobs, tags and deletions', async () => {
    const real = await open();
    const memory = await createMemoryRegistry();
    opened.push(memory);
    const oci = buildImage({ format: 'oci', namesType: false });
    const index = buildIndex([image, oci], { attestation: true });
    for (const { url } of [real, memory]) {
      await push(url, 'a/b', 'image', image);
      await push(url, 'a/b', 'again', image);
      await push(url, 'a/b', 'oci', oci);
      await push(url, 'a/b', 'index', index);
      await push(url, 'a/b', 'list', buildIndex([image], { format: 'docker' }));
    }
    const zero = `sha256:${'0'.repeat(64)}`;
    const accept = { Accept: acceptEverything };
    const exchanges: readonly [string, string, Record<string, string>?][] = [
      ['GET', '/v2/'],
      ['GET', '/v2'],
      ...['image', 'oci', 'index', image.digest, oci.digest, index.digest, 'none', zero].flatMap(
        (reference): [string, string, Record<string, string>][] => [
          ['GET', `/v2/a/b/manifests/${reference}`, accept],
          ['HEAD', `/v2/a/b/manifests/${reference}`, accept],
          ['GET', `/v2/a/b/manifests/${reference}`, { ...accept, 'If-None-Match': `"${index.digest}"` }],
        ],
      ),
      ['HEAD', `/v2/a/b/blobs/${image.config?.digest}`],
      ['GET', '/v2/a/b/manifests/oci'],
      ['GET', '/v2/a/b/manifests/oci', { Accept: media.dockerManifest }],
      ['GET', '/v2/a/b/manifests/index', { Accept: '*/*' }],
      ['GET', '/v2/a/b/manifests/list', { Accept: media.dockerManifest }],
      ['GET', '/v2/a/b/manifests/image', { Accept: media.ociIndex, 'If-None-Match': image.digest }],
      ['GET', '/v2/a/b/manifests/image', { ...accept, 'If-None-Match': `W/"${image.digest}"` }],
      ['GET', `/v2/a/b/manifests/${image.digest}`],
      ['GET', `/v2/a/b/blobs/${image.config?.digest}`],
      ['GET', `/v2/a/b/blobs/${zero}`],
      ['GET', '/v2/a%2Fb/manifests/oci', accept],
      ['GET', `/v2/a/b/referrers/${image.digest}`],
      ['GET', '/v2/none/tags/list'],
      ['HEAD', '/v2/a/b/tags/list'],
      ['POST', '/v2/_catalog'],
      ['GET', '/v2/Bad/tags/list'],
      ['DELETE', '/v2/a/b/manifests/image'],
      ['DELETE', '/v2/a/b/manifests/none'],
      ['DELETE', `/v2/a/b/manifests/${zero}`],
      ['DELETE', `/v2/none/manifests/${zero}`],
      ['DELETE', `/v2/a/b/manifests/${image.digest}`],
      ['DELETE', `/v2/a/b/manifests/${image.digest}`],
      ['GET', '/v2/a/b/manifests/again', accept],
      ['DELETE', `/v2/a/b/manifests/${oci.digest}`],
      ['DELETE', `/v2/a/b/manifests/${index.digest}`],
      ['DELETE', `/v2/a/b/manifests/${buildIndex([image], { format: 'docker' }).digest}`],
      ['GET', '/v2/a/b/tags/list?n=1'],
      ['GET', '/v2/_catalog'],
    ];
    const differing: string[] = [];
    for (const [method, path, headers] of exchanges) {
      const [a, b] = [
        await send(method, real.url + path, {}, headers),
        await send(method, memory.url + path, {}, headers),
      ].map((answer) => JSON.stringify(summarize(answer)));
      if (a !== b) differing.push(`${method} ${path}\n  real   ${a}\n  memory ${b}`);
    }
    expect(differing).toEqual([]);
    await expect(memory.close()).rejects.toThrow('/v2/Bad/tags/list');
    opened.splice(opened.indexOf(memory), 1);
  });
});

describeWith('skopeo', 'skopeo', () => {
  test('copies every platform into the memory registry, with a Bearer token, and reads it back', async () => {
    const source = await createMemoryRegistry();
    const target = await createMemoryRegistry({ auth: { mode: 'bearer', users: { ann: 'secret' } } });
    opened.push(source, target);
    const index = buildIndex([image, buildImage({ arch: 'arm64', layers: [{ size: 70_000 }] })], { attestation: true });
    seed(source.store, 'team/app', 'multi', index);
    const to = `docker://${target.host}/copy/app:multi`;
    await run('skopeo', [
      'copy',
      '-q',
      '--all',
      '--src-tls-verify=false',
      '--dest-tls-verify=false',
      '--dest-creds=ann:secret',
      `docker://${source.host}/team/app:multi`,
      to,
    ]);
    expect(target.store.findManifest('copy/app', 'multi')?.digest).toBe(index.digest);
    const { stdout } = await run('skopeo', [
      'inspect',
      '--tls-verify=false',
      '--creds=ann:secret',
      '--override-arch=arm64',
      to,
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      Digest: index.digest,
      RepoTags: ['multi'],
      Architecture: 'arm64',
      Layers: [index.children[1]?.layers[0]?.digest],
    });
  });
});

describe('a certificate', () => {
  test('a certificate is signed by its authority and names its hosts', () => {
    const authority = new X509Certificate(createAuthority().certificate);
    const made = createAuthority();
    const leaf = new X509Certificate(made.issue({ hosts: ['127.0.0.1', 'registry.test'] }).certificate);
    expect(leaf.subjectAltName).toBe('IP Address:127.0.0.1, DNS:registry.test');
    expect([leaf.verify(new X509Certificate(made.certificate).publicKey), leaf.verify(authority.publicKey)]).toEqual([
      true,
      false,
    ]);
    expect(new X509Certificate(made.issue({ expired: true }).certificate).validToDate.getUTCFullYear()).toBe(2020);
  });
});
