import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import type { Fault } from './faults.js';
import type { Reply } from '../../../src/demo/registry/reply.js';

/** Sends the reply, or what the fault leaves of it. The status that was sent; 0 when none was. */
export async function deliverReply(
  response: ServerResponse,
  reply: Reply,
  fault: Fault | null,
  withBody: boolean,
): Promise<number> {
  const { status, headers, body } = reply;
  if (fault?.kind === 'reset') {
    resetConnection(response);
    return 0;
  }
  if (fault?.kind === 'hang') return 0;
  if (fault?.kind === 'delay') await wait(fault.ms, undefined, { ref: false });
  // 304 and 204 have no length; HEAD has the length of the body it leaves out.
  const length =
    status === 304 || status === 204 || (fault?.kind === 'oversize' && fault.chunked)
      ? {}
      : { 'Content-Length': body.length };
  response.writeHead(status, { 'Docker-Distribution-Api-Version': 'registry/2.0', ...headers, ...length });
  if (!withBody) response.end();
  else if (fault?.kind === 'truncate') await truncate(response, body.subarray(0, fault.bytes ?? body.length >> 1));
  else if (fault?.kind === 'drip') await drip(response, body, fault.chunk ?? 1, fault.everyMs ?? 50);
  else response.end(body);
  return status;
}

/** A reset where the socket can: under TLS Node only lets it be closed, in the middle of the exchange. */
function resetConnection(response: ServerResponse): void {
  const { socket } = response;
  if (socket instanceof TLSSocket) socket.destroy();
  else socket?.resetAndDestroy();
}

async function truncate(response: ServerResponse, part: Buffer): Promise<void> {
  response.flushHeaders();
  if (part.length) await new Promise((resolve) => response.write(part, resolve));
  await wait(20, undefined, { ref: false });
  response.destroy();
}

async function drip(response: ServerResponse, body: Buffer, chunk: number, everyMs: number): Promise<void> {
  response.flushHeaders();
  for (let at = 0; at < body.length && !response.destroyed; at += chunk) {
    response.write(body.subarray(at, at + chunk));
    await wait(everyMs, undefined, { ref: false });
  }
  response.end();
}
