import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '../errors.js';
import { findOriginal } from '../graphql/server/failure.js';
import type { planAnswer } from './deletionanswers.js';
import type { Shaped } from './wire.js';
import { listCandidates } from './library.js';
import * as operations from './operations.js';
import { assertNoUserErrors, isNotFound, type OperationResult } from './outcome.js';
import type { RunFor } from './reads.js';

interface NameData {
  readonly registry: { readonly repository: { readonly name: string } | null } | null;
}

/** As it is selected. */
export interface PlanData {
  readonly tags: readonly { readonly name: string; readonly digest: string | null }[];
  readonly manifests: readonly string[];
  readonly method: string;
  readonly reclaimable: number;
  readonly upstreamRequests: number;
  readonly needsApproval: boolean;
  readonly token: string;
  readonly expiresAt: Date;
}

/** False for `Prefer: respond-async` (RFC 7240), which is answered at once; a header says that it was heard. */
export function readWait(request: FastifyRequest, reply: FastifyReply): boolean {
  const wait = !/\brespond-async\b/i.test(String(request.headers['prefer'] ?? ''));
  if (!wait) reply.header('preference-applied', 'respond-async');
  return wait;
}

/**
 * The name that a path means for a deletion: see `listCandidates`. One that is empty is there: deleting `library/x`
 * again is no wish to delete `x`. One that cannot be read does not count as gone: the deletion then meets what kept it
 * from being read.
 */
export async function findName(request: FastifyRequest, run: RunFor, registry: string, path: string): Promise<string> {
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

export function shapePlan(plan: PlanData): Shaped<typeof planAnswer> {
  const { tags, manifests, method, reclaimable, upstreamRequests, needsApproval, token, expiresAt } = plan;
  return {
    tags: tags.map(({ name, digest }) => ({ Name: name, digest })),
    manifests,
    method,
    reclaimable,
    upstream_requests: upstreamRequests,
    ...(needsApproval && { needs_approval: true as const }),
    plan_token: token,
    expires_at: expiresAt,
  };
}

/** Adds to a plan the error that its execution would be refused with. */
export function shapeRefusal(outcome: OperationResult<object>): Pick<Shaped<typeof planAnswer>, 'error'> {
  try {
    assertNoUserErrors(outcome);
    return {};
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const { code, message, facts } = error;
    return { error: { code, message, ...(facts.hint !== undefined && { hint: facts.hint }) } };
  }
}
