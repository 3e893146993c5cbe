import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { parseNetwork } from '../../src/domain/network.js';
import { startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { until } from '../support/timer.js';

interface Client {
  readonly socket: Socket;
  readonly name: string;
  isClosed: boolean;
  answers: number;
}

async function open(gateway: TestGateway, name: string, localAddress = '127.0.0.1'): Promise<Client> {
  const { port } = new URL(gateway.url);
  const socket = connect({ port: Number(port), host: '127.0.0.1', localAddress });
  const client: Client = { socket, name, isClosed: false, answers: 0 };
  socket.on('error', () => undefined);
  socket.once('close', () => (client.isClosed = true));
  socket.on('data', (chunk: Buffer) => (client.answers += chunk.toString('latin1').split('HTTP/1.1 ').length - 1));
  await once(socket, 'connect');
  return client;
}

/** Asks, and has the answer or the end of the connection. */
async function ask(client: Client, path = '/livez'): Promise<boolean> {
  const before = client.answers;
  client.socket.write(`GET ${path} HTTP/1.1\r\nHost: gateway\r\n\r\n`);
  await until(() => client.answers > before || client.isClosed);
  return client.answers > before;
}

async function openMany(gateway: TestGateway, count: number, localAddress?: string): Promise<Client[]> {
  const clients: Client[] = [];
  for (let i = 0; i < count; i++) {
    const client = await open(gateway, `${i}`, localAddress);
    await ask(client);
    clients.push(client);
  }
  return clients;
}

const closedOf = (clients: readonly Client[]): string[] =>
  clients.filter(({ isClosed }) => isClosed).map(({ name }) => name);
const close = (clients: readonly Client[]): void => clients.forEach(({ socket }) => void socket.destroy());

test('an address that has all its connections loses the one that was idle longest', async () => {
  await using gateway = await startGateway({ httpLimits: { connectionsPerAddress: 4 } });
  const clients = await openMany(gateway, 4);
  await ask(clients[0]!);
  const more = await openMany(gateway, 2);
  await until(() => closedOf(clients).length === 2);
  expect(closedOf(clients)).toEqual(['1', '2']);
  expect(closedOf(more)).toEqual([]);
  const other = await openMany(gateway, 4, '127.0.0.2');
  expect([closedOf(other), closedOf(more), closedOf(clients)]).toEqual([[], [], ['1', '2']]);
  close([...clients, ...more, ...other]);
});

test('an address whose connections are all at work gets no more, and others do', async () => {
  await using gateway = await startGateway({ httpLimits: { connectionsPerAddress: 2 } });
  const clients = [await open(gateway, 'a'), await open(gateway, 'b')];
  for (const { socket } of clients)
    socket.write(
      'POST /auth/login HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    );
  // Its answer shows that what came before was read.
  const other = await openMany(gateway, 2, '127.0.0.3');
  const refused = await open(gateway, 'c');
  expect(await ask(refused)).toBe(false);
  expect([...clients, ...other].map(({ isClosed }) => isClosed)).toEqual([false, false, false, false]);
  for (const client of clients) client.socket.write('"a": 1}.');
  await until(() => clients.every(({ answers }) => answers === 1));
  expect((await openMany(gateway, 1)).map(({ answers }) => answers)).toEqual([1]);
  close([...clients, ...other]);
});

test('when there are too many in all, whoever was idle longest makes room, whatever its address', async () => {
  await using gateway = await startGateway({ httpLimits: { connections: 12, connectionsPerAddress: 100 } });
  const clients = await openMany(gateway, 12, '127.0.0.2');
  const newcomers = await openMany(gateway, 3, '127.0.0.3');
  await until(() => closedOf(clients).length === 3);
  expect(closedOf(clients)).toEqual(['0', '1', '2']);
  expect(newcomers.map(({ answers }) => answers)).toEqual([1, 1, 1]);
  close([...clients, ...newcomers]);
});

test('2,000 idle connections of one address, as many as there may be in all, keep nobody out', async () => {
  await using gateway = await startGateway();
  const clients = (await Promise.all(Array.from({ length: 20 }, () => openMany(gateway, 100)))).flat();
  await until(() => closedOf(clients).length === 1500);
  for (let i = 0; i < 20; i++) expect((await gateway.rest('GET', '/livez')).status).toBe(200);
  close(clients);
});

test('the connections of a trusted proxy are not counted as one address', async () => {
  await using gateway = await startGateway({
    trustedProxies: [parseNetwork('127.0.0.2')!],
    httpLimits: { connectionsPerAddress: 3 },
  });
  const clients = await openMany(gateway, 8, '127.0.0.2');
  await ask(clients[0]!);
  expect(closedOf(clients)).toEqual([]);
  close(clients);
});
