import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { addVary } from '../coding/condition.js';

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

/** Lets the client keep the answer, and ask with its tag whether anything has changed. */
export function tellKept(reply: FastifyReply): void {
  // Kept by the client alone, and asked about each time: what it may see can change with the next request.
  reply.header('cache-control', 'private, no-cache');
  addVary(reply, 'authorization, x-access-token, accept');
}
