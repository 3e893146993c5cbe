import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { pino } from 'pino';
import { createHttpServer, defaultHttpLimits } from '../../src/http/server.js';
import { createManualTimer, until } from '../support/timer.js';

const size = 24 * 1024 * 1024;
const bytes = Buffer.alloc(size, 'x');

async function serve() {
  const timer = createManualTimer();
  const log: string[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => void log.push(line) });
  const server = await createHttpServer({
    logger,
    allowedOrigins: [],
    limits: defaultHttpLimits,
    timer,
    measureLoopDelay: () => 0,
  });
  server.get('/large', (_request, reply) => reply.type('text/plain').send(bytes));
  server.get('/text', (_request, reply) => reply.type('text/plain').send('é'.repeat(size / 2)));
  server.get('/late', () => new Promise(() => undefined));
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as { port: number };
  return { timer, log, port, [Symbol.asyncDispose]: () => server.close() };
}

interface Reader {
  readonly socket: Socket;
  taken: number;
  isClosed: boolean;
}

/** Has asked, and taken the beginning of the answer. */
async function ask(port: number, path: string): Promise<Reader> {
  const socket = connect({ port, host: '127.0.0.1' });
  const reader: Reader = { socket, taken: 0, isClosed: false };
  socket.on('error', () => undefined);
  socket.once('close', () => (reader.isClosed = true));
  socket.write(`GET ${path} HTTP/1.1\r\nHost: g\r\n\r\n`);
  await once(socket, 'connect');
  return reader;
}

test.each(['/large', '/text'])(
  'a client that takes nothing of %s for 60 seconds is cut, one that goes on is not',
  async (path) => {
    await using served = await serve();
    const [stalled, slow] = [await ask(served.port, path), await ask(served.port, path)];
    slow.socket.on('data', (chunk: Buffer) => (slow.taken += chunk.length));
    await until(() => slow.taken > 0);
    slow.socket.pause();
    await served.timer.advance(5000);
    for (let second = 5; second < 60; second += 10) {
      const before = slow.taken;
      slow.socket.resume();
      // More than the system holds for the two of them.
      await until(() => slow.taken > before + 3 * 1024 * 1024 || slow.taken >= size);
      slow.socket.pause();
      await served.timer.advance(10_000);
    }
    stalled.socket.resume();
    await until(() => stalled.isClosed);
    expect(slow.isClosed).toBe(false);
    slow.socket.resume();
    await until(() => slow.taken > size);
    expect(served.log.map((line) => (JSON.parse(line) as { connections: number }).connections)).toEqual([1]);
    slow.socket.destroy();
  },
);

test('whoever waits for an answer that is late, or for nothing, is not cut', async () => {
  await using served = await serve();
  const [late, idle] = [await ask(served.port, '/late'), await ask(served.port, '/livez')];
  await until(() => idle.socket.bytesRead > 0);
  await served.timer.advance(600_000);
  expect([late.isClosed, idle.isClosed]).toEqual([false, false]);
  late.socket.destroy();
  idle.socket.destroy();
});

test('a large answer is whole, with its length, and HEAD has the length alone', async () => {
  await using served = await serve();
  const url = `http://127.0.0.1:${served.port}/large`;
  const asItIs = { 'accept-encoding': 'identity' };
  const answer = await fetch(url, { headers: asItIs });
  expect([answer.headers.get('content-length'), answer.headers.get('transfer-encoding')]).toEqual([String(size), null]);
  expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  const head = await fetch(url, { method: 'HEAD', headers: asItIs });
  expect([head.headers.get('content-length'), await head.text()]).toEqual([String(size), '']);
});
