import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RegistryAddress } from '../../src/domain/registry.js';
import type { RegistryName } from '../../src/domain/name.js';
import { createUpstream, type UpstreamOptions } from '../../src/upstream/client.js';
import type { Upstream, UpstreamSettings } from '../../src/upstream/upstream.js';
import { closeOnce } from '../support/run/leftovers.js';
import { createHastyTimer } from '../support/timer.js';

/** A server of a few lines on a free loopback port; it keeps what it was asked. */
export interface Wire {
  readonly url: string;
  readonly port: number;
  readonly seen: { readonly method: string; readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  close(): Promise<void>;
}

export async function listen(
  answer: (request: IncomingMessage, response: ServerResponse, url: string) => void,
): Promise<Wire> {
  const seen: Wire['seen'] = [];
  let url = '';
  const server: Server = createServer((request, response) => {
    seen.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers });
    answer(request, response, url);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;
  const close = closeOnce(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url, port, seen, close };
}

export type Attach = Partial<Omit<UpstreamSettings['registry'], 'addr'>> &
  Partial<Pick<UpstreamSettings, 'credentials' | 'clientCertificate'>>;

/** A client with short times, so that a test of slowness is quick; retries do not wait. */
export function attach(
  addr: string,
  { credentials = null, clientCertificate = null, ...registry }: Attach = {},
  options: Partial<UpstreamOptions> = {},
): Upstream {
  return createUpstream(
    {
      registry: {
        id: '7',
        name: 'test' as RegistryName,
        addr: addr as RegistryAddress,
        tlsSkipVerify: false,
        caCertificate: null,
        authRealm: null,
        ...registry,
      },
      credentials,
      clientCertificate,
    },
    { userAgent: 'registry-gateway/test', timer: createHastyTimer(), ...options },
  );
}

/** The failure of a call, as far as callers may rely on it. */
export async function catchFacts(promise: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    return { returned: await promise };
  } catch (error) {
    const { name, code, message, facts } = error as Error & { code?: string; facts?: Record<string, unknown> };
    return { name, code, message, ...facts };
  }
}
