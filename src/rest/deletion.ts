import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Job } from '../domain/job.js';
import { badInput } from '../errors.js';
import * as operations from './operations.js';
import { assertNoUserErrors, assertRead, type Outcome, withLibrary } from './outcome.js';

type RunFor = <T>(request: FastifyRequest, operation: operations.Operation, variables: Record<string, unknown>) => Promise<Outcome<T>>;

interface Query {
  readonly dry_run?: string;
  readonly plan_token?: string;
}

interface DeletionRoute {
  readonly Params: { readonly name: string; readonly '*': string };
  readonly Querystring: Query;
}

interface DeletionData {
  readonly deleteRepository: { readonly deletedRepositoryId: string | null; readonly job: { readonly id: string } | null; readonly plan: PlanData | null };
}

/** As it is selected. */
interface PlanData {
  readonly tags: readonly { readonly name: string; readonly digest: string | null }[];
  readonly manifests: readonly string[];
  readonly method: string;
  readonly reclaimable: number;
  readonly upstreamRequests: number;
  readonly token: string;
  readonly expiresAt: Date;
}

type JobData = Pick<Job, 'id' | 'kind' | 'repository' | 'state' | 'done' | 'total' | 'requestedBy' | 'cancelledBy' | 'failures' | 'failureCount' | 'createdAt' | 'finishedAt'> & {
  readonly registry: { readonly name: string };
};

/**
 * Deletes, and shows what is still being deleted: 204 once the registry shows that all of it is gone, 202 with the job's
 * address when that takes longer, or at once for `Prefer: respond-async` (RFC 7240).
 */
export function registerDeletion(server: FastifyInstance, run: RunFor): void {
  server.delete<DeletionRoute>('/api/registries/:name/repositories/*', async (request, reply) => {
    const { name: registry, '*': name } = request.params;
    const { dry_run, plan_token: planToken } = request.query;
    const dryRun = readFlag(dry_run);
    const wait = !/\brespond-async\b/i.test(String(request.headers['prefer'] ?? ''));
    const result = await withLibrary(name, async (candidate) => {
      const outcome = await run<DeletionData>(request, operations.deleteRepository, { input: { registry, name: candidate, dryRun, planToken, wait } });
      assertNoUserErrors(outcome);
      return outcome.data!.deleteRepository;
    });
    if (result.plan) return reply.send(shapePlan(result.plan));
    if (result.deletedRepositoryId !== null) return reply.code(204).send();
    return sendJob(request, reply.code(202).header('location', `/api/jobs/${result.job!.id}`), result.job!.id, run);
  });

  server.get<{ Params: { id: string } }>('/api/jobs/:id', (request, reply) => sendJob(request, reply, request.params.id, run));

  server.delete<{ Params: { id: string } }>('/api/jobs/:id', async (request, reply) => {
    const outcome = await run<{ cancelJob: { job: JobData } }>(request, operations.cancelJob, { id: request.params.id });
    assertNoUserErrors(outcome);
    return reply.send(shapeJob(outcome.data!.cancelJob.job));
  });
}

function readFlag(text: string | undefined): boolean {
  if (text === undefined || text === 'false') return false;
  if (text === 'true') return true;
  throw badInput('"dry_run" is true or false.', 'dry_run');
}

async function sendJob(request: FastifyRequest, reply: FastifyReply, id: string, run: RunFor): Promise<FastifyReply> {
  const outcome = await run<{ job: JobData | null }>(request, operations.getJob, { id });
  return reply.send(shapeJob(assertRead(outcome, outcome.data?.job)));
}

function shapePlan({ tags, manifests, method, reclaimable, upstreamRequests, token, expiresAt }: PlanData) {
  return { tags: tags.map(({ name, digest }) => ({ Name: name, digest })), manifests, method, reclaimable, upstream_requests: upstreamRequests, plan_token: token, expires_at: expiresAt };
}

function shapeJob({ registry, requestedBy, cancelledBy, failureCount, createdAt, finishedAt, ...job }: JobData) {
  return {
    ...job,
    registry: registry.name,
    requested_by: requestedBy,
    cancelled_by: cancelledBy,
    failure_count: failureCount,
    created_at: createdAt,
    finished_at: finishedAt,
  };
}
