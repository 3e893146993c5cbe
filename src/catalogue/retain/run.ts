import type { Viewer } from '../../domain/account.js';
import type { Repository } from '../../domain/catalogue.js';
import {
  type DeletionJob,
  isDeletionJob,
  isEnded,
  type PlacedJob,
  type JobFailure,
  type JobState,
} from '../../domain/job.js';
import { retentionOf } from '../../domain/retention.js';
import { GatewayError } from '../../errors.js';
import type { Span } from '../../trace.js';
import type { RequestContext, RequestOptions } from '../context.js';
import type { Deleting } from '../delete/deletetags.js';
import type { DeletionPlan } from '../delete/plan.js';
import { isOfWholeRegistry } from '../delete/refusals.js';
import type { DeletionWorker } from '../delete/worker.js';
import { createFailureLimit } from '../freshness.js';
import type { CatalogueParts } from '../parts.js';
import type { GoingTags } from './registrypreview.js';
import { mayLetGo, type Retaining, rulesOf } from './rules.js';

/** Parts of the catalogue that one run uses. */
export interface RetentionRunParts extends Pick<
  CatalogueParts,
  'clock' | 'images' | 'jobs' | 'log' | 'registries' | 'repositories' | 'tags'
> {
  readonly open: (viewer: Viewer | null, options: RequestOptions) => RequestContext;
  readonly retaining: Pick<Retaining, 'plan'>;
  readonly deleting: Pick<Deleting, 'assertPossible' | 'findOutcome'>;
  readonly deletionWorker: Pick<DeletionWorker, 'enqueue'>;
}

/** The account that a run acts for, and the request that began it. */
export type Requester = Pick<RequestContext, 'viewer' | 'requestId'>;

/** `unread`: the index tells that nothing goes; `read`: the registry does; `deleted`: all that the rules let go. */
type RepositoryOutcome = 'unread' | 'read' | 'deleted' | GatewayError;

/** One run of retention over a registry: a job that goes through its repositories, each deletion to its end. */
export class RetentionRun {
  readonly job: PlacedJob;
  readonly #parts: RetentionRunParts;
  readonly #requester: Requester;
  /** Aborted when the run is cancelled, or the gateway stops. */
  readonly #signal: AbortSignal;
  /** The tags that it may delete; null: all that the rules let go. */
  readonly #only: GoingTags | null;
  #deletion: DeletionJob | null = null;

  constructor(
    parts: RetentionRunParts,
    requester: Requester,
    job: PlacedJob,
    signal: AbortSignal,
    only: GoingTags | null = null,
  ) {
    this.#parts = parts;
    this.#requester = requester;
    this.job = job;
    this.#signal = signal;
    this.#only = only;
  }

  /** The deletion under way; null: none is. */
  get deletion(): DeletionJob | null {
    return this.#deletion;
  }

  /** Runs to the end and ends the job. Throws what is no failure of the registry, when the job has failed. */
  async execute(span: Span | null): Promise<void> {
    const { id, kind } = this.job;
    span?.note({ 'registry_gateway.job.id': id, 'registry_gateway.job.kind': kind });
    try {
      await this.#goThrough();
    } catch (error) {
      await this.#parts.jobs.update(id, { state: 'FAILED', finishedAt: this.#parts.clock() });
      throw error;
    }
  }

  async #goThrough(): Promise<void> {
    const { jobs, clock, log } = this.#parts;
    const { id, registryId } = this.job;
    const failures: JobFailure[] = [];
    const isOverLimit = createFailureLimit();
    let deleted = 0;
    let done = 0;
    const repositories = await this.#listRuled();
    await jobs.update(id, { total: repositories.length });
    for (const { name } of repositories) {
      if (this.#signal.aborted) break;
      const outcome = await this.#applyRules(name);
      // The gateway itself has given up: that is no failure of the registry.
      if (this.#signal.aborted && outcome !== 'deleted') break;
      done++;
      if (outcome === 'deleted') deleted++;
      const code = outcome instanceof GatewayError ? outcome.code : null;
      if (outcome instanceof GatewayError)
        failures.push({ subject: name, code: outcome.code, message: outcome.message });
      if (outcome !== 'unread') await jobs.update(id, { done, failures, failureCount: failures.length });
      if (isOverLimit(code) || isOfWholeRegistry(code)) break;
    }
    const isWhole = done === repositories.length;
    const state = judgeState(isWhole, failures.length, done, this.#signal.aborted);
    await jobs.update(id, { state, done, failures, failureCount: failures.length, finishedAt: clock() });
    log('ran the retention of a registry', {
      registryId,
      state,
      repositories: done,
      deletedFrom: deleted,
      failures: failures.length,
    });
  }

  /** Lists the repositories that any rule of the registry is about. */
  async #listRuled(): Promise<Repository[]> {
    const { registries, repositories } = this.#parts;
    const { registryId } = this.job;
    const registry = await registries.find(registryId);
    const rules = registry ? await rulesOf(this.#parts, registry) : [];
    const isWanted = ({ name }: Repository): boolean =>
      retentionOf(rules, name).length > 0 && (this.#only === null || this.#only.has(name));
    return (await repositories.listOf(registryId)).filter(isWanted);
  }

  /**
   * Deletes what the rules let go of one repository, and waits for the end of that. Returns the failure of the registry
   * or of the rules; throws others. The rules are read again for each repository: they may change during the run.
   */
  async #applyRules(name: Repository['name']): Promise<RepositoryOutcome> {
    const { registries, repositories, open, retaining } = this.#parts;
    const { registryId } = this.job;
    try {
      const registry = await registries.find(registryId);
      const repository = await repositories.find(registryId, name);
      if (!registry || !repository) return 'unread';
      const source = { registry, repository };
      const rules = await rulesOf(this.#parts, registry);
      if (!(await mayLetGo(this.#parts, source, rules))) return 'unread';
      const { viewer, requestId } = this.#requester;
      const opened = open(viewer, { requestId, signal: this.#signal });
      const context: RequestContext = { ...opened, call: { ...opened.call, isPatient: true } };
      const { plan } = await retaining.plan(context, source, rules, this.#only?.get(name) ?? null);
      return plan ? await this.#delete(context, plan) : 'read';
    } catch (error) {
      if (error instanceof GatewayError) return error;
      throw error;
    }
  }

  async #delete(context: RequestContext, plan: DeletionPlan): Promise<RepositoryOutcome> {
    const { deleting, deletionWorker } = this.#parts;
    deleting.assertPossible(context, plan);
    if (this.#signal.aborted) return 'read';
    const { job, ended } = await deletionWorker.enqueue(context, plan, 'RETENTION', undefined, {
      parentId: this.job.id,
    });
    this.#deletion = isDeletionJob(job) ? job : null;
    try {
      // A deletion that failed in the gateway itself, or that was suspended, is resumed later.
      await ended.catch(() => undefined);
      const { job: now, failure } = await deleting.findOutcome(plan, job);
      return failure ?? (isEnded(now) ? 'deleted' : 'read');
    } finally {
      this.#deletion = null;
    }
  }
}

function judgeState(isWhole: boolean, failures: number, done: number, isGivenUp: boolean): JobState {
  if (isGivenUp && !isWhole) return 'CANCELLED';
  if (failures === 0) return 'SUCCEEDED';
  return failures < done ? 'PARTIALLY_FAILED' : 'FAILED';
}
