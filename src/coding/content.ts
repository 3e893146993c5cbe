import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Coding, type Compression, listAccepted } from './accept.js';
import { addVary, namesAny, namesTag, tagIn } from './condition.js';

/** An answer's bytes, with the codings that they are in already. */
export interface Content {
  readonly contentType: string;
  readonly body: Buffer;
  /** Of the body's bytes; null where no request can be conditional. */
  readonly etag: string | null;
  readonly coded: ReadonlyMap<Compression, Buffer>;
}

/** Gives the content in a coding that it is not in yet; null: it is sent as it is. */
export type Code = (compression: Compression) => Promise<Buffer | null>;

/** Bytes from which compressing pays: what is shorter fits a packet or two anyway. */
const shortest = 1024;

/**
 * `Cache-Control` of an answer that gives out a secret: neither kept nor compressed, here and by whoever stands
 * between. The length of what is compressed tells of a secret beside what somebody else had sent (the attack known as
 * BREACH).
 */
export const secretAnswer = 'no-store, no-transform';

/** True for what compresses, and may be: see `no-transform` in RFC 9111 §5.2.2.6. */
export function isCompressible(reply: FastifyReply, contentType: string): boolean {
  const isText = /^(?:text\/|application\/(?:[\w.+-]*json|javascript)|image\/svg)/.test(contentType);
  return isText && !/\bno-transform\b/i.test(String(reply.getHeader('cache-control') ?? ''));
}

/**
 * The codings that an answer of `length` bytes may be sent in, the best first, and `Vary` where that is the client's
 * choice; `null`: it is not known how long it is.
 */
export function listCodings(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  length: number | null,
): readonly Coding[] {
  const accepted = listAccepted(headers['accept-encoding']);
  const isShort = length !== null && length < shortest;
  if (!isShort) addVary(reply, 'accept-encoding');
  return isShort && accepted.includes('identity') ? ['identity'] : accepted;
}

/** Sends the content in the coding that the client likes best, or 304 where it has it in one that it takes. */
export async function sendContent(
  request: FastifyRequest,
  reply: FastifyReply,
  content: Content,
  code?: Code,
): Promise<FastifyReply> {
  const { contentType, body, etag, coded } = content;
  const isCodable = isCompressible(reply, contentType) && body.length > 0;
  const has = (coding: Coding): boolean => coding === 'identity' || code !== undefined || coded.has(coding);
  const listed = isCodable ? listCodings(request, reply, body.length).filter(has) : [];
  const codings: readonly Coding[] = listed.length > 0 ? listed : ['identity'];
  if (etag !== null) {
    const known = namesAny(request) ? codings[0] : codings.find((coding) => namesTag(request, tagIn(coding, etag)));
    if (known !== undefined) return reply.code(304).header('etag', tagIn(known, etag)).send();
  }
  const [coding] = codings;
  const bytes = coding === 'identity' ? null : (coded.get(coding!) ?? (await code?.(coding!)) ?? null);
  if (etag !== null) reply.header('etag', bytes === null ? etag : tagIn(coding!, etag));
  if (bytes !== null) reply.header('content-encoding', coding!);
  return reply.header('content-type', contentType).send(bytes ?? body);
}
