import { createPlainRegistry, type PlainRegistry } from '../../src/demo/registry/server.js';
import { media } from '../../src/demo/registry/media.js';
import { buildArtifact, buildImage } from '../support/content/images.js';
import { push, seed, send, type WireAnswer } from '../support/content/push.js';

const image = buildImage({ layers: [{ size: 3000, seed: 'base' }] });
const opened: PlainRegistry[] = [];

async function open(most?: number): Promise<PlainRegistry> {
  const registry = await createPlainRegistry(most);
  opened.push(registry);
  return registry;
}

afterEach(async () => {
  for (const registry of opened.splice(0)) await registry.close();
});

const read = (answer: WireAnswer) => JSON.parse(answer.body.toString()) as Record<string, unknown>;
const codeOf = (answer: WireAnswer) => [answer.status, (read(answer)['errors'] as { code: string }[])[0]?.code];

describe("the demo's registry", () => {
  test('gives back what was pushed, and says 304 to who has it', async () => {
    const { url, store } = await open();
    await push(url, 'team/app', 'v1', image);
    const at = `${url}/v2/team/app/manifests/v1`;
    const answer = await send('GET', at);
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'docker-content-digest': image.digest, 'content-type': image.mediaType },
    });
    expect(answer.body).toEqual(image.bytes);
    expect(await send('HEAD', at)).toMatchObject({
      status: 200,
      headers: { 'content-length': String(image.size) },
      body: Buffer.alloc(0),
    });
    expect((await send('GET', at, {}, { 'If-None-Match': `"${image.digest}"` })).status).toBe(304);
    expect((await send('GET', `${url}/v2/`)).headers['docker-distribution-api-version']).toBe('registry/2.0');
    expect(store.tags('team/app')).toEqual(['v1']);
  });

  test('lists repositories and tags page by page, with a link to the next', async () => {
    const { url, store } = await open();
    for (const name of ['b', 'a/x', 'a', 'a-b']) seed(store, name, 'v1', image);
    for (const tag of ['2', '10', '1']) seed(store, 'b', tag, image);
    const first = await send('GET', `${url}/v2/_catalog?n=3`);
    expect(read(first)).toEqual({ repositories: ['a', 'a/x', 'a-b'] });
    expect(first.headers.link).toBe('</v2/_catalog?last=a-b&n=3>; rel="next"');
    const rest = await send('GET', `${url}/v2/_catalog?last=a-b&n=3`);
    expect([read(rest), rest.headers.link]).toEqual([{ repositories: ['b'] }, undefined]);
    expect(read(await send('GET', `${url}/v2/b/tags/list?n=2&last=1`))).toEqual({ name: 'b', tags: ['10', '2'] });
  });

  test.each(['-1', '1.5', 'x', '1001'])('refuses a page of %s', async (n) => {
    const { url } = await open();
    expect(codeOf(await send('GET', `${url}/v2/_catalog?n=${n}`))).toEqual([400, 'PAGINATION_NUMBER_INVALID']);
  });

  test('deletes a tag alone, and a digest with all its tags; the empty repository stays', async () => {
    const { url, store } = await open();
    for (const tag of ['v1', 'v2', 'v3']) seed(store, 'app', tag, image);
    const at = `${url}/v2/app/manifests`;
    expect((await send('DELETE', `${at}/v1`)).status).toBe(202);
    expect(store.tags('app')).toEqual(['v2', 'v3']);
    expect(codeOf(await send('DELETE', `${at}/v1`))).toEqual([404, 'MANIFEST_UNKNOWN']);
    expect((await send('DELETE', `${at}/${image.digest}`)).status).toBe(202);
    expect(codeOf(await send('DELETE', `${at}/${image.digest}`))).toEqual([404, 'MANIFEST_UNKNOWN']);
    expect(read(await send('GET', `${url}/v2/app/tags/list`))).toEqual({ name: 'app', tags: null });
    expect(read(await send('GET', `${url}/v2/_catalog`))).toEqual({ repositories: ['app'] });
    expect(codeOf(await send('GET', `${url}/v2/none/tags/list`))).toEqual([404, 'NAME_UNKNOWN']);
  });

  test.each([
    ['no JSON', 'x', 'MANIFEST_INVALID'],
    ['another type than it says', JSON.stringify({ mediaType: media.ociIndex }), 'MANIFEST_INVALID'],
    ['layers that are no list', JSON.stringify({ layers: 3 }), 'MANIFEST_INVALID'],
    ['a layer that is null', JSON.stringify({ layers: [null] }), 'MANIFEST_INVALID'],
    ['a config that is a text', JSON.stringify({ config: 'sha256:0' }), 'MANIFEST_INVALID'],
    [
      'a blob that nobody pushed',
      JSON.stringify({ config: { digest: image.config?.digest } }),
      'MANIFEST_BLOB_UNKNOWN',
    ],
    ['a child that nobody pushed', JSON.stringify({ manifests: [{ digest: image.digest }] }), 'MANIFEST_BLOB_UNKNOWN'],
    ['more than 4 MiB', ' '.repeat(4 * 1024 * 1024 + 1), 'MANIFEST_INVALID'],
  ])('refuses a manifest with %s', async (_, body, code) => {
    const { url, store } = await open();
    const type = { 'Content-Type': media.ociManifest };
    expect(codeOf(await send('PUT', `${url}/v2/app/manifests/v1`, {}, type, Buffer.from(body)))).toEqual([400, code]);
    expect(store.repositories('manifest')).toEqual([]);
  });

  test('stores a blob only under its own digest, and mounts that of another repository', async () => {
    const { url, store } = await open();
    const [blob] = image.blobs;
    const opening = await send('POST', `${url}/v2/app/blobs/uploads/`);
    const location = String(opening.headers.location);
    expect(codeOf(await send('PUT', `${location}&digest=${image.digest}`, {}, {}, blob!.bytes))).toEqual([
      400,
      'DIGEST_INVALID',
    ]);
    expect((await send('PATCH', location, {}, {}, blob!.bytes)).status).toBe(202);
    expect((await send('PUT', `${location}&digest=${blob!.digest}`)).status).toBe(201);
    expect(codeOf(await send('PUT', `${location}&digest=${blob!.digest}`))).toEqual([404, 'BLOB_UPLOAD_UNKNOWN']);
    expect((await send('POST', `${url}/v2/other/blobs/uploads/?mount=${blob!.digest}&from=app`)).status).toBe(201);
    expect(store.findBlob('other', blob!.digest)).toEqual(blob!.bytes);
    expect((await send('DELETE', `${url}/v2/other/blobs/${blob!.digest}`)).status).toBe(202);
    expect(codeOf(await send('GET', `${url}/v2/other/blobs/${blob!.digest}`))).toEqual([404, 'BLOB_UNKNOWN']);
  });

  test('takes no more than its memory is meant for, also of uploads without a byte, and is read on', async () => {
    const { url, store } = await open(20_000);
    seed(store, 'app', 'v1', image);
    const uploads = `${url}/v2/app/blobs/uploads/`;
    const location = String((await send('POST', uploads)).headers.location);
    expect((await send('PATCH', location, {}, {}, Buffer.alloc(10_000))).status).toBe(202);
    expect(codeOf(await send('PATCH', location, {}, {}, Buffer.alloc(10_000)))).toEqual([413, 'DENIED']);
    const opened = await Promise.all(Array.from({ length: 30 }, () => send('POST', uploads)));
    expect(opened.filter(({ status }) => status === 202).length).toBeLessThan(10);
    expect((await send('GET', `${url}/v2/app/manifests/v1`)).status).toBe(200);
    expect((await send('DELETE', `${url}/v2/app/manifests/v1`)).status).toBe(413);
  });

  test('has no referrers API, and no other method or path than a registry has', async () => {
    const { url, store } = await open();
    seed(store, 'app', 'v1', image);
    seed(store, 'app', null, buildArtifact({ artifactType: 'a/x', subject: image }));
    expect((await send('GET', `${url}/v2/app/referrers/${image.digest}`)).status).toBe(404);
    expect((await send('GET', `${url}/v2/App/tags/list`)).status).toBe(404);
    expect(await send('POST', `${url}/v2/_catalog`)).toMatchObject({ status: 405, headers: { allow: 'GET' } });
  });
});
