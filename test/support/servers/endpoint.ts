import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { closeOnce } from '../run/leftovers.js';

/** A delivery as it came in. */
export interface Delivered {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A status, or whatever else is to be done with the answer; a number answers with it. */
export type Behaviour = number | ((response: ServerResponse) => void);

/** An endpoint of webhooks on loopback. */
export interface Endpoint extends AsyncDisposable {
  readonly url: string;
  /** All that came, answered how it may. */
  readonly deliveries: readonly Delivered[];
  /** Connections that were made. */
  readonly connections: number;
  /** How the next ones are answered, one after the other; then with 204. */
  script(...behaviours: Behaviour[]): void;
  /** The members `subject` of those that it took, in their order. */
  subjects(): string[];
}

export interface EndpointOptions {
  readonly port?: number;
  readonly tls?: { readonly key: string; readonly cert: string };
}

export async function startEndpoint({ port = 0, tls }: EndpointOptions = {}): Promise<Endpoint> {
  const deliveries: (Delivered & { isTaken: boolean })[] = [];
  const scripted: Behaviour[] = [];
  let connections = 0;
  const server = tls ? createTlsServer(tls) : createServer();
  server.on('connection', () => (connections += 1));
  server.on('request', (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const behaviour = scripted.shift() ?? 204;
      const { url: path = '', headers } = request;
      const isTaken = typeof behaviour === 'number' && behaviour < 300;
      deliveries.push({ path, headers, body: Buffer.concat(chunks).toString(), isTaken });
      if (typeof behaviour === 'function') behaviour(response);
      else response.writeHead(behaviour).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    deliveries,
    get connections() {
      return connections;
    },
    script: (...behaviours) => void scripted.push(...behaviours),
    subjects: () =>
      deliveries.flatMap(({ body, isTaken }) => (isTaken ? [(JSON.parse(body) as { subject: string }).subject] : [])),
    [Symbol.asyncDispose]: closeOnce(async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    }),
  };
}

/** Answers of which an endpoint may make one. */
export const badAnswers = {
  never: () => undefined,
  half: (response: ServerResponse): void => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('half', () => response.destroy());
  },
  broken: (response: ServerResponse) => void response.socket!.end('HTTP/1.1 2OO\r\n\r\n'),
  upgraded: (response: ServerResponse) =>
    void response.socket!.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
  announced: (response: ServerResponse) => void response.socket!.end('HTTP/1.1 103 Early Hints\r\n\r\n'),
  closed: (response: ServerResponse) => void response.destroy(),
  endless: (response: ServerResponse): void => {
    response.writeHead(200);
    const more = (): void => void response.write('x'.repeat(65_536), (error) => error ?? setImmediate(more));
    more();
  },
  limited: (seconds: string) => (response: ServerResponse) =>
    void response.writeHead(429, { 'retry-after': seconds }).end(),
  redirected: (location: string) => (response: ServerResponse) => void response.writeHead(307, { location }).end(),
};
