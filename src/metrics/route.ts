import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { contentType } from './metrics.js';

export interface MetricsRouteParts {
  /** Throws for whoever may not read what registries are called. */
  readonly admit: (request: FastifyRequest) => Promise<void>;
  readonly render: () => Promise<string>;
}

/** `GET /metrics` in Prometheus' text format. */
export function registerMetricsRoute(server: FastifyInstance, { admit, render }: MetricsRouteParts): void {
  server.get('/metrics', { config: { isRoutine: true } }, async (request, reply) => {
    await admit(request);
    return reply.header('content-type', contentType).send(await render());
  });
}

/**
 * Whether a request carries METRICS_TOKEN as its bearer token (RFC 6750 §2.1). Without one in the settings none does.
 */
export function hasScrapeToken({ authorization }: IncomingHttpHeaders, token: string | null): boolean {
  const sent = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  // Hashed, so that both have the length that the constant-time comparison asks for.
  return token !== null && sent !== undefined && timingSafeEqual(hash(sent), hash(token));
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
