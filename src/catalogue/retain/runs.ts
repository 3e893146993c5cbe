import type { Viewer } from '../../domain/account.js';
import type { Job } from '../../domain/job.js';
import type { Registry } from '../../domain/registry.js';
import type { Retention } from '../../store/registries/state.js';
import { repeat } from '../../timer.js';
import { assertAllowed } from '../access.js';
import type { MutationContext } from '../audit.js';
import type { DeletionWorker } from '../delete/worker.js';
import type { CatalogueParts } from '../parts.js';
import { type Requester, RetentionRun, type RetentionRunParts } from './run.js';

/** Milliseconds after which the gateway looks again for registries that are due. */
const tick = 60_000;
const hour = 3_600_000;

/** The account of scheduled runs: it may delete, and nothing beyond. No account has parentheses in its name. */
const schedule: Viewer = { accountId: 'retention', username: '(retention)', roles: ['registries:rw'] };

/** Parts of the catalogue that runs use. */
export interface RetentionRunsParts
  extends Omit<RetentionRunParts, 'deletionWorker'>, Pick<CatalogueParts, 'tasks' | 'timer' | 'tracer'> {
  readonly deletionWorker: Pick<DeletionWorker, 'cancel' | 'enqueue'>;
}

/** A run that has begun or is about to. */
interface CurrentRun {
  /** Resolves once its job is written down. */
  readonly begun: Promise<RetentionRun>;
  readonly ended: Promise<void>;
  readonly cancelling: AbortController;
}

/** Runs the retention of whole registries, one run of each at a time: those that are due, and those asked for. */
export class RetentionRuns {
  readonly #parts: RetentionRunsParts;
  /** By the id of the registry. */
  readonly #current = new Map<string, CurrentRun>();
  readonly #stopping = new AbortController();
  #runningDue: Promise<void> | null = null;
  #stopRepeating = (): void => undefined;

  constructor(parts: RetentionRunsParts) {
    this.#parts = parts;
  }

  /** Begins a run for a request, or joins the one under way. Throws FORBIDDEN, READ_ONLY. */
  async beginFor(context: MutationContext, registry: Registry): Promise<Job> {
    assertAllowed(context.viewer, 'delete', { registry });
    const { job } = await this.#begin(context, registry).begun;
    context.deed.tell({ registry, outcome: 'ACCEPTED', jobId: job.id });
    return job;
  }

  /** Cancels a run and its deletion under way; `by` is the account that asks. Resolves when the run has ended. */
  async cancel(job: Job, by: string): Promise<void> {
    const { jobs, deletionWorker } = this.#parts;
    await jobs.update(job.id, { cancelledBy: by });
    const current = this.#current.get(job.registryId);
    const run = await current?.begun;
    if (!current || run?.job.id !== job.id) return;
    current.cancelling.abort();
    if (run.deletion) await deletionWorker.cancel(run.deletion, by);
    await current.ended.catch(() => undefined);
  }

  /** Runs the registries that are due, one after the other. Resolves when that is done; joins a call under way. */
  runDue(): Promise<void> {
    this.#runningDue ??= this.#runEachDue().finally(() => (this.#runningDue = null));
    return this.#runningDue;
  }

  /** Runs what is due now, and looks for more once a minute. Runs that an ended process left are over. */
  async start(): Promise<void> {
    const { jobs, clock, timer, tasks } = this.#parts;
    await jobs.cancelRunning(['RETENTION_RUN'], clock());
    this.#stopRepeating = repeat(timer, tick, () => void tasks.add(this.runDue()));
    void tasks.add(this.runDue());
  }

  /** Ends the runs under way; deletions that they began are resumed at the next start. */
  async stop(): Promise<void> {
    this.#stopRepeating();
    this.#stopping.abort();
    await Promise.allSettled([...this.#current.values()].map(({ ended }) => ended));
  }

  async #runEachDue(): Promise<void> {
    const { registries, clock } = this.#parts;
    for (const { id } of await registries.list()) {
      // Read again: the runs before this one may have taken hours.
      const registry = await registries.find(id);
      const state = (await registries.states([id])).get(id);
      if (this.#stopping.signal.aborted || !registry || registry.readOnly || !state) continue;
      if (!isRunDue(state.retention, clock())) continue;
      // The failure of a run is logged, and the next registry has its turn.
      const { begun, ended } = this.#begin({ viewer: schedule, requestId: null }, registry);
      await begun.then(() => ended).catch(() => undefined);
    }
  }

  #begin(requester: Requester, registry: Registry): CurrentRun {
    const known = this.#current.get(registry.id);
    if (known) return known;
    const { tasks, tracer } = this.#parts;
    const cancelling = new AbortController();
    const signal = AbortSignal.any([this.#stopping.signal, cancelling.signal]);
    const begun = this.#open(requester, registry, signal);
    const describe = () => ({ name: 'retention', attributes: { 'registry_gateway.registry': registry.name } });
    const ended = tracer
      .apart(describe, async (span) => (await begun).execute(span))
      .finally(() => this.#current.delete(registry.id));
    const current = { begun, ended, cancelling };
    this.#current.set(registry.id, current);
    void tasks.add(ended);
    return current;
  }

  /** Writes the time of the run down before its job: a run that ends the process is not due again at once. */
  async #open(requester: Requester, registry: Registry, signal: AbortSignal): Promise<RetentionRun> {
    const { clock, jobs, registries } = this.#parts;
    const createdAt = clock();
    await registries.recordRetentionRun(registry.id, createdAt);
    const job = await jobs.create({
      kind: 'RETENTION_RUN',
      registryId: registry.id,
      requestedBy: requester.viewer?.username ?? schedule.username,
      requestId: requester.requestId,
      createdAt,
    });
    return new RetentionRun(this.#parts, requester, job, signal);
  }
}

/** Returns whether a registry with these settings is to be run now. */
export function isRunDue({ rules, interval, ranAt }: Retention, now: Date): boolean {
  if (rules.length === 0 || interval === null) return false;
  const age = ranAt === null ? Infinity : now.getTime() - ranAt.getTime();
  // A time that is still to come was written before the clock was set back: it is not waited for.
  return age < 0 || age >= interval * hour;
}
