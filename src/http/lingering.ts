import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Timer } from '../timer.js';

/** Of a refused body that is read: as much as nginx takes from its client by default. Bytes, and milliseconds. */
const longest = 1024 * 1024;
const patience = 500;

/**
 * A request may be refused before its body was read. Where its answer ends the connection, the rest of the body would
 * then meet a closed one, and a sender that is still sending, as proxies are, loses the answer over it (RFC 9112 §9.6):
 * so the rest is read first, within bounds, and dropped. On connections that stay Node reads it by itself.
 */
export function readRefusedBodies(server: FastifyInstance, timer: Timer): void {
  server.addHook('onSend', ({ raw }, reply, _payload, done) => {
    const isRead = raw.complete || raw.readableEnded;
    if (!isRead && hasBody(raw) && endsConnection(raw, reply)) return readRest(raw, timer);
    done();
  });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function endsConnection({ httpVersion, headers }: IncomingMessage, reply: FastifyReply): boolean {
  const said = `${headers.connection ?? ''},${String(reply.getHeader('connection') ?? '')}`;
  return /\bclose\b/i.test(said) || (httpVersion === '1.0' && !/\bkeep-alive\b/i.test(said));
}

/** Resolves when it has come, or will not, or is more than is waited for. */
function readRest(raw: IncomingMessage, timer: Timer): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0;
    const count = ({ length }: Buffer): void => {
      bytes += length;
      if (bytes > longest) leave();
    };
    const leave = (): void => {
      cancel();
      raw.off('data', count).off('end', leave).off('close', leave);
      resolve();
    };
    const cancel = timer.after(patience, leave);
    raw.on('data', count).on('end', leave).on('close', leave);
    raw.resume();
  });
}
