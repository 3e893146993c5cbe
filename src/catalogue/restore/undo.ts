import { type DeletionJob, isDeletionJob, isEnded, type Job } from '../../domain/job.js';
import type { Registry } from '../../domain/registry.js';
import type { PlannedRestoration, UndoneTag } from '../../domain/deletion.js';
import { badInput, GatewayError, notFound } from '../../errors.js';
import { maxEntryTags } from '../../domain/audit.js';
import { assertAllowed, assertEntitled, assertUnprotected, isEntitled } from '../access.js';
import type { MutationContext } from '../audit.js';
import { type RequestContext, waitFor } from '../context.js';
import { longestWait } from '../delete/deletetags.js';
import type { DeletionWorker } from '../delete/worker.js';
import type { CatalogueParts } from '../parts.js';
import type { RegistryBrowsing } from '../browse/registries.js';
import { assertNotLeftOut } from '../sync/following.js';
import { findSeenJob, noSuchJob } from '../visibility.js';
import { listUndone } from './undoplan.js';

/** The answer to who wants a deletion undone. */
export interface Undone {
  /** Every tag that it took off, in the order of its steps. */
  readonly tags: readonly UndoneTag[];
  /** The job that puts them back; null: it was a dry run, or none can. */
  readonly job: Job | null;
  /** Why none can; null: some can, or all are back. */
  readonly refusal: GatewayError | null;
}

/** Parts of the catalogue that undoing uses. */
export interface UndoingParts extends Pick<
  CatalogueParts,
  'clients' | 'clock' | 'contents' | 'jobs' | 'repositories' | 'steps' | 'tags' | 'timer' | 'waits'
> {
  readonly registryBrowsing: RegistryBrowsing;
  readonly deletionWorker: Pick<DeletionWorker, 'enqueueRestoration'>;
}

/** Puts back what deletions took off. */
export class Undoing {
  readonly #parts: UndoingParts;

  constructor(parts: UndoingParts) {
    this.#parts = parts;
  }

  /**
   * Tells of each tag that a deletion took off whether it can come back, and unless it is a dry run begins the job that
   * puts back those that can; with `wait` it waits for that as a deletion does. Those that are back are left as they
   * are, so that asking twice does nothing twice. Throws NOT_FOUND, FORBIDDEN, READ_ONLY, the registry's failure, and
   * BAD_USER_INPUT for a job that is no deletion or has not ended.
   */
  async undo(
    context: MutationContext,
    id: string,
    { dryRun, wait }: { readonly dryRun: boolean; readonly wait: boolean },
  ): Promise<Undone> {
    const { job, registry } = await this.#find(context, id);
    const tags = await listUndone(this.#parts, context.call, job);
    const refusal = describeNone(job, registry, tags);
    if (dryRun || refusal) return { tags, job: null, refusal };
    const steps = tags.flatMap(planStep);
    if (steps.length === 0) return { tags, job: null, refusal: null };
    const { begun, ended } = await this.#begin(context, job, registry, steps);
    if (wait)
      await waitFor(
        this.#parts,
        ended.catch(() => undefined),
        longestWait,
      );
    return { tags, job: (await this.#parts.jobs.find(begun.id)) ?? begun, refusal: null };
  }

  /**
   * How many tags that a job took off can come back, as far as the index tells, and the viewer may put them back. Of
   * one of its steps: 1 where any can, else 0.
   */
  async countRestorable({ viewer, loaders }: RequestContext, job: Job, position: number | null): Promise<number> {
    assertAllowed(viewer, 'read');
    if (!isDeletionJob(job)) return 0;
    const registry = await loaders.registry.load(job.registryId);
    if (registry.readOnly || !isEntitled(viewer, 'delete', { registry, repository: job.repository })) return 0;
    return loaders.restorableCount.load({ jobId: job.id, position });
  }

  async #find(
    context: MutationContext,
    id: string,
  ): Promise<{ readonly job: DeletionJob; readonly registry: Registry }> {
    const { viewer, deed } = context;
    assertAllowed(viewer, 'delete');
    const job = await findSeenJob(this.#parts.jobs, viewer, id);
    if (!job) throw noSuchJob();
    if (!isDeletionJob(job)) {
      const what =
        job.kind === 'RETENTION_RUN' ? 'undo the RETENTION jobs that it began, one by one' : 'name one that is';
      throw badInput(`The job ${id} is no deletion from a repository: ${what}.`, 'input', 'id');
    }
    const registry = await this.#parts.registryBrowsing.findById(context, job.registryId);
    const { repository } = job;
    deed.tell({ registry, repository, jobId: job.id });
    assertEntitled(viewer, 'delete', { registry, repository });
    assertUnprotected({ registry });
    assertNotLeftOut(registry, repository);
    if (!isEnded(job)) throw badInput(`The job ${id} has not ended: cancel it, or wait for its end.`, 'input', 'id');
    return { job, registry };
  }

  async #begin(
    { viewer, requestId, deed }: MutationContext,
    { id, registryId, repository }: DeletionJob,
    registry: Registry,
    steps: readonly PlannedRestoration[],
  ): Promise<{ readonly begun: Job; readonly ended: Promise<void> }> {
    const wanted = {
      kind: 'RESTORE_TAGS',
      registryId,
      repository,
      requestedBy: viewer!.username,
      requestedAccount: viewer!.accountId,
      requestId,
      createdAt: this.#parts.clock(),
    } as const;
    const named = steps.slice(0, maxEntryTags);
    const digests = Object.fromEntries(named.map(({ tags: [tag], digest }) => [tag, digest]));
    const about = {
      registry,
      repository,
      tags: named.map(({ tags: [tag] }) => tag),
      details: { undoes: id, tagCount: steps.length, digests },
    };
    const { job, ended } = await deed.commit((entry) =>
      this.#parts.deletionWorker.enqueueRestoration(wanted, steps, ({ id: jobId }) =>
        entry({ ...about, outcome: 'ACCEPTED', jobId }),
      ),
    );
    return { begun: job, ended };
  }
}

/** Those whose image was not asked about are tried: the job tells what came of them. */
function planStep({ name, digest, state }: UndoneTag): PlannedRestoration[] {
  if (digest === null || (state !== 'RESTORABLE' && state !== 'UNKNOWN')) return [];
  return [{ kind: 'RESTORE', digest, tags: [name] }];
}

/** Builds the error where nothing of a deletion can come back; null: something can, or is back. */
function describeNone(job: DeletionJob, registry: Registry, tags: readonly UndoneTag[]): GatewayError | null {
  const place = `${job.repository} of ${registry.name}`;
  if (tags.length === 0) return notFound(`The job ${job.id} took no tags off ${place}: there is nothing to put back.`);
  if (tags.some(({ state }) => state !== 'MOVED' && state !== 'IMAGE_GONE')) return null;
  const moved = tags.filter(({ state }) => state === 'MOVED').length;
  const what = `None of the ${tags.length} tags that it took off ${place} can come back`;
  const gone = `the registry no longer has the images of ${tags.length - moved}, and ${moved} point elsewhere now`;
  return notFound(`${what}: ${gone}. Push the images again.`);
}
