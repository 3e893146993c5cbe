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

/** Lists of 100,000 tags and more over REST: the longest stall of the others, the memory, and how fast each comes. */
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
  gateway.tell('reset');
  const sockets = Array.from({ length: count }, () => askWithoutReading(ready));
  let highest = 0;
  const looks = setInterval(
    () => void gateway.ask<GatewayState>('state').then(({ rss }) => (highest = Math.max(highest, rss))),
    200,
  );
  const began = performance.now();
  const { bytes, first } = await readList(ready);
  const seconds = (performance.now() - began) / 1000;
  clearInterval(looks);
  const { delayMax, delayP99, rss, cpu } = await gateway.ask<GatewayState>('state');
  for (const socket of sockets) socket.destroy();
  const more = (Math.max(highest, rss) - before.rss) / megabyte;
  report({ case: `${name}: longest stall`, value: delayMax, unit: 'ms', target: ['<=', 50], delayP99 });
  report({ case: `${name}: memory more`, value: more, unit: 'MB', target: ['<=', 50], before: before.rss / megabyte });
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
