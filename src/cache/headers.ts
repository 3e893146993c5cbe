import type { FastifyReply, FastifyRequest } from 'fastify';
import { addVary } from '../coding/condition.js';

/** Said of a kept answer that is given out while the database that would vouch for it cannot be reached. */
export interface StaleAnswer {
  readonly code: 'STORAGE_BUSY';
  readonly message: string;
  /** When the answer was last known to be right, ISO 8601. */
  readonly since: string;
}

/** The same for as long as the database is away: what an answer says of that is written once. */
export function describeStale(since: Date): StaleAnswer {
  const at = since.toISOString();
  const message =
    `The database server cannot be reached: this is a kept answer, which was right at ${at}. Changes are refused ` +
    'until it is back.';
  return { code: 'STORAGE_BUSY', message, since: at };
}

/** RFC 9211 §2: it was kept, and has been past its time for so long. */
export function tellStale(reply: FastifyReply, code: StaleAnswer['code'], ms: number): void {
  reply.header('cache-status', `registry-gateway; hit; ttl=-${Math.ceil(ms / 1000)}; detail=${code}`);
}

/** RFC 9111 §5.2.1.4, .5: the client wants it made anew. */
export function forbidsCache({ headers }: FastifyRequest): boolean {
  const { 'cache-control': control, pragma } = headers;
  const isNew = control !== undefined && /\bno-(?:cache|store)\b/i.test(control);
  return isNew || (pragma !== undefined && /\bno-cache\b/i.test(pragma));
}

/** Lets the client keep the answer, and ask with its tag whether anything has changed. */
export function tellKept(reply: FastifyReply): void {
  // Kept by the client alone, and asked about each time: what it may see can change with the next request.
  reply.header('cache-control', 'private, no-cache');
  addVary(reply, 'authorization, x-access-token, x-service-key, cookie, accept');
}
