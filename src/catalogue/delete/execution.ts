import type { DeletionStep, StepError, StepState } from '../../domain/deletion.js';
import type { Digest } from '../../domain/digest.js';
import type { Job } from '../../domain/job.js';
import type { TagName } from '../../domain/name.js';
import { GatewayError, isUpstreamError } from '../../errors.js';
import type { DeletionStore, StepChange } from '../../store/jobs/deletions.js';
import type { CallOptions, Upstream } from '../../upstream/upstream.js';
import type { References } from './references.js';
import type { Source } from '../sync/reading.js';
import { describeRefusal } from './refusals.js';
import type { CatalogueParts } from '../parts.js';

/** Parts of the catalogue that deletions use. */
export type ExecutionParts = Pick<
  CatalogueParts,
  | 'clock'
  | 'contents'
  | 'images'
  | 'jobs'
  | 'log'
  | 'clients'
  | 'registries'
  | 'repositories'
  | 'steps'
  | 'sync'
  | 'tags'
  | 'timer'
  | 'waits'
  | 'tracer'
  | 'repositoryMutex'
  | 'tasks'
>;

/** One execution of a deletion. */
export interface Execution extends Source {
  readonly parts: ExecutionParts;
  readonly deletions: DeletionStore;
  readonly job: Job;
  readonly upstream: Upstream;
  /** Every tag that is to go or gone, and what it pointed to when that was planned. */
  readonly asked: Map<TagName, Digest | null>;
  /** What is held by images that were to go and stay, with why they stay. */
  readonly heldByLeft: Map<Digest, StepError | null>;
  /** One of those could not be read whole: it may hold anything. */
  isLeftUncertain: boolean;
  readonly call: CallOptions;
  /** False once the registry has refused to delete a single tag by its name. */
  canDeleteTag: boolean;
  /** See Capabilities. */
  deletesTagsFirst: boolean | null;
  look: RepositorySnapshot | null;
}

/** What came of a step. */
export interface StepOutcome {
  readonly state: StepState;
  readonly error: StepError | null;
  /** It is to be tried again later, since the registry took nothing now. */
  readonly limited?: GatewayError;
}

/** The repository as it was at one moment. */
export interface RepositorySnapshot {
  readonly endedAt: number;
  /** Milliseconds it took. */
  readonly took: number;
  readonly tagsByDigest: ReadonlyMap<Digest | null, readonly TagName[]>;
  /** All but the children had their turn. */
  readonly isLast: boolean;
  /** By the tags that stay. */
  readonly uses: References;
}

export const done: StepOutcome = { state: 'DONE', error: null };
export const absent: StepOutcome = { state: 'ABSENT', error: null };

/** Writes down how far a step is. */
export function recordStep({ deletions, job }: Execution, step: DeletionStep, change: StepChange): Promise<void> {
  return deletions.record(job.id, step.position, change);
}

export function skipped({ registry, repository }: Source, what: string, why = 'was pushed meanwhile'): StepOutcome {
  const message = `${repository.name}${what} of ${registry.name} ${why}, and is left as it is.`;
  return { state: 'KEPT', error: { code: 'CHANGED_SINCE_PLAN', message } };
}

/** Seconds that a registry which limits the gateway is left alone: where it does not say, and at the most. */
const usualRest = 10;
const longestRest = 300;

/** How often one thing is put off because the registry limits the gateway. */
export const longestPatience = 3;

/** Waits as long as a registry asks for that limits the gateway; less when the signal says so. */
export async function waitOut(
  { timer }: Pick<ExecutionParts, 'timer'>,
  { facts }: GatewayError,
  signal: AbortSignal | undefined,
): Promise<void> {
  await timer.sleep(Math.min(facts.retryAfter ?? usualRest, longestRest) * 1000, signal).catch(() => undefined);
}

/** Throws when the registry deletes nothing any more, asked by a request that can change nothing. */
export async function assertDeletable({ parts, upstream, registry, repository, call }: Execution): Promise<void> {
  const capability = await upstream.probeDelete(repository.name, call);
  if (capability === 'enabled') return;
  await parts.registries.recordCapabilities(registry.id, { canDelete: capability });
  throw describeRefusal(registry, capability, ' What is left was not touched.');
}

/** After an error it may have been done or not: the registry is asked which. Throws the error when it was not. */
export async function settleUnanswered(
  { upstream, repository, call }: Execution,
  reference: TagName | Digest,
  error: unknown,
): Promise<StepOutcome> {
  if (!isUpstreamError(error)) throw error;
  const now = await upstream.headManifest(repository.name, reference, call).catch((second: unknown) => {
    if (!isUpstreamError(second)) throw second;
    throw new GatewayError(
      error.code,
      `${error.message} Whether it was done is not known: the registry could not be asked.`,
      error.facts,
    );
  });
  if (now !== null) throw error;
  return done;
}
