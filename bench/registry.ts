import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { nameRepository, tagsPerRepository } from './fill.js';
import { listen } from './listen.js';
import type { AskedRequest } from './replaying.js';

/**
 * A registry in a process of its own that holds nothing and makes up its answers: `registry.js <repositories> [<tags of
 * each>]`, ten tags where it is not said, a thousand different images. Enough of the distribution API for a crawl, with
 * ETags, at little cost of its own.
 */
const repositories = Number(process.argv[2] ?? 0);
const tagsEach = Number(process.argv[3] ?? tagsPerRepository);
const distinct = 1000;

interface Content {
  readonly type: string;
  readonly digest: string;
  readonly bytes: Buffer;
}

function describe(type: string, value: unknown): Content {
  const bytes = Buffer.from(JSON.stringify(value));
  return { type, bytes, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}

const manifests: Content[] = [];
const contents = new Map<string, Content>();
for (let image = 0; image < distinct; image++) {
  const layer = {
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    digest: `sha256:${image.toString(16).padStart(64, '0')}`,
    size: 1000 + image,
  };
  const config = describe('application/vnd.oci.image.config.v1+json', {
    created: new Date(Date.UTC(2026, 0, 1) + image * 60_000).toISOString(),
    os: 'linux',
    architecture: 'amd64',
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
    history: [{ created_by: `COPY ${image}` }],
  });
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const named = { mediaType: config.type, digest: config.digest, size: config.bytes.length };
  const manifest = describe(mediaType, { schemaVersion: 2, mediaType, config: named, layers: [layer] });
  manifests.push(manifest);
  for (const one of [config, manifest]) contents.set(one.digest, one);
}
const names = Array.from({ length: repositories }, (_, repository) => nameRepository(repository)).sort();
const tags = Array.from({ length: tagsEach }, (_, tag) => `v1.0.${tag}`);

/** A page of a list, from what comes after `last`. */
function page(all: readonly string[], url: URL, key: string, more: object): { value: object; link: string | null } {
  const first = Number(url.searchParams.get('n') ?? 1000);
  const last = url.searchParams.get('last');
  const start = last === null ? 0 : all.findIndex((name) => name > last);
  const items = start === -1 ? [] : all.slice(start, start + first);
  const next =
    start !== -1 && start + first < all.length
      ? `<${url.pathname}?n=${first}&last=${encodeURIComponent(items.at(-1) ?? '')}>; rel="next"`
      : null;
  return { value: { ...more, [key]: items }, link: next };
}

function findManifest(repository: string, reference: string): Content | undefined {
  if (reference.startsWith('sha256:')) return contents.get(reference);
  return manifests[(Number(repository.slice(-6)) * tagsEach + Number(reference.slice(5))) % distinct];
}

/** Those that were answered since they were last told of. */
let asked: AskedRequest[] = [];

const server = createServer((request, response) => {
  asked.push({ path: request.url ?? '/', etag: request.headers['if-none-match'] });
  const url = new URL(request.url ?? '/', 'http://registry');
  const send = (status: number, body: Buffer, headers: Record<string, string> = {}): void =>
    void response
      .writeHead(status, {
        'docker-distribution-api-version': 'registry/2.0',
        'content-length': body.length,
        ...headers,
      })
      .end(request.method === 'HEAD' ? undefined : body);
  const sendList = ({ value, link }: ReturnType<typeof page>): void =>
    send(200, Buffer.from(JSON.stringify(value)), { 'content-type': 'application/json', ...(link && { link }) });
  if (url.pathname === '/v2/') return send(200, Buffer.from('{}'), { 'content-type': 'application/json' });
  if (url.pathname === '/v2/_catalog') return sendList(page(names, url, 'repositories', {}));
  const [, name = '', kind, reference = ''] =
    /^\/v2\/(.+)\/(tags|manifests|blobs|referrers)\/([^/]+)$/.exec(decodeURIComponent(url.pathname)) ?? [];
  if (kind === 'tags') return sendList(page(tags, url, 'tags', { name }));
  const found =
    kind === 'manifests' ? findManifest(name, reference) : kind === 'blobs' ? contents.get(reference) : undefined;
  if (!found)
    return send(404, Buffer.from('{"errors":[{"code":"NOT_FOUND"}]}'), { 'content-type': 'application/json' });
  const etag = `"${found.digest}"`;
  if (request.headers['if-none-match'] === etag)
    return void response.writeHead(304, { etag, 'docker-content-digest': found.digest }).end();
  send(200, found.bytes, { 'content-type': found.type, etag, 'docker-content-digest': found.digest });
});
process.on('message', (message) => {
  if (message !== 'requests') process.exit(0);
  process.send?.(asked);
  asked = [];
});
process.send?.({ url: await listen(server) });
