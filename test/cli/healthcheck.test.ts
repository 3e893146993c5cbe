import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Result, runCommandLine } from './run.js';

/** Runs `healthcheck` where a server answers so, on loopback. */
async function check(
  answer: RequestListener,
  args: readonly string[] = [],
  host = '127.0.0.1',
): Promise<Result & { readonly port: number }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return {
      port,
      ...(await runCommandLine('', ['healthcheck', ...args], { env: { HOST: host, PORT: String(port) } })),
    };
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const ready: RequestListener = ({ url }, response) =>
  response.writeHead(url === '/readyz' ? 200 : 404).end('{"status":"ok"}');
const failing: RequestListener = ({ url }, response) =>
  response.writeHead(url === '/livez' ? 200 : 503).end('{"status":"The database file was \u001b[2Jremoved."}');

test.each(['127.0.0.1', '0.0.0.0', 'localhost'])('with HOST=%s a gateway that can work is healthy', async (host) => {
  const { code, out, port } = await check(ready, [], host);
  expect({ code, out }).toEqual({
    code: 0,
    out: `The gateway is healthy: http://${host === 'localhost' ? host : '127.0.0.1'}:${port}/readyz\n`,
  });
});

test('one that cannot is not, and its reason is printed without control characters', async () => {
  const { code, out, port } = await check(failing);
  expect({ code, out }).toEqual({
    code: 1,
    out: `The gateway at http://127.0.0.1:${port}/readyz says 503: The database file was ?[2Jremoved.\n`,
  });
});

test('--live asks only whether it answers', async () => {
  expect((await check(failing, ['--live'])).code).toBe(0);
});

test('a redirect is not followed, and another program is no gateway', async () => {
  const { code, out } = await check((_, response) =>
    response.writeHead(302, { location: '/livez' }).end('x'.repeat(1_000_000)),
  );
  expect({ code, out }).toEqual({
    code: 1,
    out: expect.stringContaining('says 302: it is no answer of a gateway.') as string,
  });
});

test('an answer that is cut off is no health', async () => {
  const { code, out } = await check((request) => request.socket.destroy());
  expect({ code, out }).toEqual({ code: 1, out: expect.stringContaining('is the gateway started?') as string });
});

test.each([
  ['0', 'PORT is 0: the gateway took any free port, so nobody knows where to ask.\n'],
  ['x', expect.stringContaining('PORT must be a number') as string],
])('with PORT=%s it cannot be asked', async (PORT, err) => {
  expect(await runCommandLine('', ['healthcheck'], { env: { PORT } })).toEqual({ code: 78, out: '', err });
});

test('--json has the same', async () => {
  const { code, out, port } = await check(ready, ['--json']);
  expect({ code, data: JSON.parse(out) as unknown }).toEqual({
    code: 0,
    data: { url: `http://127.0.0.1:${port}/readyz`, healthy: true, trouble: null },
  });
});
