import type { Viewer } from '../../domain/account.js';
import type { Repository } from '../../domain/catalogue.js';
import { isDeletionJob, isEnded, type Job, type JobFailure, type JobState } from '../../domain/job.js';
import type { Registry } from '../../domain/registry.js';
import { retentionOf } from '../../domain/retention.js';
import { GatewayError } from '../../errors.js';
import type { Retention } from '../../store/registries/state.js';
import { repeat } from '../../timer.js';
import type { Span } from '../../trace.js';
import { assertAllowed } from '../access.js';
import type { MutationContext } from '../audit.js';
import type { Deleting } from '../delete/deletetags.js';
import { isOfWholeRegistry } from '../delete/refusals.js';
import type { DeletionWorker } from '../delete/worker.js';
import { createFailureLimit } from '../freshness.js';
import { mayLetGo, type Retaining, rulesOf } from './rules.js';
import type { RequestContext, RequestOptions } from '../context.js';
import type { CatalogueParts } from '../parts.js';

/** Milliseconds between two looks at what is due. */
const tick = 60_000;
const hour = 3_600_000;

/** Who runs what nobody asked for: it may delete, and nothing beyond. No account has parentheses in its name. */
const schedule: Viewer = { accountId: 'retention', username: '(retention)', roles: ['registries:rw'] };

/** Parts of the catalogue that runs use. */
export interface RetentionRunsParts extends Pick<
  CatalogueParts,
  'clock' | 'images' | 'jobs' | 'log' | 'registries' | 'repositories' | 'tags' | 'tasks' | 'timer' | 'tracer'
> {
  readonly open: (viewer: Viewer | null, options: RequestOptions) => RequestContext;
  readonly retaining: Pick<Retaining, 'plan'>;
  readonly deleting: Pick<Deleting, 'assertPossible' | 'findOutcome'>;
  readonly deletionWorker: Pick<DeletionWorker, 'cancel' | 'enqueue'>;
}

/**
 * Runs of retention over whole registries: each a job that looks through one, and begins deletions one after the other.
 */
export interface RetentionRuns {
  /** Begins one, or joins the one under way; gives its job at once, and its end. */
  begin(
    asked: Pick<RequestContext, 'viewer' | 'requestId'>,
    registry: Registry,
  ): Promise<{ readonly job: Job; readonly ended: Promise<void> }>;
  /** As `begin`, for a request: checks its rights, and notes the job for its entry. Throws READ_ONLY. */
  beginFor(context: MutationContext, registry: Registry): Promise<Job>;
  /** Its deletion under way is cancelled too. Resolves when the run has ended. */
  cancel(job: Job, by: string): Promise<void>;
  /** Runs those registries that are due, one after the other; resolves when that is done. Joins a look under way. */
  look(): Promise<void>;
  /** Looks now, and once a minute from then on. */
  start(): Promise<void>;
  /** Ends what is under way; the deletions that it began are gone on with at the next start. */
  stop(): Promise<void>;
}

/** One run over a registry. */
interface Run {
  readonly parts: RetentionRunsParts;
  readonly asked: Pick<RequestContext, 'viewer' | 'requestId'>;
  readonly job: Job;
  /** Set once it is cancelled, or the gateway stops. */
  readonly signal: AbortSignal;
  /** The deletion under way. */
  deletion: Job | null;
}

export function createRetentionRuns(parts: RetentionRunsParts): RetentionRuns {
  const underWay = new Map<
    string,
    { readonly begun: Promise<Run>; readonly ended: Promise<void>; readonly cancelling: AbortController }
  >();
  const stopping = new AbortController();
  let looking: Promise<void> | null = null;
  let stopLooking = (): void => undefined;

  const begin: RetentionRuns['begin'] = async (asked, registry) => {
    let run = underWay.get(registry.id);
    if (!run) {
      const cancelling = new AbortController();
      const begun = open(parts, asked, registry, AbortSignal.any([stopping.signal, cancelling.signal]));
      const describe = () => ({ name: 'retention', attributes: { 'registry_gateway.registry': registry.name } });
      const ended = parts.tracer
        .apart(describe, async (span) => runThrough(await begun, span))
        .finally(() => underWay.delete(registry.id));
      run = { begun, ended, cancelling };
      underWay.set(registry.id, run);
      void parts.tasks.add(ended);
    }
    return { job: (await run.begun).job, ended: run.ended };
  };
  const runDue = async (): Promise<void> => {
    const { registries, clock } = parts;
    for (const { id } of await registries.list()) {
      // Asked for anew: those before it may have taken hours.
      const [registry, state] = [await registries.find(id), (await registries.states([id])).get(id)];
      if (stopping.signal.aborted || !registry || registry.readOnly || !state || !isDue(state.retention, clock()))
        continue;
      // What went wrong in it is logged, and the next registry has its turn.
      await begin({ viewer: schedule, requestId: null }, registry)
        .then(({ ended }) => ended)
        .catch(() => undefined);
    }
  };
  const look = (): Promise<void> => {
    looking ??= runDue().finally(() => (looking = null));
    return looking;
  };

  return {
    begin,
    async beginFor(context, registry) {
      assertAllowed(context.viewer, 'delete', { registry });
      const { job } = await begin(context, registry);
      context.deed.tell({ registry, outcome: 'ACCEPTED', jobId: job.id });
      return job;
    },
    look,
    async cancel(job, by) {
      const { jobs, deletionWorker } = parts;
      await jobs.update(job.id, { cancelledBy: by });
      const run = underWay.get(job.registryId);
      const begun = await run?.begun;
      if (!run || begun?.job.id !== job.id) return;
      run.cancelling.abort();
      if (begun.deletion && isDeletionJob(begun.deletion)) await deletionWorker.cancel(begun.deletion, by);
      await run.ended.catch(() => undefined);
    },
    async start() {
      const { jobs, clock, timer, tasks } = parts;
      await jobs.cancelRunning(['RETENTION_RUN'], clock());
      stopLooking = repeat(timer, tick, () => void tasks.add(look()));
      void tasks.add(look());
    },
    async stop() {
      stopLooking();
      stopping.abort();
      await Promise.allSettled([...underWay.values()].map(({ ended }) => ended));
    },
  };
}

function isDue({ rules, interval, ranAt }: Retention, now: Date): boolean {
  if (rules.length === 0 || interval === null) return false;
  const age = ranAt === null ? Infinity : now.getTime() - ranAt.getTime();
  // A run that is still to come was before the clock was set back: it is not waited for.
  return age < 0 || age >= interval * hour;
}

/** Its time is written down first: a run that ends the process is not begun again before it is due. */
async function open(
  parts: RetentionRunsParts,
  asked: Run['asked'],
  registry: Registry,
  signal: AbortSignal,
): Promise<Run> {
  const createdAt = parts.clock();
  await parts.registries.recordRetentionRun(registry.id, createdAt);
  const requestedBy = asked.viewer?.username ?? schedule.username;
  const job = await parts.jobs.create({
    kind: 'RETENTION_RUN',
    registryId: registry.id,
    requestedBy,
    requestId: asked.requestId,
    createdAt,
  });
  return { parts, asked, job, signal, deletion: null };
}

async function runThrough(run: Run, span: Span | null): Promise<void> {
  span?.note({ 'registry_gateway.job.id': run.job.id, 'registry_gateway.job.kind': run.job.kind });
  try {
    await runEach(run);
  } catch (error) {
    await run.parts.jobs.update(run.job.id, { state: 'FAILED', finishedAt: run.parts.clock() });
    throw error;
  }
}

/** Repository by repository, and each deletion to its end. */
async function runEach(run: Run): Promise<void> {
  const { parts, job, signal } = run;
  const failures: JobFailure[] = [];
  const isOverLimit = createFailureLimit();
  let deleted = 0;
  let done = 0;
  const named = await listNamed(run);
  await parts.jobs.update(job.id, { total: named.length });
  for (const { name } of named) {
    if (signal.aborted) break;
    const outcome = await runOne(run, name);
    // Given up by the gateway itself: no failure of the registry.
    if (signal.aborted && outcome !== 'deleted') break;
    done++;
    if (outcome === 'deleted') deleted++;
    if (outcome instanceof GatewayError) failures.push({ subject: name, code: outcome.code, message: outcome.message });
    if (outcome !== 'unread') await parts.jobs.update(job.id, { done, failures, failureCount: failures.length });
    const code = outcome instanceof GatewayError ? outcome.code : null;
    if (isOverLimit(code) || isOfWholeRegistry(code)) break;
  }
  const state = judgeState(done === named.length, failures.length, done, signal.aborted);
  await parts.jobs.update(job.id, { state, done, failures, failureCount: failures.length, finishedAt: parts.clock() });
  parts.log('ran the retention of a registry', {
    registryId: job.registryId,
    state,
    repositories: done,
    deletedFrom: deleted,
    failures: failures.length,
  });
}

async function listNamed({ parts, job }: Run): Promise<Repository[]> {
  const registry = await parts.registries.find(job.registryId);
  const rules = registry ? await rulesOf(parts, registry) : [];
  return (await parts.repositories.listOf(job.registryId)).filter(({ name }) => retentionOf(rules, name).length > 0);
}

/** `unread`: the index says that there is nothing to do. A failure is given, not thrown. */
async function runOne(run: Run, name: Repository['name']): Promise<'unread' | 'read' | 'deleted' | GatewayError> {
  const { parts, asked, job, signal } = run;
  try {
    const [registry, repository] = [
      await parts.registries.find(job.registryId),
      await parts.repositories.find(job.registryId, name),
    ];
    if (!registry || !repository) return 'unread';
    const source = { registry, repository };
    // Asked for each time: an admin may take the rules back while it runs.
    const rules = await rulesOf(parts, registry);
    if (!(await mayLetGo(parts, source, rules))) return 'unread';
    const opened = parts.open(asked.viewer, { requestId: asked.requestId, signal });
    const context: RequestContext = { ...opened, call: { ...opened.call, isPatient: true } };
    const { plan } = await parts.retaining.plan(context, source, rules);
    if (!plan) return 'read';
    parts.deleting.assertPossible(context, plan);
    if (signal.aborted) return 'read';
    const { job: deletion, ended } = await parts.deletionWorker.enqueue(context, plan, 'RETENTION');
    run.deletion = deletion;
    // What failed in the gateway itself is gone on with later, as is what it was stopped in.
    await ended.catch(() => undefined);
    const { job: now, failure } = await parts.deleting.findOutcome(plan, deletion);
    return failure ?? (isEnded(now) ? 'deleted' : 'read');
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  } finally {
    run.deletion = null;
  }
}

function judgeState(isWhole: boolean, failures: number, done: number, isGivenUp: boolean): JobState {
  if (isGivenUp && !isWhole) return 'CANCELLED';
  if (failures === 0) return 'SUCCEEDED';
  return failures < done ? 'PARTIALLY_FAILED' : 'FAILED';
}
