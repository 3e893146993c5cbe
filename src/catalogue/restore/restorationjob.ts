import { isOver, type RestorationStep } from '../../domain/deletion.js';
import type { Digest } from '../../domain/digest.js';
import { isRepositoryJob, type RepositoryJob, underWay } from '../../domain/job.js';
import { type ErrorCode, GatewayError, isUpstreamError, notFound } from '../../errors.js';
import type { Span } from '../../trace.js';
import type { RawManifest } from '../../upstream/upstream.js';
import { assertUnprotected } from '../access.js';
import { mostRetries, waitForLimit } from '../delete/execution.js';
import { findJobSource, type StopSignals } from '../delete/jobexecution.js';
import { isOfWholeRegistry } from '../delete/refusals.js';
import { createFailureLimit } from '../freshness.js';
import { finishRestoration, type RestorationParts, type RestorationRun } from './finishing.js';
import { describeGone, describeMove, pushBack, type PutPlace, untouched } from './putting.js';

/** The outcome of a step. `limited`: the registry limits the gateway, and the step is to be tried again. */
interface RestorationOutcome extends Pick<RestorationStep, 'state' | 'error'> {
  readonly limited?: GatewayError;
}

/**
 * Puts back the tags of a job whose steps are not over, and ends the job; resolves without that when it is suspended.
 * Does nothing for a job that has ended while it waited. Throws what is no failure of the registry: the job is resumed
 * later.
 */
export async function executeRestoration(
  parts: RestorationParts,
  { id }: RepositoryJob,
  { suspending, cancelling }: StopSignals,
  span: Span | null,
): Promise<void> {
  const job = await parts.jobs.find(id);
  if (!job || !isRepositoryJob(job) || !underWay.includes(job.state) || suspending.aborted) return;
  await parts.jobs.update(id, { state: 'RUNNING', resumedAt: parts.clock() });
  const source = await findJobSource(parts, job);
  span?.note({ 'registry_gateway.registry': source.registry.name });
  const upstream = await parts.clients.open(source.registry.id);
  const run: RestorationRun = {
    ...source,
    parts,
    job,
    upstream,
    call: { signal: suspending, isPatient: true },
    last: null,
  };
  try {
    await executeSteps(run, cancelling);
    await finishRestoration(run, cancelling.aborted);
  } catch (error) {
    if (!suspending.aborted) throw error;
  }
}

/** One after the other: each is a read of the tag, a push, and a read of what it came to. */
async function executeSteps(run: RestorationRun, cancelling: AbortSignal): Promise<void> {
  const { parts, job } = run;
  const isOverLimit = createFailureLimit();
  for (const step of await parts.steps.listRestorations(job.id)) {
    if (isOver(step.state)) continue;
    // A tag that was pushed before, and not answered for, is asked about all the same.
    if (cancelling.aborted && step.state === 'PENDING') continue;
    const { state, error } = await executeWithRetries(run, step, cancelling);
    await parts.steps.record(job.id, step.position, { state, error });
    const code = state === 'FAILED' ? (error?.code ?? null) : null;
    if (isOverLimit(code) || isOfWholeRegistry(code)) return;
  }
}

/** Does one step, again while the registry limits the gateway. */
async function executeWithRetries(
  run: RestorationRun,
  step: RestorationStep,
  cancelling: AbortSignal,
): Promise<RestorationOutcome> {
  const signal = AbortSignal.any([run.call.signal, cancelling]);
  let isSent = step.state === 'SENT';
  const send = async (): Promise<void> => {
    if (!isSent) await run.parts.steps.record(run.job.id, step.position, { state: 'SENT' });
    isSent = true;
  };
  for (let attempt = 1; ; attempt++) {
    const outcome = await executeStep(run, step, isSent, send);
    if (!outcome.limited || attempt > mostRetries || signal.aborted) return outcome;
    await waitForLimit(run.parts, outcome.limited, signal);
  }
}

/** Failures of one tag beside those of the registry: they are recorded, and the job goes on. */
const ownFailures: readonly ErrorCode[] = ['READ_ONLY', 'NOT_FOUND', 'CHANGED_SINCE_PLAN'];

async function executeStep(
  run: RestorationRun,
  step: RestorationStep,
  wasSent: boolean,
  send: () => Promise<void>,
): Promise<RestorationOutcome> {
  const { registry, repository, upstream, call } = run;
  const place: PutPlace = { registry, repository: repository.name, tag: step.tags[0], upstream, call };
  try {
    return await restore(run, place, step.digest, wasSent, send);
  } catch (error) {
    const isOwn = error instanceof GatewayError && ownFailures.includes(error.code);
    // The gateway itself has given up: it resumes the step when it starts again.
    if ((!isOwn && !isUpstreamError(error)) || call.signal.aborted) throw error;
    const { code, message } = error;
    const outcome = { state: code === 'CHANGED_SINCE_PLAN' ? 'KEPT' : 'FAILED', error: { code, message } } as const;
    return code === 'UPSTREAM_RATE_LIMITED' ? { ...outcome, limited: error } : outcome;
  }
}

/**
 * Puts one tag back, unless it is there. Throws CHANGED_SINCE_PLAN when it is elsewhere, NOT_FOUND when its image is
 * gone, READ_ONLY, and the registry's failure.
 */
async function restore(
  run: RestorationRun,
  place: PutPlace,
  digest: Digest,
  wasSent: boolean,
  send: () => Promise<void>,
): Promise<RestorationOutcome> {
  const registry = await run.parts.registries.find(place.registry.id);
  if (!registry) throw notFound('The registry is no longer attached.');
  assertUnprotected({ registry });
  const kept: RestorationOutcome = { state: wasSent ? 'DONE' : 'KEPT', error: null };
  if (await isThere(place, digest)) return kept;
  const manifest = await readManifest(run, place, digest);
  if (manifest === null) throw describeGone(place, digest);
  await send();
  // The registry, and the database, may have had minutes since it was looked at: somebody may have pushed meanwhile.
  if (await isThere(place, digest)) return kept;
  await pushBack(place, manifest, null);
  return { state: 'DONE', error: null };
}

/** False: there is no such tag. Throws CHANGED_SINCE_PLAN when it is elsewhere. */
async function isThere(place: PutPlace, digest: Digest): Promise<boolean> {
  const now = await place.upstream.headManifest(place.repository, place.tag, place.call);
  if (now !== null && now !== digest) throw describeMove(place, `points to ${now} now. ${untouched}`);
  return now !== null;
}

async function readManifest(run: RestorationRun, place: PutPlace, digest: Digest): Promise<RawManifest | null> {
  if (run.last?.digest === digest) return run.last.manifest;
  const manifest = await place.upstream.fetchRawManifest(place.repository, digest, place.call);
  run.last = { digest, manifest };
  return manifest;
}
