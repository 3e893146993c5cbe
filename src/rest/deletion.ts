import type { FastifyInstance } from 'fastify';
import { assertNoBody } from './input.js';
import { locateJob, sendJob } from './jobs.js';
import * as operations from './operations.js';
import { assertNoUserErrors } from './outcome.js';
import { findName, type PlanData, readWait, shapePlan, shapeRefusal } from './plans.js';
import { deletionQuery, readWriteQuery } from './queries.js';
import type { RunFor } from './reads.js';

interface DeletionRoute {
  readonly Params: { readonly name: string; readonly '*': string };
}

interface DeletionData {
  readonly deleteRepository: {
    readonly deletedRepositoryId: string | null;
    readonly job: { readonly id: string } | null;
    readonly plan: PlanData | null;
  };
}

/**
 * Deletes, and shows what is still being deleted: 204 once the registry shows that all of it is gone, 202 with the
 * job's address when that takes longer, or at once for `Prefer: respond-async` (RFC 7240).
 */
export function registerDeletion(server: FastifyInstance, run: RunFor): void {
  server.delete<DeletionRoute>('/api/registries/:name/repositories/*', async (request, reply) => {
    const { name: registry, '*': path } = request.params;
    const { dry_run, plan_token: planToken } = readWriteQuery(deletionQuery, request, 'A deletion');
    const dryRun = dry_run === 'true';
    assertNoBody(request, 'A deletion');
    const wait = readWait(request, reply);
    const repository = await findName(request, run, registry, path);
    const outcome = await run<DeletionData>(request, operations.deleteRepository, {
      input: { registry, repository, dryRun, planToken, wait },
    });
    const job = outcome.data?.deleteRepository?.job;
    // Of one that failed too: its job tells what is left, and why.
    if (job) reply.header('location', locateJob(request, job.id, path));
    const plan = dryRun ? outcome.data?.deleteRepository?.plan : null;
    if (plan) return reply.send({ ...shapePlan(plan), ...shapeRefusal(outcome) });
    assertNoUserErrors(outcome);
    const result = outcome.data!.deleteRepository;
    if (result.deletedRepositoryId !== null) return reply.code(204).removeHeader('location').send();
    return sendJob(request, reply.code(202), result.job!.id, run);
  });
}
