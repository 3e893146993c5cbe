import { connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { createHttpServer, defaultHttpLimits } from '../../src/http/server.js';
import { createManualTimer, letRun, until } from '../support/timer.js';

async function serve() {
  const timer = createManualTimer();
  const logger = pino({ level: 'silent' });
  const server = await createHttpServer({
    logger,
    allowedOrigins: [],
    limits: { ...defaultHttpLimits, body: 1000 },
    timer,
    measureLoopDelay: () => 0,
  });
  server.post('/taken', async () => 'taken');
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as { port: number };
  return { timer, port, [Symbol.asyncDispose]: () => server.close() };
}

interface Sender {
  readonly socket: Socket;
  text: string;
  fault: string | null;
  isClosed: boolean;
}

function send(port: number, head: string): Sender {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const sender: Sender = { socket, text: '', fault: null, isClosed: false };
  socket.on('data', (chunk) => (sender.text += chunk.toString()));
  socket.on('error', ({ message }) => (sender.fault = message));
  socket.on('close', () => (sender.isClosed = true)).on('end', () => (sender.isClosed = true));
  socket.write(head);
  return sender;
}

const head = (line: string, more: string): string =>
  `POST ${line}\r\nHost: g\r\nContent-Type: application/json\r\n${more}\r\n\r\n`;
const part = 'x'.repeat(100_000);

describe.each([
  ['HTTP/1.0', head('/taken HTTP/1.0', `Content-Length: ${3 * part.length}`)],
  ['Connection: close', head('/taken HTTP/1.1', `Connection: close\r\nContent-Length: ${3 * part.length}`)],
  ['an address that is not there', head('/nowhere HTTP/1.0', `Content-Length: ${3 * part.length}`)],
  [
    'a type that is not read',
    head('/taken HTTP/1.0', `Content-Length: ${3 * part.length}`).replace('application/json', 'text/plain'),
  ],
])('a request by %s that is refused before its body was read', (_, first) => {
  test('has its answer when the body has been sent, and the connection ends in peace', async () => {
    await using gateway = await serve();
    const sender = send(gateway.port, first);
    for (let sent = 0; sent < 3; sent++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect([sender.text, sender.isClosed]).toEqual(['', false]);
      sender.socket.write(part);
    }
    await until(() => sender.isClosed);
    expect([sender.fault, sender.text.slice(0, 12)]).toEqual([
      null,
      expect.stringMatching(/^HTTP\/1\.1 4(?:04|13|15)$/),
    ]);
    sender.socket.destroy();
  });

  test('has it after half a second where the body does not come', async () => {
    await using gateway = await serve();
    const sender = send(gateway.port, first);
    await until(() => gateway.timer.waiting().includes(500));
    await gateway.timer.advance(499);
    await letRun();
    expect(sender.text).toBe('');
    await gateway.timer.advance(1);
    await until(() => sender.isClosed);
    expect(sender.text).toMatch(/^HTTP\/1\.1 4(?:04|13|15) /);
    sender.socket.destroy();
  });
});

test('of a body without an end no more than 1 MiB is read', async () => {
  await using gateway = await serve();
  const sender = send(gateway.port, head('/taken HTTP/1.0', 'Content-Length: 100000000'));
  for (let sent = 0; sent < 40; sent++) sender.socket.write(part);
  await until(() => sender.isClosed || sender.text.includes('413') || sender.fault !== null);
  sender.socket.destroy();
});

test('a body that is taken, or none, waits for nothing', async () => {
  await using gateway = await serve();
  const sender = send(gateway.port, `${head('/taken HTTP/1.0', 'Content-Length: 2')}{}`);
  await until(() => sender.isClosed);
  expect(sender.text).toMatch(/^HTTP\/1\.1 200 [^]*taken$/);
  sender.socket.destroy();
});
