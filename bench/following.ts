import { setTimeout as wait } from 'node:timers/promises';
import { readEventStream } from '../test/support/observed/eventstream.js';
import type { GatewayReady } from './asking.js';
import type { Installation, Scale } from './installation.js';
import { inTurn, type Served, serve } from './load.js';
import { report } from './report.js';

const replicas = 3;
/** Events of a transaction, and transactions at a time: each ends when it likes, in another order than it began. */
const together = 100;
const writers = 4;
/** Seconds that the last events may take to come. */
const longest = 60;

/**
 * Events that are written by several transactions at a time, and one follower for each of three gateways, who goes on
 * at the next gateway whenever the connection breaks, which it does again and again.
 */
export async function benchFollowing({ url, server }: Installation, { events }: Scale): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const gateways: Served<GatewayReady>[] = [];
  for (let at = 0; at < replicas; at++) gateways.push(stack.use(await serve<GatewayReady>('./gateway.js', url)));
  const first = Number(await server.run(url, 'select coalesce(max(id), 0) from event'));
  const isOver = { value: false };
  const following = gateways.map((_gateway, at) => follow(gateways, at, first, isOver));
  const began = performance.now();
  let written = 0;
  const write = async (): Promise<void> => {
    while (written < events) {
      written += together;
      await server.run(url, writeEvents());
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
  const ids = (await server.run(url, `select id from event where id > ${first} order by id`)).split('\n').map(Number);
  const seconds = (performance.now() - began) / 1000;
  const followers = following.map(({ seen }) => seen);
  const isComplete = (): boolean => followers.every((seen) => seen.at(-1) === ids.at(-1));
  for (let waited = 0; waited < longest && !isComplete(); waited += 0.1) await wait(100);
  isOver.value = true;
  const connections = (await Promise.all(following.map(({ ended }) => ended))).reduce((sum, each) => sum + each, 0);
  const of = `${ids.length.toLocaleString('en')} events, ${replicas} gateways, ${connections} connections`;
  const count = (lose: (seen: readonly number[]) => number): number =>
    followers.reduce((sum, seen) => sum + lose(seen), 0);
  const lost = count((seen) => ids.filter((id) => !new Set(seen).has(id)).length);
  report({ case: `${of}: lost`, value: lost, unit: 'events', target: ['<=', 0], seconds });
  const doubled = count((seen) => seen.length - new Set(seen).size);
  report({ case: `${of}: doubled`, value: doubled, unit: 'events', target: ['<=', 0] });
}

/** `seen`: ids in the order in which they came. Resolves with how many connections that took. */
function follow(
  gateways: readonly Served<GatewayReady>[],
  start: number,
  first: number,
  isOver: { readonly value: boolean },
): { readonly seen: readonly number[]; readonly ended: Promise<number> } {
  const seen: number[] = [];
  const run = async (): Promise<number> => {
    let connections = 0;
    for (; !isOver.value; connections++) {
      const { url, access } = inTurn(gateways, start + connections).ready;
      const after = seen.at(-1) ?? first;
      const stream = await readEventStream(`${url}/api/events?after=${after}`, {
        headers: { 'x-access-token': access },
      });
      if (stream.status !== 200) throw new Error(`The stream was answered with ${stream.status}.`);
      await wait(200 + Math.random() * 1500);
      stream.close();
      for (const { id, data } of stream.events) if (data !== null) seen.push(Number(id));
    }
    return connections;
  };
  return { seen, ended: run() };
}

/** As a transaction of a gateway, whose commit is some time after its first event. */
function writeEvents(): string {
  return `insert into event (at, kind, registry_id, registry_name, repository, tag, digest)
    select extract(epoch from now()) * 1000, 'TAG_PUSHED', registry.id, registry.name, 'app', 'v' || i, 'sha256:' || i
    from registry, generate_series(1, ${together}) as i where registry.name = 'bench';
    select pg_sleep(random() * 0.1)`;
}
