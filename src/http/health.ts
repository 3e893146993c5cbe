import type { FastifyInstance } from 'fastify';

/** `/livez`: the process answers. `/readyz`: it can do its work; a sick registry never turns it red. */
export function registerHealth(server: FastifyInstance, isReady: () => Promise<boolean>): void {
  server.get('/livez', { logLevel: 'warn' }, async () => ({ status: 'ok' }));
  server.get('/readyz', { logLevel: 'warn' }, async (_request, reply) => {
    const ready = await isReady().catch(() => false);
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'the database does not answer' });
  });
}
