import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Coding } from './accept.js';

/** A strong ETag (RFC 9110 §8.8.3) of these bytes. */
export function tagOf(body: Buffer): string {
  return `"${hash('sha256', body, 'base64url')}"`;
}

/** A weak one, of what the body is made from. */
export function weakTagOf(state: readonly unknown[]): string {
  return weaken(`"${hash('sha256', JSON.stringify(state), 'base64url')}"`);
}

/**
 * A strong ETag of the same content in this coding: other bytes, so another one (RFC 9110 §8.8.3.3). A weak one holds
 * for all.
 */
export function tagIn(coding: Coding, etag: string): string {
  return coding === 'identity' || isWeak(etag) ? etag : `${etag.slice(0, -1)}-${coding}"`;
}

export function weaken(etag: string): string {
  return isWeak(etag) ? etag : `W/${etag}`;
}

/** RFC 9110 §13.1.2: `If-None-Match` names this tag, by weak comparison. */
export function namesTag({ headers }: FastifyRequest, etag: string): boolean {
  const named = headers['if-none-match'];
  if (named === undefined) return false;
  const listed = named.split(',').map((one) => toOpaque(one.trim()));
  return listed.includes(toOpaque(etag));
}

/** `If-None-Match: *`, which any tag satisfies. */
export function namesAny({ headers }: FastifyRequest): boolean {
  return headers['if-none-match']?.trim() === '*';
}

/** Adds these names, joined by ", ", to `Vary`, each once. */
export function addVary(reply: FastifyReply, names: string): FastifyReply {
  const known = reply.getHeader('vary');
  const all =
    known === undefined ? names : [...new Set([...String(known).split(', '), ...names.split(', ')])].join(', ');
  return reply.header('vary', all);
}

function isWeak(etag: string): boolean {
  return etag.startsWith('W/');
}

function toOpaque(etag: string): string {
  return etag.replace(/^W\//, '');
}
