import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { selectionAnswer } from './deletionanswers.js';
import { assertParameters, readBody, selectionBody } from './input.js';
import { locateJob, sendJob } from './jobs.js';
import * as operations from './operations.js';
import { assertNoUserErrors } from './outcome.js';
import { shapeRefusal } from './plans.js';
import type { RunFor } from './reads.js';
import type { Shaped } from './wire.js';

interface SelectedRepository {
  readonly registry: { readonly name: string };
  readonly repository: { readonly name: string };
  readonly tags: readonly { readonly name: string; readonly digest: string | null }[];
  readonly manifestCount: number;
  readonly reclaimable: number;
  readonly needsApproval: boolean;
}

/** As it is selected. */
interface SelectionData {
  readonly tagCount: number;
  readonly manifestCount: number;
  readonly repositoryCount: number;
  readonly protectedTagCount: number;
  readonly unknownTagCount: number;
  readonly unreadRepositoryCount: number;
  readonly reclaimable: number;
  readonly upstreamRequests: number;
  readonly confirmedAt: Date | null;
  readonly token: string;
  readonly expiresAt: Date;
  readonly repositories: readonly SelectedRepository[];
}

interface SelectionDeletionData {
  readonly deleteSelection: {
    readonly job: { readonly id: string } | null;
    readonly plan: SelectionData | null;
  };
}

/** Deletes from many repositories: a dry run gives the plan whose token has it begun, as one job. */
export function registerSelection(server: FastifyInstance, run: RunFor): void {
  server.post('/api/deletions', async (request, reply) => {
    assertParameters(request, 'A deletion');
    const body = readBody(selectionBody, request.body);
    const dryRun = body.dry_run === true;
    const input = { filter: toFilter(body), dryRun, planToken: body.plan_token ?? null };
    const outcome = await run<SelectionDeletionData>(request, operations.deleteSelection, { input });
    const { job, plan } = outcome.data?.deleteSelection ?? { job: null, plan: null };
    if (dryRun && plan) return reply.send({ ...shapeSelection(plan), ...shapeRefusal(outcome) });
    assertNoUserErrors(outcome);
    reply.header('location', locateJob(request, job!.id));
    return sendJob(request, reply.code(202), job!.id, run);
  });
}

function toFilter(body: z.infer<typeof selectionBody>): object {
  const { registries, repositories, namespace, tags, semver, pushed_before: before } = body;
  return {
    ...(registries && { registries }),
    ...(repositories && { repositoryGlobs: repositories }),
    ...(namespace != null && { namespace }),
    ...(tags != null && { glob: tags }),
    ...(semver != null && { semver }),
    ...(before != null && { updatedBefore: before }),
  };
}

function shapeSelection(plan: SelectionData): Shaped<typeof selectionAnswer> {
  return {
    tag_count: plan.tagCount,
    manifest_count: plan.manifestCount,
    repository_count: plan.repositoryCount,
    protected_tag_count: plan.protectedTagCount,
    unknown_tag_count: plan.unknownTagCount,
    unread_repository_count: plan.unreadRepositoryCount,
    reclaimable: plan.reclaimable,
    upstream_requests: plan.upstreamRequests,
    confirmed_at: plan.confirmedAt,
    repositories: plan.repositories.map(
      ({ registry, repository, tags, manifestCount, reclaimable, needsApproval }) => ({
        registry: registry.name,
        repository: repository.name,
        tags: tags.map(({ name, digest }) => ({ Name: name, digest })),
        manifest_count: manifestCount,
        reclaimable,
        ...(needsApproval && { needs_approval: true as const }),
      }),
    ),
    plan_token: plan.token,
    expires_at: plan.expiresAt,
  };
}
