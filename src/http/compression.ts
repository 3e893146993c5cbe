import { pipeline, Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Compression } from '../coding/accept.js';
import type { Compressor } from '../coding/compress.js';
import { weaken } from '../coding/condition.js';
import { isCompressible, listCodings } from '../coding/content.js';

/**
 * Compresses what is read (GET and HEAD) and not compressed yet: lists while they are made, and what no other part sees
 * to. An ETag becomes weak, as the bytes are no longer those that it is of.
 */
export function compressAnswers(server: FastifyInstance, compressor: Compressor): void {
  server.addHook('onSend', (request, reply, payload, done) => {
    const { method } = request;
    const isOpen = (method === 'GET' || method === 'HEAD') && !reply.hasHeader('content-encoding');
    if (!isOpen) return done();
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    const isSent = Buffer.isBuffer(bytes) ? bytes.length > 0 : bytes instanceof Readable;
    if (!isSent || !isCompressible(reply, String(reply.getHeader('content-type') ?? ''))) return done();
    const [coding] = listCodings(request, reply, Buffer.isBuffer(bytes) ? bytes.length : null);
    if (coding === undefined || coding === 'identity') return done();
    return compress(request, reply, bytes as Buffer | Readable, { coding, compressor });
  });
}

async function compress(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: Buffer | Readable,
  { coding, compressor }: { readonly coding: Compression; readonly compressor: Compressor },
): Promise<Buffer | Readable> {
  const coded = Buffer.isBuffer(payload) ? await compressor.compress(coding, payload) : payload;
  if (coded === null) return payload;
  reply.header('content-encoding', coding).removeHeader('content-length');
  const etag = reply.getHeader('etag');
  if (etag !== undefined) reply.header('etag', weaken(String(etag)));
  // Of a HEAD's answer only the headers are sent.
  if (Buffer.isBuffer(coded) || request.method === 'HEAD') return coded;
  // Each end's failure ends the other: what is behind a list stops with its reader.
  return pipeline(coded, compressor.stream(coding), () => undefined);
}
