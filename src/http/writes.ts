import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { repeat, type Timer } from '../timer.js';

export interface WriteSettings {
  /** Milliseconds in which a client must take something of an answer that waits for it. */
  readonly stall: number;
  readonly timer: Timer;
}

/**
 * Bytes that are handed to the system at a time. What a client takes is seen by whole pieces: one that takes less in
 * the time of a stall is cut. A usual page fits into one, as each piece more is a write, and a stream costs half an
 * answer.
 */
const piece = 256 * 1024;
/** A stalled write is found at most this part of the stall late. */
const looksPerStall = 12;

interface WriteProgress {
  /** Bytes that the system has taken. */
  taken: number;
  /** When that last grew, or when nothing waited. */
  at: number;
}

/**
 * Closes connections whose client takes nothing of an answer for so long: each keeps what is still to be sent in
 * memory. One that takes little but goes on is left alone. Answers that are large are sent in pieces, so that going on
 * can be seen.
 */
export function cutStalledWrites(server: FastifyInstance, { stall, timer }: WriteSettings): void {
  const connections = new Map<Socket, WriteProgress>();
  server.server.on('connection', (socket: Socket) => {
    connections.set(socket, { taken: 0, at: timer.elapsed() });
    socket.once('close', () => connections.delete(socket));
  });
  const stop = repeat(timer, stall / looksPerStall, () => {
    let cut = 0;
    for (const [socket, progress] of connections) {
      note(socket, progress, timer.elapsed());
      if (timer.elapsed() - progress.at < stall) continue;
      socket.destroy();
      cut += 1;
    }
    if (cut > 0)
      server.log.warn(
        { connections: cut, seconds: stall / 1000 },
        'connections were closed: their clients took nothing of an answer',
      );
  });
  server.addHook('onClose', async () => stop());
  server.addHook('onSend', (request, reply, payload, done) => {
    if (request.method === 'HEAD' || !isLarge(payload)) return done();
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    reply.header('content-length', bytes.length);
    done(null, Readable.from(cutUp(bytes)));
  });
}

/** `bytesWritten` also counts bytes that still wait here; only those that the system took are progress. */
function note(socket: Socket, progress: WriteProgress, now: number): void {
  const taken = socket.bytesWritten - socket.writableLength;
  if (socket.writableLength > 0 && taken === progress.taken) return;
  progress.taken = taken;
  progress.at = now;
}

function isLarge(payload: unknown): payload is string | Buffer {
  return (typeof payload === 'string' || Buffer.isBuffer(payload)) && payload.length > piece;
}

function* cutUp(bytes: Buffer): Generator<Buffer> {
  for (let from = 0; from < bytes.length; from += piece) yield bytes.subarray(from, from + piece);
}
