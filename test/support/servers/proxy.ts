import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { closeOnce } from '../run/leftovers.js';
import { readBasic } from '../registry/auth.js';

export interface ProxyOptions {
  /** Passwords by user name; absent: it lets everybody in. */
  readonly users?: Readonly<Record<string, string>>;
  /** PEM; with it the proxy speaks TLS. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Where it leads in place of the host that it was asked for: `127.0.0.1:port` by `host:port`. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** In place of a tunnel, on the raw socket. */
  readonly onConnect?: (socket: Duplex) => void;
  /** In place of an answer to a request that names its whole address. */
  readonly onRequest?: (request: IncomingMessage, response: ServerResponse) => void;
}

/**
 * A forward proxy: tunnels by CONNECT, and requests whose line holds the whole address (RFC 9110 §9.3.6, RFC 9112
 * §3.2.2).
 */
export interface TestProxy {
  /** Without user info. */
  readonly url: string;
  /** `127.0.0.1:port` */
  readonly host: string;
  /** `CONNECT host:port` and `GET http://…`, each with the headers that came with it. */
  readonly seen: { readonly line: string; readonly headers: IncomingMessage['headers'] }[];
  /** Bytes that came through tunnels towards the target. */
  readonly tunnelled: { bytes: Buffer };
  close(): Promise<void>;
}

export async function startProxy(options: ProxyOptions = {}): Promise<TestProxy> {
  const seen: TestProxy['seen'] = [];
  const tunnelled = { bytes: Buffer.alloc(0) };
  const sockets = new Set<Duplex>();
  const server = options.tls
    ? createTlsServer({ cert: options.tls.certificate, key: options.tls.key })
    : createServer();
  const isLetIn = ({ headers }: IncomingMessage): boolean =>
    !options.users || readBasic(headers['proxy-authorization'] ?? '', options.users) !== null;
  const leadTo = (authority: string): { host: string; port: number } => {
    const [, host = '', port = ''] = /^\[?(.+?)\]?:(\d+)$/.exec(options.hosts?.[authority] ?? authority) ?? [];
    return { host, port: Number(port) };
  };
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  });
  server.on('connect', (asked: IncomingMessage, socket: Duplex) => {
    seen.push({ line: `CONNECT ${asked.url}`, headers: asked.headers });
    socket.on('error', () => socket.destroy());
    if (options.onConnect) return options.onConnect(socket);
    if (!isLetIn(asked))
      return void socket.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\n\r\n',
      );
    const onward = connect(leadTo(asked.url!), () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.on('data', (chunk: Buffer) => (tunnelled.bytes = Buffer.concat([tunnelled.bytes, chunk])));
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n'));
    socket.on('close', () => onward.destroy());
  });
  server.on('request', (asked: IncomingMessage, response: ServerResponse) => {
    seen.push({ line: `${asked.method} ${asked.url}`, headers: asked.headers });
    if (options.onRequest) return options.onRequest(asked, response);
    if (!isLetIn(asked)) return void response.writeHead(407, { 'Proxy-Authenticate': 'Basic realm="proxy"' }).end();
    const url = new URL(asked.url!);
    const { 'proxy-authorization': _, ...headers } = asked.headers;
    const onward = request(
      {
        ...leadTo(`${url.hostname}:${url.port || 80}`),
        method: asked.method!,
        path: url.pathname + url.search,
        headers,
      },
      (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.writeHead(502).end());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = closeOnce(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `${options.tls ? 'https' : 'http'}://${host}`, host, seen, tunnelled, close };
}
