import PQueue from 'p-queue';
import { gatewayActor } from '../../domain/audit.js';
import { type DeletionStep, isOver } from '../../domain/deletion.js';
import { isEnded, type Job, type JobKind } from '../../domain/job.js';
import { notFound } from '../../errors.js';
import type { DeletionStore } from '../../store/jobs/deletions.js';
import { repeat } from '../../timer.js';
import type { Span, SpanDescription } from '../../trace.js';
import { createPatience } from '../freshness.js';
import { describeBegun, describeEnded } from './auditentries.js';
import { finishDeletion, removeLeftovers } from './verification.js';
import { sumUp } from './snapshot.js';
import type { Source } from '../sync/reading.js';
import { type Execution, type ExecutionParts, longestPatience, type StepOutcome, waitOut } from './execution.js';
import { waitFor } from '../context.js';
import type { RequestContext } from '../context.js';
import type { NewAuditEntry } from '../../domain/audit.js';
import type { DeletionPlan } from './plan.js';
import { ofAll, runStep } from './executor.js';

/** The kinds of jobs that delete. */
export const deletionKinds: readonly JobKind[] = ['DELETE_TAGS', 'DELETE_REPOSITORY', 'RETENTION'];

/** Milliseconds after which what could not be finished is tried again. */
const retryInterval = 30_000;

/** Milliseconds that a registry which is to be detached waits for its deletions to be cancelled. */
const leavePatience = 8000;

/** Deletions at a time in one registry: each asks for whole repositories, and readers are to get their turn. */
const deletionsAtATime = 4;

/** Deletions under way: each a job of steps that goes on without the request that began it, and after a restart. */
export interface DeletionWorker {
  /**
   * Writes the job down with its entry in the audit log, then begins it, or has it wait for its turn; gives it at once,
   * and its end.
   */
  begin(
    asked: Pick<RequestContext, 'viewer' | 'requestId'>,
    plan: DeletionPlan,
    kind: JobKind,
    audit?: (job: Job) => NewAuditEntry,
  ): Promise<{ readonly job: Job; readonly ended: Promise<void> }>;
  /** The step under way is done to its end, the rest is not begun. Resolves when the job has ended. */
  cancel(job: Job, by: string): Promise<void>;
  /**
   * Before a registry's client is closed: what is under way there is left as it is, for `resume` to go on with; with
   * `by` it is cancelled, and left as it is when that takes long.
   */
  leave(registryId: string, by: string | null): Promise<void>;
  /** Goes on with what is not ended and not under way. */
  resume(): Promise<void>;
  /** Goes on with what an ended process left, and again with what could not be finished. */
  start(): void;
  /** Ends what is under way, to be gone on with at the next start. */
  stop(): Promise<void>;
}

interface Running {
  readonly job: Job;
  readonly ended: Promise<void>;
  readonly cancelling: AbortController;
  readonly leaving: AbortController;
  isBegun: boolean;
}

export function createDeletionWorker(parts: ExecutionParts): DeletionWorker {
  const { steps: deletions } = parts;
  const running = new Map<string, Running>();
  const slots = new Map<string, PQueue>();
  const stopping = new AbortController();
  let stopLooking = (): void => undefined;
  let isTidying = false;

  const run = (job: Job): Running => {
    const known = running.get(job.id);
    if (known) return known;
    const [cancelling, leaving] = [new AbortController(), new AbortController()];
    if (job.cancelledBy !== null) cancelling.abort();
    const slot = slots.get(job.registryId) ?? new PQueue({ concurrency: deletionsAtATime });
    slots.set(job.registryId, slot);
    const begin = (): Promise<void> => {
      entry.isBegun = true;
      const signals = { stopping: AbortSignal.any([stopping.signal, leaving.signal]), cancelling: cancelling.signal };
      return parts.tracer.apart(
        () => describeWork(job),
        (span) => execute(parts, deletions, job, signals, span),
      );
    };
    const work = parts.repositoryMutex.runExclusive(job.registryId, job.repository!, () =>
      slot.add(parts.tracer.bind(begin)),
    );
    const entry: Running = {
      job,
      cancelling,
      leaving,
      isBegun: false,
      ended: work.finally(() => running.delete(job.id)),
    };
    running.set(job.id, entry);
    void parts.tasks.add(entry.ended);
    return entry;
  };
  const resume = async (): Promise<void> => {
    if (stopping.signal.aborted) return;
    for (const job of await parts.jobs.listUnfinished(deletionKinds)) run(job);
  };
  const tidy = async (): Promise<void> => {
    if (isTidying) return;
    isTidying = true;
    await removeLeftovers(parts, deletions, stopping.signal).finally(() => (isTidying = false));
  };
  return {
    resume,
    cancel: (job, by) => cancel({ running, run, deletions, parts }, job, by),
    leave: (registryId, by) => leave({ running, run, deletions, parts }, registryId, by),
    async begin({ viewer, requestId }, plan, kind, audit = (job) => describeBegun(job, plan)) {
      const { registry, repository, steps } = plan;
      const wanted = {
        kind,
        registryId: registry.id,
        repository: repository.name,
        requestedBy: viewer?.username ?? gatewayActor,
        requestId,
        createdAt: parts.clock(),
      };
      const job = await deletions.create(wanted, steps, audit);
      return { job, ended: run(job).ended };
    },
    start() {
      const look = (): void => {
        void parts.tasks.add(resume());
        void parts.tasks.add(tidy());
      };
      stopLooking = repeat(parts.timer, retryInterval, look);
      look();
    },
    async stop() {
      stopLooking();
      stopping.abort();
      await Promise.allSettled([...running.values()].map(({ ended }) => ended));
    },
  };
}

function describeWork({ id, kind }: Job): SpanDescription {
  return { name: 'deletion', attributes: { 'registry_gateway.job.id': id, 'registry_gateway.job.kind': kind } };
}

/** What is under way, and how to have more of it. */
interface Work {
  readonly running: ReadonlyMap<string, Running>;
  readonly run: (job: Job) => Running;
  readonly deletions: DeletionStore;
  readonly parts: ExecutionParts;
}

async function cancel({ running, run, deletions, parts }: Work, job: Job, by: string): Promise<void> {
  const { jobs, clock } = parts;
  await jobs.update(job.id, { cancelledBy: by });
  const known = running.get(job.id);
  const { cancelling, isBegun, ended } = known ?? run({ ...job, cancelledBy: by });
  cancelling.abort();
  // Of one that waits for its turn nothing was sent, so it need not wait to be ended.
  if (!known || isBegun || job.state !== 'QUEUED') return ended.catch(() => undefined);
  await deletions.cancelPending(job.id);
  const at = clock();
  const entry = describeEnded({ ...job, cancelledBy: by }, await findSource(parts, job), {
    state: 'CANCELLED',
    failures: [],
    at,
  });
  await deletions.end(job.id, { state: 'CANCELLED', finishedAt: at }, entry);
}

async function leave(work: Work, registryId: string, by: string | null): Promise<void> {
  const entries = [...work.running.values()].filter(({ job }) => job.registryId === registryId);
  if (by !== null)
    await waitFor(work.parts, Promise.all(entries.map(({ job }) => cancel(work, job, by))), leavePatience);
  for (const { leaving } of entries) leaving.abort();
  await Promise.allSettled(entries.map(({ ended }) => ended));
}

interface Signals {
  readonly stopping: AbortSignal;
  readonly cancelling: AbortSignal;
}

async function execute(
  parts: ExecutionParts,
  deletions: DeletionStore,
  { id }: Job,
  { stopping, cancelling }: Signals,
  span: Span | null,
): Promise<void> {
  // It may have been ended, or its registry detached, while it waited for its turn.
  const job = await parts.jobs.find(id);
  if (!job || isEnded(job) || stopping.aborted) return;
  await parts.jobs.update(id, { state: 'RUNNING' });
  const steps = await deletions.listSteps(id);
  const source = await findSource(parts, job);
  span?.note({ 'registry_gateway.registry': source.registry.name });
  const known = (await parts.registries.states([job.registryId])).get(job.registryId);
  const run: Execution = {
    ...source,
    parts,
    deletions,
    job,
    upstream: await parts.clients.open(job.registryId),
    ...(await sumUp(parts, source.repository.key, steps)),
    call: { signal: stopping, isPatient: true },
    canDeleteTag: known?.canDeleteTag ?? true,
    deletesTagsFirst: known?.deletesTagsFirst ?? null,
    look: null,
  };
  try {
    await runSteps(run, steps, cancelling);
    await finishDeletion(run, cancelling.aborted);
  } catch (error) {
    if (!stopping.aborted) throw error;
  }
}

/**
 * One after the other: the registry looks at every tag of the repository for each, and parallel deletes gain little.
 */
async function runSteps(run: Execution, steps: readonly DeletionStep[], cancelling: AbortSignal): Promise<void> {
  const patience = createPatience();
  for (const step of steps) {
    if (isOver(step.state)) continue;
    // What was sent and not answered is looked into all the same.
    if (cancelling.aborted && step.state === 'PENDING') continue;
    const error = (await runPatiently(run, step, cancelling))?.error;
    if (patience(error?.code ?? null) || (error && ofAll.includes(error.code))) return;
  }
}

/** A registry that limits the gateway is waited for; null: until it was cancelled, with nothing sent. */
async function runPatiently(run: Execution, step: DeletionStep, cancelling: AbortSignal): Promise<StepOutcome | null> {
  const signal = AbortSignal.any([run.call.signal!, cancelling]);
  let current = step;
  for (let attempt = 1; ; attempt++) {
    const outcome = await runStep(run, current, attempt <= longestPatience && !signal.aborted);
    if (!outcome.limited) return outcome;
    await waitOut(run.parts, outcome.limited, signal);
    current = (await run.deletions.listSteps(run.job.id))[step.position] ?? step;
    if (cancelling.aborted && current.state === 'PENDING') return null;
  }
}

/** The index may have dropped a repository that is emptied already. */
async function findSource(
  { registries, repositories, clock }: ExecutionParts,
  { registryId, repository: name }: Job,
): Promise<Source> {
  const registry = await registries.find(registryId);
  if (!registry || name === null) throw notFound('The registry is no longer attached.');
  return {
    registry,
    repository: (await repositories.find(registryId, name)) ?? (await repositories.add(registryId, name, clock())),
  };
}
