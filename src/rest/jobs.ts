import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Job, JobState, PieceCount } from '../domain/job.js';
import { badInput } from '../errors.js';
import type { jobAnswer } from './answers.js';
import type { undoAnswer } from './deletionanswers.js';
import type { Shaped } from './wire.js';
import { assertNoBody, assertParameters, type Query } from './input.js';
import * as operations from './operations.js';
import { assertNoUserErrors, assertRead } from './outcome.js';
import { endOf, type PageData } from './paging.js';
import { readWait } from './plans.js';
import { jobsQuery, piecesQuery, readAt, readQuery, readWriteQuery, undoQuery } from './queries.js';
import type { RunFor, SendRead } from './reads.js';

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
  | 'startedAt'
  | 'finishedAt'
> & {
  readonly estimatedEndAt: Date | null;
  readonly registry: { readonly name: string } | null;
  readonly parent: { readonly id: string } | null;
  readonly pieceCounts: readonly PieceCount[];
};

interface PiecesData {
  readonly job: { readonly pieces: { readonly nodes: readonly JobData[] } & PageData } | null;
}

interface UndoData {
  readonly undoJob: {
    readonly job: { readonly id: string; readonly state: string } | null;
    readonly undo: Omit<Shaped<typeof undoAnswer>, 'tag_count'> & { readonly tagCount: number };
  };
}

interface JobsData {
  readonly jobs: ({ readonly nodes: readonly JobData[] } & PageData) | null;
}

/** Jobs over all registries, and one of them. */
export function registerJobs(server: FastifyInstance, read: SendRead, run: RunFor): void {
  server.get('/api/jobs', (request, reply) => {
    const { limit, cursor, registry, kind, state } = readQuery(jobsQuery, request, 'A list of jobs');
    const filter = {
      ...(registry !== undefined && { registries: [registry] }),
      ...(kind && { kinds: [kind] }),
      ...(state && { states: [state] }),
    };
    return read(request, reply, async ({ run }) => {
      const jobs = await readAt(cursor, async (after) => {
        const outcome = await run<JobsData>(operations.listJobs, { first: limit, after, filter });
        return assertRead(outcome, outcome.data?.jobs);
      });
      // How far they are changes without a write.
      return { body: jobs.nodes.map(shapeJob), isWhole: false, next: endOf(jobs) };
    });
  });

  server.get<{ Params: { id: string } }>('/api/jobs/:id', (request, reply) =>
    sendJob(request, reply, request.params.id, run),
  );

  server.get<{ Params: { id: string } }>('/api/jobs/:id/pieces', (request, reply) => {
    const { limit, cursor, state } = readQuery(piecesQuery, request, 'A list of pieces');
    const variables = { id: request.params.id, first: limit, states: state ? [state] : null };
    return read(request, reply, async ({ run }) => {
      const pieces = await readAt(cursor, async (after) => {
        const outcome = await run<PiecesData>(operations.listJobPieces, { ...variables, after });
        return assertRead(outcome, outcome.data?.job).pieces;
      });
      return { body: pieces.nodes.map(shapeJob), isWhole: false, next: endOf(pieces) };
    });
  });

  registerUndo(server, run);

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

function registerUndo(server: FastifyInstance, run: RunFor): void {
  server.post<{ Params: { id: string } }>('/api/jobs/:id/undo', async (request, reply) => {
    const { dry_run } = readWriteQuery(undoQuery, request, 'Undoing a deletion');
    assertNoBody(request, 'Undoing a deletion');
    const input = { id: request.params.id, dryRun: dry_run === 'true', wait: readWait(request, reply) };
    const outcome = await run<UndoData>(request, operations.undoJob, { input });
    assertNoUserErrors(outcome);
    const { job, undo } = outcome.data!.undoJob;
    if (job === null) {
      const { tagCount, ...counts } = undo;
      return reply.send({ tag_count: tagCount, ...counts } satisfies Shaped<typeof undoAnswer>);
    }
    reply.header('location', locateJob(request, job.id));
    return sendJob(request, reply.code(202), job.id, run);
  });
}

/** The job that the path of a repository is asked for: `?job=(id)`; null: it is asked for the repository. */
export function readJobId({ query }: FastifyRequest): string | null {
  const { job = null } = query as Query;
  if (Array.isArray(job)) throw badInput('"job" is given once.', 'job');
  return job;
}

/** Sends a job as it is now. */
export async function sendJob(
  request: FastifyRequest,
  reply: FastifyReply,
  id: string,
  run: RunFor,
): Promise<FastifyReply> {
  const outcome = await run<{ job: JobData | null }>(request, operations.getJob, { id });
  return reply.send(shapeJob(assertRead(outcome, outcome.data?.job)));
}

/** The JSON of a job. */
function shapeJob(data: JobData): Shaped<typeof jobAnswer> {
  const { registry, parent, pieceCounts, requestedBy, cancelledBy, failureCount, createdAt, finishedAt, ...others } =
    data;
  const { approvedBy, approvalExpiresAt, startedAt, estimatedEndAt, ...job } = others;
  return {
    ...job,
    registry: registry?.name ?? null,
    requested_by: requestedBy,
    cancelled_by: cancelledBy,
    // Beside the fields that every job has.
    ...(parent && { parent: parent.id }),
    ...(pieceCounts.length > 0 && { pieces: countPieces(pieceCounts) }),
    ...(approvalExpiresAt !== null && { approved_by: approvedBy, approval_expires_at: approvalExpiresAt }),
    failure_count: failureCount,
    created_at: createdAt,
    started_at: startedAt,
    estimated_end_at: estimatedEndAt,
    finished_at: finishedAt,
  };
}

function countPieces(counts: readonly PieceCount[]): Partial<Record<JobState, number>> {
  return Object.fromEntries(counts.map(({ state, count }) => [state, count]));
}

/**
 * The job's address for the request's client (RFC 9110 §10.2.2). Where the path of a proxy is not known it is relative,
 * as deep as the request's path is below `/api/`. A name with raw slashes may have had them as `%2F` before a proxy
 * decoded it: how deep the client's path is, is not known then, and only another query of that same path leads to the
 * job (see `readJobId`). `name` is what ends the path and may have slashes.
 */
export function locateJob({ basePath, url }: FastifyRequest, id: string, name = ''): string {
  if (basePath !== null) return `${basePath}/api/jobs/${id}`;
  const [path = ''] = url.split(/[?#]/, 1);
  if (name.replace(/\/$/, '').includes('/') && !/%2f/i.test(path)) return `?job=${id}`;
  const below = path.slice(path.indexOf('/api/') + '/api/'.length);
  return `${'../'.repeat(below.split('/').length - 1)}jobs/${id}`;
}
