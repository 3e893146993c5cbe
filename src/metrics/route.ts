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
