import { askGateway, askPeer, type GatewayReady, getFrom, pageQuery, readOnce, restPath } from './asking.js';
import { compare, load, serve } from './load.js';
import { report } from './report.js';
import { fillIndex } from './fill.js';

const repositories = 1000;

/** The figures of serving: a page over and over, the whole list by REST, and what did not change. */
export async function benchServing(folder: string): Promise<void> {
  const file = `${folder}/serving.db`;
  await fillIndex(file, { repositories });
  await using gateway = await serve<GatewayReady>('./gateway.js', file);
  await using plain = await serve<{ url: string }>('./peer.js', 'plain');
  await using mercurius = await serve<{ url: string }>('./peer.js', 'mercurius', String(repositories));
  await using yoga = await serve<{ url: string }>('./peer.js', 'yoga', String(repositories));
  const { ready } = gateway;
  await benchPage(ready, plain.ready.url, mercurius.ready.url, yoga.ready.url);
  await benchRest(ready, plain.ready.url);
  await benchUnchanged(ready);
}

async function benchPage(ready: GatewayReady, plain: string, mercurius: string, yoga: string): Promise<void> {
  const page = askGateway(ready);
  const { body } = await readOnce(page);
  await assertSame(body, (await readOnce(askPeer(mercurius))).body);
  await fetch(plain, { method: 'PUT', body });
  const bytes = body.length;
  const toPlain = await compare(page, { url: plain });
  report({
    case: 'page repeated / node:http',
    value: toPlain.ratio,
    unit: 'times',
    target: ['>=', 0.8],
    perSecond: toPlain.one,
    ofPeer: toPlain.other,
    bytes,
  });
  const toMercurius = await compare(page, askPeer(mercurius));
  report({
    case: 'page repeated / Mercurius+JIT',
    value: toMercurius.ratio,
    unit: 'times',
    target: ['>=', 8],
    perSecond: toMercurius.one,
    ofPeer: toMercurius.other,
  });
  const toYoga = await compare(page, askPeer(yoga), 1);
  report({
    case: 'page repeated / GraphQL Yoga',
    value: toYoga.ratio,
    unit: 'times',
    perSecond: toYoga.one,
    ofPeer: toYoga.other,
  });
}

async function benchRest(ready: GatewayReady, plain: string): Promise<void> {
  const list = getFrom(ready, restPath);
  const first = await readOnce(list);
  await fetch(plain, { method: 'PUT', body: first.body });
  const { one, other, ratio } = await compare(list, { url: plain });
  const shape = { perSecond: one, ofPeer: other, bytes: first.body.length, firstMilliseconds: first.milliseconds };
  report({ case: 'REST 1,000 x 10 unchanged / node:http', value: ratio, unit: 'times', target: ['>=', 0.8], ...shape });
}

async function benchUnchanged(ready: GatewayReady): Promise<void> {
  const targets = { 'REST 1,000 x 10': restPath, 'GraphQL GET': `/graphql?query=${encodeURIComponent(pageQuery)}` };
  for (const [name, path] of Object.entries(targets)) {
    const etag = (await readOnce(getFrom(ready, path))).headers.get('etag') ?? '';
    const { rate } = await load(getFrom(ready, path, { 'if-none-match': etag }), 2, 304);
    report({ case: `${name}, 304 to If-None-Match`, value: rate, unit: 'per second' });
  }
}

/**
 * Both must have the same data, or the comparison says nothing. Times may be written with or without
 * milliseconds.
 */
export async function assertSame(ours: string, theirs: string): Promise<void> {
  const read = (text: string): string => JSON.stringify((JSON.parse(text) as { data: unknown }).data);
  if (read(ours) !== read(theirs))
    throw new Error(`The peers do not serve the same page:\n${ours.slice(0, 400)}\n${theirs.slice(0, 400)}`);
}
