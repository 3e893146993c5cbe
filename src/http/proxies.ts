import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { normalizeAddress } from '../domain/network.js';

/** Tells whether what an address says of its clients is believed: TRUST_PROXY names it. */
export type IsProxy = (address: string | undefined) => boolean;

/**
 * Leaves of each request's X-Forwarded-For the client's address alone, before Fastify reads it, so that `request.ip` is
 * an address wherever it is used. A request that no trusted proxy sends keeps its header, which Fastify then does not
 * read.
 */
export function readForwardedClients(server: FastifyInstance, isProxy: IsProxy): void {
  server.server.prependListener('request', (request: IncomingMessage) => {
    const peer = request.socket.remoteAddress;
    if (peer === undefined || !isProxy(peer)) return;
    request.headers['x-forwarded-for'] = findClient(peer, request.headers['x-forwarded-for'], isProxy);
  });
}

/**
 * The address of the client behind `peer`, a trusted proxy. Each proxy adds whom it heard from on the right, so the
 * first from there that is no trusted proxy is the client; further left stands what that client made up. Where an entry
 * is no address, whoever wrote it is as far as anything is known.
 */
export function findClient(peer: string, header: string | string[] | undefined, isProxy: IsProxy): string {
  const entries = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').reverse();
  let client = normalizeAddress(peer) ?? peer;
  for (const entry of entries) {
    const address = parseEntry(entry.trim());
    if (address === null) break;
    client = address;
    if (!isProxy(address)) break;
  }
  return client;
}

/** Some proxies add the client's port, and then brackets around IPv6. */
function parseEntry(text: string): string | null {
  const [, bracketed, four] = /^(?:\[([^\]]*)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/.exec(text) ?? [];
  return normalizeAddress(bracketed ?? four ?? text);
}
