import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A strong ETag (RFC 9110 §8.8.3) of these bytes. */
export function tagOf(body: Buffer): string {
  return `"${hash(body)}"`;
}

/** A weak one, of what the body is made from. */
export function weakTagOf(state: readonly unknown[]): string {
  return `W/"${hash(JSON.stringify(state))}"`;
}

function hash(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('base64url');
}

/** Sets what lets the client ask again whether anything has changed. */
export function tellTag(reply: FastifyReply, etag: string): void {
  // Kept by the client alone, and asked about each time: what it may see can change with the next request.
  reply.header('cache-control', 'private, no-cache').header('etag', etag);
  addVary(reply, 'authorization, x-access-token, accept');
}

/** RFC 9110 §13.1.2: `If-None-Match` names this tag, by weak comparison. */
export function namesTag({ headers }: FastifyRequest, etag: string): boolean {
  const listed = (headers['if-none-match'] ?? '').split(',').map((one) => toOpaque(one.trim()));
  return listed.includes(toOpaque(etag));
}

/** The same, or `*` for any: a 304 is what the client wants. */
export function isUnchanged(request: FastifyRequest, etag: string): boolean {
  return request.headers['if-none-match']?.trim() === '*' || namesTag(request, etag);
}

function toOpaque(etag: string): string {
  return etag.replace(/^W\//, '');
}

/** Adds to `Vary`, which the cross-origin rules may have put already. */
export function addVary(reply: FastifyReply, names: string): FastifyReply {
  const known = reply.getHeader('vary');
  return reply.header('vary', known ? `${String(known)}, ${names}` : names);
}
