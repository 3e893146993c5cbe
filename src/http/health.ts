import type { FastifyInstance } from 'fastify';

/**
 * `/livez`: the process answers. `/readyz`: it can do its work; a sick registry never turns it red. `findTrouble` says what is in
 * the way, null: nothing.
 */
export function registerHealth(server: FastifyInstance, findTrouble: () => Promise<string | null>): void {
  server.get('/livez', { logLevel: 'warn' }, async () => ({ status: 'ok' }));
  server.get('/readyz', { logLevel: 'warn' }, async (_request, reply) => {
    const trouble = await findTrouble().catch(() => 'The database does not answer.');
    return reply.code(trouble === null ? 200 : 503).send({ status: trouble ?? 'ok' });
  });
}
