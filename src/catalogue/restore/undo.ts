import { randomUUID } from 'node:crypto';
import { type DeletionJob, isDeletionJob, isEnded, type Job } from '../../domain/job.js';
import { mayHavePieces, type PieceOutline } from '../../domain/jobpieces.js';
import type { Registry } from '../../domain/registry.js';
import type { PlannedRestoration, UndoneTag } from '../../domain/deletion.js';
import { badInput, GatewayError, notFound } from '../../errors.js';
import { maxEntryTags } from '../../domain/audit.js';
import { assertAllowed, assertEntitled, assertUnprotected, isEntitled } from '../access.js';
import type { MutationContext } from '../audit.js';
import { type RequestContext, waitFor } from '../context.js';
import { describePiece } from '../delete/auditentries.js';
import { longestWait } from '../delete/deletetags.js';
import type { DeletionWorker } from '../delete/worker.js';
import type { CatalogueParts } from '../parts.js';
import { listPlacedPieces, type PlacedPiece } from '../pieces.js';
import type { RegistryBrowsing } from '../browse/registries.js';
import { assertNotLeftOut } from '../sync/following.js';
import { findSeenJob, noSuchJob } from '../visibility.js';
import { listUndone } from './undoplan.js';

/** A tag that a deletion took off, and where. */
export type PlacedUndoneTag = UndoneTag & Pick<DeletionJob, 'registryId' | 'repository'>;

/** The answer to who wants a deletion undone. */
export interface Undone {
  /** Every tag that it took off, in the order of its steps; of a whole one piece after the other. */
  readonly tags: readonly PlacedUndoneTag[];
  /** The job that puts them back; null: it was a dry run, or none can. */
  readonly job: Job | null;
  /** Why none can; null: some can, or all are back. */
  readonly refusal: GatewayError | null;
}

/** Parts of the catalogue that undoing uses. */
export interface UndoingParts extends Pick<
  CatalogueParts,
  'clients' | 'clock' | 'contents' | 'jobs' | 'registries' | 'repositories' | 'steps' | 'tags' | 'timer' | 'waits'
> {
  readonly registryBrowsing: RegistryBrowsing;
  readonly deletionWorker: Pick<DeletionWorker, 'beginAll'>;
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
   * are, so that asking twice does nothing twice. Of a job with pieces, of those that have ended and that the viewer
   * may delete for. Throws NOT_FOUND, FORBIDDEN, READ_ONLY, the registry's failure, and BAD_USER_INPUT for a job that
   * is no deletion or has not ended.
   */
  async undo(
    context: MutationContext,
    id: string,
    { dryRun, wait }: { readonly dryRun: boolean; readonly wait: boolean },
  ): Promise<Undone> {
    const { job, pieces } = await this.#find(context, id);
    const undone = await this.#listUndone(context, pieces);
    const tags = undone.flatMap(({ placed: { job: of }, tags: some }) =>
      some.map((tag) => ({ ...tag, registryId: of.registryId, repository: of.repository })),
    );
    const refusal = describeNone(describePlace(job, pieces), job, tags);
    if (dryRun || refusal) return { tags, job: null, refusal };
    const wanted = undone.flatMap(({ placed, tags: some }) => {
      const steps = some.flatMap(planStep);
      return steps.length === 0 ? [] : [{ placed, steps }];
    });
    if (wanted.length === 0) return { tags, job: null, refusal: null };
    const { begun, ended } = await this.#begin(context, job, wanted);
    if (wait) await waitFor(this.#parts, ended, longestWait);
    return { tags, job: (await findSeenJob(this.#parts.jobs, context.viewer, begun.id)) ?? begun, refusal: null };
  }

  /**
   * How many tags that a job took off can come back, as far as the index tells, and the viewer may put them back. Of
   * one of its steps: 1 where any can, else 0.
   */
  async countRestorable({ viewer, loaders }: RequestContext, job: Job, position: number | null): Promise<number> {
    assertAllowed(viewer, 'read');
    const countOf = async (piece: Job | PieceOutline): Promise<number> => {
      if (!isDeletionJob(piece)) return 0;
      const registry = await loaders.registry.load(piece.registryId);
      if (registry.readOnly || !isEntitled(viewer, 'delete', { registry, repository: piece.repository })) return 0;
      return loaders.restorableCount.load({ jobId: piece.id, position });
    };
    if (!mayHavePieces(job)) return countOf(job);
    if (job.kind === 'RESTORE_SELECTION') return 0;
    const counts = await Promise.all((await loaders.pieces.load(job.id)).map(countOf));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async #find(
    context: MutationContext,
    id: string,
  ): Promise<{ readonly job: Job; readonly pieces: readonly PlacedPiece[] }> {
    const { viewer, deed } = context;
    assertAllowed(viewer, 'delete');
    const job = await findSeenJob(this.#parts.jobs, viewer, id);
    if (!job) throw noSuchJob();
    if (!isDeletionJob(job) && !mayHavePieces(job))
      throw badInput(`The job ${id} is no deletion: name one that is.`, 'input', 'id');
    deed.tell({ jobId: id });
    const placed = isDeletionJob(job)
      ? [{ job, registry: await this.#findRegistry(context, job) }]
      : await listPlacedPieces(this.#parts, viewer, id);
    for (const { job: piece, registry } of placed) {
      assertUnprotected({ registry });
      assertNotLeftOut(registry, piece.repository);
    }
    if (!isEnded(job)) throw badInput(`The job ${id} has not ended: cancel it, or wait for its end.`, 'input', 'id');
    const pieces = placed.flatMap(({ job: piece, registry }) =>
      isDeletionJob(piece) ? [{ job: piece, registry }] : [],
    );
    if (pieces.length > 0) return { job, pieces };
    throw badInput(`The job ${id} is no deletion: name one that is.`, 'input', 'id');
  }

  async #findRegistry(context: MutationContext, { registryId, repository }: DeletionJob): Promise<Registry> {
    const registry = await this.#parts.registryBrowsing.findById(context, registryId);
    context.deed.tell({ registry, repository });
    assertEntitled(context.viewer, 'delete', { registry, repository });
    return registry;
  }

  /** One after the other, as each asks its registry; of more than `mostPlacesAsked` the index alone tells. */
  async #listUndone({ call }: MutationContext, pieces: readonly PlacedPiece[]): Promise<readonly UndonePiece[]> {
    const isAsked = pieces.length <= mostPlacesAsked;
    const undone: UndonePiece[] = [];
    for (const placed of pieces)
      undone.push({ placed, tags: await listUndone(this.#parts, isAsked ? call : null, placed.job) });
    return undone;
  }

  async #begin(
    { viewer, requestId, deed }: MutationContext,
    { id: undoes }: Job,
    wanted: readonly WantedRestoration[],
  ): Promise<{ readonly begun: Job; readonly ended: Promise<void> }> {
    const { clock, deletionWorker, steps: stepStore } = this.#parts;
    const createdAt = clock();
    const asked = { requestedBy: viewer!.username, requestedAccount: viewer!.accountId, requestId, createdAt };
    const parentId = randomUUID();
    const [first] = wanted;
    const isAlone = wanted.length === 1 && first?.placed.job.id === undoes;
    const jobs = await deed.commit((entry) => {
      const all = wanted.map(({ placed: { registry, job }, steps }) => {
        const { registryId, repository } = job;
        const about = { registry, ...describeSteps(job, steps), outcome: 'ACCEPTED' as const };
        return {
          job: { kind: 'RESTORE_TAGS', registryId, repository, ...asked } as const,
          steps,
          audit: (piece: Job) => entry(isAlone ? { ...about, jobId: piece.id } : describePiece(about, piece)),
        };
      });
      const [one] = all;
      if (isAlone && one) return stepStore.create(one.job, one.steps, one.audit).then((job) => [job]);
      return stepStore.createPieces(parentId, all);
    });
    const begun = (isAlone ? null : await this.#parts.jobs.find(parentId)) ?? jobs[0]!;
    return { begun, ended: deletionWorker.beginAll(jobs) };
  }
}

/** Pieces of which each registry is asked what can come back: a request and more for each. */
const mostPlacesAsked = 20;

interface UndonePiece {
  readonly placed: PlacedPiece;
  readonly tags: readonly UndoneTag[];
}

interface WantedRestoration {
  readonly placed: PlacedPiece;
  readonly steps: readonly PlannedRestoration[];
}

function describeSteps({ id, repository }: DeletionJob, steps: readonly PlannedRestoration[]) {
  const named = steps.slice(0, maxEntryTags);
  const digests = Object.fromEntries(named.map(({ tags: [tag], digest }) => [tag, digest]));
  const details = { undoes: id, tagCount: steps.length, digests };
  return { repository, tags: named.map(({ tags: [tag] }) => tag), details };
}

function describePlace(job: Job, pieces: readonly PlacedPiece[]): string {
  const [first] = pieces;
  if (isDeletionJob(job) && first) return `${job.repository} of ${first.registry.name}`;
  return pieces.length === 1 ? 'a repository' : `${pieces.length} repositories`;
}

/** Those whose image was not asked about are tried: the job tells what came of them. */
function planStep({ name, digest, state }: UndoneTag): PlannedRestoration[] {
  if (digest === null || (state !== 'RESTORABLE' && state !== 'UNKNOWN')) return [];
  return [{ kind: 'RESTORE', digest, tags: [name] }];
}

/** Builds the error where nothing of a deletion can come back; null: something can, or is back. */
function describeNone(place: string, job: Job, tags: readonly UndoneTag[]): GatewayError | null {
  if (tags.length === 0) return notFound(`The job ${job.id} took no tags off ${place}: there is nothing to put back.`);
  if (tags.some(({ state }) => state !== 'MOVED' && state !== 'IMAGE_GONE')) return null;
  const moved = tags.filter(({ state }) => state === 'MOVED').length;
  const what = `None of the ${tags.length} tags that it took off ${place} can come back`;
  const gone = `the registry no longer has the images of ${tags.length - moved}, and ${moved} point elsewhere now`;
  return notFound(`${what}: ${gone}. Push the images again.`);
}
