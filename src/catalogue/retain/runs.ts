import type { Viewer } from '../../domain/account.js';
import type { Job, PlacedJob } from '../../domain/job.js';
import type { Registry } from '../../domain/registry.js';
import { GatewayError, notFound } from '../../errors.js';
import type { Lease } from '../../store/leases/leases.js';
import type { Retention } from '../../store/registries/state.js';
import { repeat } from '../../timer.js';
import type { Span } from '../../trace.js';
import { assertAllowed, assertUnprotected } from '../access.js';
import type { MutationContext } from '../audit.js';
import type { DeletionWorker } from '../delete/worker.js';
import type { CatalogueParts } from '../parts.js';
import { openJob, type OpenedJob, runJob } from '../registryjobs.js';
import type { GoingTags } from './registrypreview.js';
import { type Requester, RetentionRun, type RetentionRunParts } from './run.js';

/** Milliseconds after which the gateway looks again for registries that are due. */
const tick = 60_000;
const hour = 3_600_000;

/** The account of scheduled runs: it may delete, and nothing beyond. No account has parentheses in its name. */
const schedule: Viewer = { accountId: 'retention', username: '(retention)', roles: ['registries:rw'] };

/** Parts of the catalogue that runs use. */
export interface RetentionRunsParts
  extends
    Omit<RetentionRunParts, 'deletionWorker'>,
    Pick<CatalogueParts, 'jobWatch' | 'leases' | 'tasks' | 'timer' | 'tracer'> {
  readonly deletionWorker: Pick<DeletionWorker, 'cancel' | 'enqueue'>;
}

type BegunRun = OpenedJob<RetentionRun>;

/** A run that has begun or is about to. */
interface CurrentRun {
  /** Resolves once its job is written down. null: another has done what was due. */
  readonly begun: Promise<BegunRun | null>;
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

  /**
   * Begins a run for a request, or joins the one under way. `only`: of no other tags than these, and joining none: a
   * run under way is CONFLICT. Throws FORBIDDEN, READ_ONLY.
   */
  async beginFor(context: MutationContext, registry: Registry, only: GoingTags | null = null): Promise<Job> {
    assertAllowed(context.viewer, 'retainAll');
    assertUnprotected({ registry });
    if (only !== null && this.#current.has(registry.id)) throw describeUnderWay(registry);
    const begun = await this.#begin(context, registry, false, only).begun;
    // It joined one that was due, which another gateway has just done.
    if (!begun) return this.beginFor(context, registry, only);
    if (only !== null && 'elsewhere' in begun) throw describeUnderWay(registry);
    const job = 'own' in begun ? begun.own.job : begun.elsewhere;
    context.deed.tell({ registry, outcome: 'ACCEPTED', jobId: job.id });
    return job;
  }

  /**
   * Cancels a run and its deletion under way, on whatever gateway; `by` is the account that asks. Resolves when the run
   * has ended.
   */
  async cancel(job: PlacedJob, by: string): Promise<void> {
    const { jobs, leases, jobWatch } = this.#parts;
    await jobs.update(job.id, { cancelledBy: by });
    const current = this.#current.get(job.registryId);
    const begun = await current?.begun;
    if (current && begun && 'own' in begun && begun.own.job.id === job.id) return this.#stopRun(current, begun.own, by);
    if (leases.isShared) await jobWatch.ended(job.id, this.#stopping.signal);
  }

  async #stopRun({ cancelling, ended }: CurrentRun, run: RetentionRun, by: string): Promise<void> {
    cancelling.abort();
    if (run.deletion) await this.#parts.deletionWorker.cancel(run.deletion, by);
    await ended.catch(() => undefined);
  }

  /** Runs the registries that are due, one after the other. Resolves when that is done; joins a call under way. */
  runDue(): Promise<void> {
    this.#runningDue ??= this.#runEachDue().finally(() => (this.#runningDue = null));
    return this.#runningDue;
  }

  /** Runs what is due now, and looks for more once a minute. */
  start(): void {
    const { timer, tasks } = this.#parts;
    const run = (): void => void tasks.add(this.runDue());
    this.#stopRepeating = repeat(timer, tick, run);
    run();
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
      const { begun, ended } = this.#begin({ viewer: schedule, requestId: null }, registry, true);
      await begun.then(() => ended).catch(() => undefined);
    }
  }

  #begin(requester: Requester, registry: Registry, onlyDue: boolean, only: GoingTags | null = null): CurrentRun {
    const known = this.#current.get(registry.id);
    if (known) return known;
    const { leases, tasks, tracer } = this.#parts;
    const cancelling = new AbortController();
    const signal = AbortSignal.any([this.#stopping.signal, cancelling.signal]);
    const describe = () => ({ name: 'retention', attributes: { 'registry_gateway.registry': registry.name } });
    const current = leases.apart((): CurrentRun => {
      const begun = this.#open(requester, registry, onlyDue, signal, only);
      const ended = tracer
        .apart(describe, async (span) => this.#run(await begun, span, current))
        .finally(() => this.#current.delete(registry.id));
      return { begun, ended, cancelling };
    });
    this.#current.set(registry.id, current);
    void tasks.add(current.ended);
    return current;
  }

  /** Waits for a run of another gateway to end; a caller who wants one is given that. */
  async #run(begun: BegunRun | null, span: Span | null, current: CurrentRun): Promise<void> {
    const { jobWatch, tasks } = this.#parts;
    if (!begun) return;
    if (!('own' in begun)) return jobWatch.ended(begun.elsewhere.id, this.#stopping.signal);
    const { own, lease } = begun;
    const stop = (by: string): void => void tasks.add(this.#stopRun(current, own, by));
    await runJob(this.#parts, own.job.id, lease, stop, () => own.execute(span));
  }

  #open(
    requester: Requester,
    registry: Registry,
    onlyDue: boolean,
    signal: AbortSignal,
    only: GoingTags | null,
  ): Promise<BegunRun | null> {
    return openJob(this.#parts, 'RETENTION_RUN', registry.id, signal, async (lease) => {
      const job = await this.#openOwn(requester, registry, onlyDue, lease);
      return job && new RetentionRun(this.#parts, requester, job, AbortSignal.any([signal, lease.lost]), only);
    });
  }

  /** Writes the time of the run down before its job: a run that ends the process is not due again at once. */
  async #openOwn(requester: Requester, registry: Registry, onlyDue: boolean, lease: Lease): Promise<PlacedJob | null> {
    const { clock, jobs, registries, leases } = this.#parts;
    const createdAt = clock();
    const known = leases.isShared ? await registries.readState(registry.id) : null;
    const { retention } = known ?? (await registries.states([registry.id])).get(registry.id) ?? {};
    const isWanted = retention && (!onlyDue || isRunDue(retention, createdAt));
    if (!isWanted || !(await registries.claimRetentionRun(registry.id, createdAt, retention.ranAt))) {
      if (!onlyDue) throw notFound('The registry is no longer attached.');
      return null;
    }
    const wanted = {
      kind: 'RETENTION_RUN',
      registryId: registry.id,
      requestedBy: requester.viewer?.username ?? schedule.username,
      requestId: requester.requestId,
      createdAt,
    } as const;
    return leases.within(lease, () => jobs.createLeased(wanted));
  }
}

function describeUnderWay({ name }: Registry): GatewayError {
  const message = `A run of retention over ${name} is under way, and does what its rules say. Nothing was touched: `;
  return new GatewayError('CONFLICT', `${message}wait for its end, or cancel it, and preview again.`, {
    registry: name,
  });
}

/** Returns whether a registry with these settings is to be run now. */
export function isRunDue({ rules, interval, ranAt }: Retention, now: Date): boolean {
  if (rules.length === 0 || interval === null) return false;
  const age = ranAt === null ? Infinity : now.getTime() - ranAt.getTime();
  // A time that is still to come was written before the clock was set back: it is not waited for.
  return age < 0 || age >= interval * hour;
}
