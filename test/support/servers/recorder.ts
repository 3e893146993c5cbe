import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeOnce } from '../run/leftovers.js';

export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** Stands before a registry, passes everything on, and keeps what was asked and how it was answered. */
export interface Recorder extends AsyncDisposable {
  /** To attach in place of the registry's own. */
  readonly url: string;
  readonly requests: readonly Recorded[];
  forget(): void;
}

export async function startRecorder(target: string): Promise<Recorder> {
  const requests: Recorded[] = [];
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => {
    const { method = '', url: path = '', headers } = incoming;
    const passed = request(`${target}${path}`, { method, headers, agent }, (answer) => {
      const status = answer.statusCode ?? 0;
      requests.push({ method, path, status });
      outgoing.writeHead(status, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    forget: () => void requests.splice(0),
    [Symbol.asyncDispose]: closeOnce(async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    }),
  };
}
