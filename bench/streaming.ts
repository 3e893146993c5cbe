import { connect, type Socket } from 'node:net';
import { type GatewayReady, type GatewayState, restPath } from './asking.js';
import { type Amount, fillIndex } from './fill.js';
import { serve, type Served } from './load.js';
import { report } from './report.js';

const megabyte = 1024 * 1024;
const shapes: readonly Amount[] = [
  { repositories: 10_000, tagsEach: 10 },
  { repositories: 1, tagsEach: 100_000 },
  { repositories: 3, tagsEach: 100_000 },
];
const nonReaders = [0, 5];

/**
 * Lists of 100,000 tags and more over REST: the longest stall of the others, the memory, and how fast each comes. How
 * much garbage lies about is up to Node: who does not read must not make the gateway hold anything.
 */
export async function benchStreaming(folder: string): Promise<void> {
  for (const { repositories, tagsEach = 0 } of shapes) {
    const file = `${folder}/streaming-${repositories}.db`;
    await fillIndex(file, { repositories, tagsEach });
    for (const count of nonReaders) {
      await using gateway = await serve<GatewayReady>('./gateway.js', file);
      await benchList(
        gateway,
        `REST ${repositories.toLocaleString('en')} x ${tagsEach.toLocaleString('en')}, ${count} who do not read`,
        count,
      );
    }
  }
}

async function benchList(gateway: Served<GatewayReady>, name: string, count: number): Promise<void> {
  const { ready } = gateway;
  const before = await gateway.ask<GatewayState>('state');
  const heldBefore = await gateway.ask<number>('held');
  gateway.tell('reset');
  const sockets = Array.from({ length: count }, () => askWithoutReading(ready));
  let highest = 0;
  let looking = Promise.resolve();
  const look = async (): Promise<void> => {
    highest = Math.max(highest, (await gateway.ask<GatewayState>('state')).rss);
  };
  // One after the other: the process does not say which question it answers.
  const looks = setInterval(() => void (looking = looking.then(look)), 200);
  const began = performance.now();
  const { bytes, first } = await readList(ready);
  const seconds = (performance.now() - began) / 1000;
  clearInterval(looks);
  await looking;
  const { delayMax, delayP99, rss, cpu } = await gateway.ask<GatewayState>('state');
  const held = (await gateway.ask<number>('held')) - heldBefore;
  for (const socket of sockets) socket.destroy();
  const more = (Math.max(highest, rss) - before.rss) / megabyte;
  report({ case: `${name}: longest stall`, value: delayMax, unit: 'ms', target: ['<=', 50], delayP99 });
  // The lists of those who do not read are still under way.
  report({ case: `${name}: memory held, without garbage`, value: held / megabyte, unit: 'MB', target: ['<=', 50] });
  report({ case: `${name}: memory more, with garbage`, value: more, unit: 'MB', before: before.rss / megabyte });
  report({ case: `${name}: processor time`, value: cpu - before.cpu, unit: 's' });
  report({
    case: `${name}: speed`,
    value: bytes / megabyte / seconds,
    unit: 'MB/s',
    megabytes: bytes / megabyte,
    firstMilliseconds: first,
  });
}

async function readList({ url, access }: GatewayReady): Promise<{ readonly bytes: number; readonly first: number }> {
  const began = performance.now();
  const answer = await fetch(`${url}${restPath}`, { headers: { 'x-access-token': access } });
  if (answer.status !== 200 || !answer.body) throw new Error(`The list was answered with ${answer.status}.`);
  let [bytes, first] = [0, 0];
  for await (const chunk of answer.body) {
    first ||= performance.now() - began;
    bytes += (chunk as Uint8Array).length;
  }
  return { bytes, first };
}

function askWithoutReading({ url, access }: GatewayReady): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.pause();
  socket.write(`GET ${restPath} HTTP/1.1\r\nHost: ${hostname}\r\nX-Access-Token: ${access}\r\n\r\n`);
  return socket;
}
