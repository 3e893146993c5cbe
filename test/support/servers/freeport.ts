import { type AddressInfo, createServer } from 'node:net';

/**
 * A port of 127.0.0.1 that nobody listens on, for a program that does not say which one it got. Another may take it
 * before that program does.
 */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
