import type { ServerResponse } from 'node:http';
import type { RepositoryName } from '../../src/domain/name.js';
import type { UpstreamOptions } from '../../src/upstream/client.js';
import type { Upstream } from '../../src/upstream/upstream.js';
import { attach, catchFacts, listen, type Wire } from './wire.js';

const app = 'team/app' as RepositoryName;
const all = Array.from({ length: 250 }, (_, i) => `t${String(i).padStart(3, '0')}`);
const opened: { close(): unknown }[] = [];

/** Answers every list by its query. */
async function open(
  answer: (query: URLSearchParams, response: ServerResponse, path: string) => void,
  options: Partial<UpstreamOptions> = {},
): Promise<{ wire: Wire; upstream: Upstream }> {
  const wire = await listen((request, response, base) => {
    const url = new URL(request.url ?? '', base);
    answer(url.searchParams, response, url.pathname);
  });
  const upstream = attach(wire.url, {}, options);
  opened.push(wire, upstream);
  return { wire, upstream };
}

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

const send = (
  response: ServerResponse,
  key: string,
  names: readonly unknown[] | null | undefined,
  link?: string,
): void => {
  response
    .writeHead(200, { 'content-type': 'application/json', ...(link ? { link } : {}) })
    .end(JSON.stringify({ name: app, [key]: names }));
};

describe.each([
  ['tags', (upstream: Upstream) => upstream.listTags(app)],
  ['repositories', (upstream: Upstream) => upstream.listRepositories()],
] as const)('a list of %s', (key, list) => {
  test.each([
    ['no key', '{"name":"team/app"}'],
    ['null', `{"${key}":null}`],
    ['an empty list', `{"${key}":[]}`],
    ['nothing else', '{}'],
  ])('a list is empty where the answer has %s', async (_, body) => {
    const { upstream } = await open((__, response) => response.end(body));
    expect(await list(upstream)).toMatchObject({ names: [], dropped: 0 });
  });

  test.each([
    ['a list', '[]'],
    ['text', '"tags"'],
    ['null', 'null'],
    ['nothing', ''],
    ['a number under the key', `{"${key}":7}`],
    ['an object under the key', `{"${key}":{"a":1}}`],
    ['text under the key', `{"${key}":"a"}`],
    ['errors', '{"errors":[{"code":"UNAVAILABLE"}]}'],
  ])('a list is none where the answer is %s', async (_, body) => {
    const { upstream } = await open((__, response) => response.end(body));
    expect(await catchFacts(list(upstream))).toMatchObject({ code: 'UPSTREAM_INVALID' });
  });

  test.each([100, 50])('goes on after a page of %i that has lost its link', async (size) => {
    const { wire, upstream } = await open((query, response) => {
      const from = all.indexOf(query.get('last') ?? '') + 1;
      send(response, key, all.slice(from, from + size));
    });
    expect((await list(upstream)).names).toEqual(all);
    expect(wire.seen).toHaveLength(Math.ceil(250 / size) + 1);
  });

  test('goes on after a page as long as those before it, which alone has no link', async () => {
    const { upstream } = await open((query, response) => {
      const from = all.indexOf(query.get('last') ?? '') + 1;
      const page = all.slice(from, from + 7);
      send(
        response,
        key,
        page,
        from + 7 < all.length && from !== 14 ? `</v2/x?n=7&last=${page.at(-1)}>; rel="next"` : undefined,
      );
    });
    expect((await list(upstream)).names).toEqual(all);
  });

  test('ends where the registry ignores "last", or takes no such question', async () => {
    const names = all.slice(0, 100);
    const ignoring = await open((_, response) => send(response, key, names));
    expect((await list(ignoring.upstream)).names).toEqual(names);
    expect(ignoring.wire.seen).toHaveLength(2);
    const refusing = await open((query, response) =>
      query.has('last') ? response.writeHead(404).end('404 page not found') : send(response, key, names),
    );
    expect((await list(refusing.upstream)).names).toEqual(names);
    const failing = await open((query, response) =>
      query.has('last') ? response.writeHead(500).end() : send(response, key, names),
    );
    expect(await catchFacts(list(failing.upstream))).toMatchObject({ code: 'UPSTREAM_ERROR' });
  });

  test('fails where a Link cannot be read', async () => {
    const { upstream } = await open((_, response) => send(response, key, all.slice(0, 20), '/v2/next'));
    expect(await catchFacts(list(upstream))).toMatchObject({
      code: 'UPSTREAM_PAGINATION',
      message: expect.stringContaining('it sends a Link header that cannot be read, and may name a next page'),
    });
  });

  test('names the first of what is dropped, cut short and on one line', async () => {
    const { upstream } = await open((_, response) =>
      send(response, key, ['ok', '-', '\u001b[31m\n', 7, null, 'x'.repeat(5000), '/', '/2']),
    );
    const { names, dropped, droppedExamples } = await list(upstream);
    expect([names, dropped]).toEqual([['ok'], 7]);
    expect(droppedExamples).toEqual(['"-"', '"\\u001b[31m\\n"', '"7"', '"null"', `"${'x'.repeat(80)}"`]);
  });
});

test('tags whose page vanishes while the list is read are no list', async () => {
  const { upstream } = await open((query, response) => {
    if (!query.has('last')) return send(response, 'tags', ['a', 'b'], '</v2/x?last=b>; rel="next"');
    return response.writeHead(404, { 'content-type': 'application/json' }).end('{"errors":[{"code":"NAME_UNKNOWN"}]}');
  });
  expect(await catchFacts(upstream.listTags(app))).toMatchObject({ code: 'UPSTREAM_PAGINATION' });
});
