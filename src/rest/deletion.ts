import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Job } from '../domain/job.js';
import { badInput, GatewayError } from '../errors.js';
import { findOriginal } from '../graphql/server/failure.js';
import { listCandidates } from './library.js';
import * as operations from './operations.js';
import { assertNoUserErrors, assertRead, isNotFound, type OperationResult } from './outcome.js';
import { assertNoBody, assertParameters, type Query } from './input.js';
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

interface NameData {
  readonly registry: { readonly repository: { readonly name: string } | null } | null;
}

/** As it is selected. */
interface PlanData {
  readonly tags: readonly { readonly name: string; readonly digest: string | null }[];
  readonly manifests: readonly string[];
  readonly method: string;
  readonly reclaimable: number;
  readonly upstreamRequests: number;
  readonly needsApproval: boolean;
  readonly token: string;
  readonly expiresAt: Date;
}

type JobData = Pick<
  Job,
  | 'id'
  | 'kind'
  | 'repository'
  | 'state'
  | 'done'
  | 'total'
  | 'requestedBy'
  | 'cancelledBy'
  | 'approvedBy'
  | 'approvalExpiresAt'
  | 'failures'
  | 'failureCount'
  | 'createdAt'
  | 'finishedAt'
> & {
  readonly registry: { readonly name: string };
};

/**
 * Deletes, and shows what is still being deleted: 204 once the registry shows that all of it is gone, 202 with the
 * job's address when that takes longer, or at once for `Prefer: respond-async` (RFC 7240).
 */
export function registerDeletion(server: FastifyInstance, run: RunFor): void {
  server.delete<DeletionRoute>('/api/registries/:name/repositories/*', async (request, reply) => {
    const { name: registry } = request.params;
    const { dryRun, planToken } = readOptions(assertParameters(request, 'A deletion', ['dry_run', 'plan_token']));
    assertNoBody(request, 'A deletion');
    const wait = !/\brespond-async\b/i.test(String(request.headers['prefer'] ?? ''));
    if (!wait) reply.header('preference-applied', 'respond-async');
    const repository = await findName(request, run);
    const outcome = await run<DeletionData>(request, operations.deleteRepository, {
      input: { registry, repository, dryRun, planToken, wait },
    });
    const job = outcome.data?.deleteRepository?.job;
    // Of one that failed too: its job tells what is left, and why.
    if (job) reply.header('location', locateJob(request, job.id));
    const plan = dryRun ? outcome.data?.deleteRepository?.plan : null;
    if (plan) return reply.send({ ...shapePlan(plan), ...shapeRefusal(outcome) });
    assertNoUserErrors(outcome);
    const result = outcome.data!.deleteRepository;
    if (result.deletedRepositoryId !== null) return reply.code(204).removeHeader('location').send();
    return sendJob(request, reply.code(202), result.job!.id, run);
  });

  server.get<{ Params: { id: string } }>('/api/jobs/:id', (request, reply) =>
    sendJob(request, reply, request.params.id, run),
  );

  server.delete<{ Params: { id: string } }>('/api/jobs/:id', async (request, reply) => {
    assertParameters(request, 'Cancelling a job');
    assertNoBody(request, 'Cancelling a job');
    const outcome = await run<{ cancelJob: { job: JobData } }>(request, operations.cancelJob, {
      id: request.params.id,
    });
    assertNoUserErrors(outcome);
    return reply.send(shapeJob(outcome.data!.cancelJob.job));
  });
}

function readOptions({ dry_run: dryRun, plan_token: planToken }: Query): {
  readonly dryRun: boolean;
  readonly planToken: string | undefined;
} {
  if (dryRun !== undefined && dryRun !== 'true' && dryRun !== 'false')
    throw badInput('"dry_run" is true or false, and given once. Nothing was touched.', 'dry_run');
  if (Array.isArray(planToken)) throw badInput('"plan_token" is given once. Nothing was touched.', 'plan_token');
  return { dryRun: dryRun === 'true', planToken };
}

/**
 * The job's address for the request's client (RFC 9110 §10.2.2). Where the path of a proxy is not known it is relative,
 * as deep as the request's path is below `/api/`. A name with raw slashes may have had them as `%2F` before a proxy
 * decoded it: how deep the client's path is, is not known then, and only another query of that same path leads to the
 * job (see `readJobId`).
 */
function locateJob({ basePath, url, params }: FastifyRequest<DeletionRoute>, id: string): string {
  if (basePath !== null) return `${basePath}/api/jobs/${id}`;
  const [path = ''] = url.split(/[?#]/, 1);
  if (params['*'].replace(/\/$/, '').includes('/') && !/%2f/i.test(path)) return `?job=${id}`;
  const below = path.slice(path.indexOf('/api/') + '/api/'.length);
  return `${'../'.repeat(below.split('/').length - 1)}jobs/${id}`;
}

/**
 * The name that a path means for a deletion: see `listCandidates`. One that is empty is there: deleting `library/x`
 * again is no wish to delete `x`. One that cannot be read does not count as gone: the deletion then meets what kept it
 * from being read.
 */
async function findName(request: FastifyRequest<DeletionRoute>, run: RunFor): Promise<string> {
  const { name: registry, '*': path } = request.params;
  const candidates = listCandidates(path);
  const [first = path] = candidates;
  if (candidates.length === 1) return first;
  for (const name of candidates) {
    const { data, errors } = await run<NameData>(request, operations.findRepository, { registry, name });
    if (data?.registry?.repository) return name;
    if (!errors?.every((error) => isNotFound(findOriginal(error)))) return first;
  }
  return first;
}

/** The job that the path of a repository is asked for: `?job=(id)`; null: it is asked for the repository. */
export function readJobId({ query }: FastifyRequest): string | null {
  const { job = null } = query as Query;
  if (Array.isArray(job)) throw badInput('"job" is given once.', 'job');
  return job;
}

export async function sendJob(
  request: FastifyRequest,
  reply: FastifyReply,
  id: string,
  run: RunFor,
): Promise<FastifyReply> {
  const outcome = await run<{ job: JobData | null }>(request, operations.getJob, { id });
  return reply.send(shapeJob(assertRead(outcome, outcome.data?.job)));
}

function shapePlan(plan: PlanData) {
  const { tags, manifests, method, reclaimable, upstreamRequests, needsApproval, token, expiresAt } = plan;
  return {
    tags: tags.map(({ name, digest }) => ({ Name: name, digest })),
    manifests,
    method,
    reclaimable,
    upstream_requests: upstreamRequests,
    ...(needsApproval && { needs_approval: true }),
    plan_token: token,
    expires_at: expiresAt,
  };
}

/** Adds to a plan the error that its execution would be refused with. */
function shapeRefusal(outcome: OperationResult<DeletionData>): { readonly error?: object } {
  try {
    assertNoUserErrors(outcome);
    return {};
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const { code, message, facts } = error;
    return { error: { code, message, ...(facts.hint !== undefined && { hint: facts.hint }) } };
  }
}

function shapeJob(data: JobData) {
  const { registry, requestedBy, cancelledBy, failureCount, createdAt, finishedAt, ...others } = data;
  const { approvedBy, approvalExpiresAt, ...job } = others;
  return {
    ...job,
    registry: registry.name,
    requested_by: requestedBy,
    cancelled_by: cancelledBy,
    // Beside the fields that every job has.
    ...(approvalExpiresAt !== null && { approved_by: approvedBy, approval_expires_at: approvalExpiresAt }),
    failure_count: failureCount,
    created_at: createdAt,
    finished_at: finishedAt,
  };
}
