import type { Job, JobState } from '../../domain/job.js';
import type { Registry } from '../../domain/registry.js';
import { notFound } from '../../errors.js';
import type { Timer } from '../../timer.js';
import type { JobStore } from '../../store/jobs/jobs.js';
import type { Span } from '../../trace.js';
import type { CallOptions } from '../../upstream/upstream.js';
import { type Crawl, note, noteRepository, writeProgress } from './crawljob.js';
import type { Singleflight } from './singleflight.js';
import { createWatch } from '../freshness.js';
import type { BackgroundTasks } from '../tasks.js';
import type { Indexer } from './indexer.js';
import type { IndexerParts, ReadOptions, ReadProblem } from './reading.js';
import { createRounds, type Round, type Rounds } from './rounds.js';
import { createSlots, type Slots } from './slots.js';

/** Repositories of a registry that are read at a time; the registry's own limit bounds the requests. */
const repositoriesAtATime = 4;

/** Milliseconds a registry is left alone by the schedule after a crawl, at the least. */
const shortestRest = 1000;

export interface SyncParts extends IndexerParts {
  readonly indexer: Indexer;
  readonly jobs: JobStore;
  readonly tasks: BackgroundTasks;
  readonly timer: Timer;
}

/** What a crawl has done so far. */
export interface Progress {
  readonly job: Job;
  readonly done: number;
  readonly total: number;
}

/** The crawls under way, one for each registry at the most. */
export interface Crawls {
  /** Begins one, or joins the one under way; gives the job at once, and its end. */
  readonly crawl: (
    registry: Registry,
    requestedBy: string,
  ) => Promise<{ readonly job: Job; readonly ended: Promise<void> }>;
  readonly progressOf: (registryId: string) => Progress | null;
  /** Resolves when none of this registry is under way, whatever came of it. */
  readonly settle: (registryId: string) => Promise<void>;
  /** Gives up the one under way, if there is one; resolves when it has ended. */
  readonly cancel: (registryId: string) => Promise<void>;
  isUnderWay(registryId: string): boolean;
  /** Gives up a crawl that has had much more than its share, if there is one: others wait. */
  makeRoom(): void;
  /** Which of them the schedule may begin. */
  readonly slots: Omit<Slots, 'take' | 'leave' | 'forget'>;
}

export function createCrawls(parts: SyncParts, flights: Singleflight, stopping: AbortSignal): Crawls {
  const underWay = new Map<
    string,
    { readonly created: Promise<Crawl>; readonly ended: Promise<void>; readonly cancelling: AbortController }
  >();
  const running = new Map<string, Crawl>();
  const slots = createSlots(parts.timer);
  const rounds = createRounds(parts.registries, parts.repositories, parts.timer);
  const now = (): number => parts.timer.elapsed();

  const run = async (registry: Registry, created: Promise<Crawl>, signal: AbortSignal): Promise<void> => {
    const startedAt = now();
    slots.take(registry.id);
    let state: JobState = 'FAILED';
    try {
      const crawl = await created;
      running.set(registry.id, crawl);
      state = await runCrawl(parts, flights, rounds, registry, crawl, signal).catch((error: unknown) =>
        giveUp(parts, registry, crawl, error),
      );
    } finally {
      const rest = state === 'FAILED' ? registry.maxAge * 1000 : now() - startedAt;
      const pause = await parts.clients.pauseOf(registry.id);
      slots.leave(registry.id, isWhole(state), Math.max(rest, shortestRest, pause));
      underWay.delete(registry.id);
      running.delete(registry.id);
    }
  };
  const begin = (registry: Registry, requestedBy: string) => {
    const cancelling = new AbortController();
    const created = createCrawl(parts, registry, requestedBy);
    const describe = () => ({ name: 'crawl', attributes: { 'registry_gateway.registry': registry.name } });
    const entry = {
      created,
      cancelling,
      ended: parts.tracer.apart(describe, (span) =>
        run(registry, notingJob(created, span), AbortSignal.any([stopping, cancelling.signal])),
      ),
    };
    underWay.set(registry.id, entry);
    void parts.tasks.add(entry.ended);
    return entry;
  };
  const settle = async (registryId: string): Promise<void> => {
    await underWay.get(registryId)?.ended.catch(() => undefined);
  };

  return {
    settle,
    async crawl(registry, requestedBy) {
      const { created, ended } = underWay.get(registry.id) ?? begin(registry, requestedBy);
      return { job: (await created).job, ended };
    },
    async cancel(registryId) {
      underWay.get(registryId)?.cancelling.abort();
      await settle(registryId);
      rounds.close(registryId);
      slots.forget(registryId);
      parts.contacts.forget(registryId);
    },
    progressOf(registryId) {
      const crawl = running.get(registryId);
      return crawl ? { job: crawl.job, done: crawl.done, total: crawl.total } : null;
    },
    isUnderWay: (registryId) => underWay.has(registryId),
    slots,
    makeRoom() {
      const overdue = slots.findOverdue();
      if (overdue !== null) underWay.get(overdue)?.cancelling.abort();
    },
  };
}

async function notingJob(created: Promise<Crawl>, span: Span | null): Promise<Crawl> {
  const crawl = await created;
  span?.note({ 'registry_gateway.job.id': crawl.job.id, 'registry_gateway.job.kind': crawl.job.kind });
  return crawl;
}

function isWhole(state: JobState): boolean {
  return state === 'SUCCEEDED' || state === 'PARTIALLY_FAILED';
}

/** Readings of one repository are one after the other, and equal ones are one. */
export function refresh(
  parts: SyncParts,
  flights: Singleflight,
  registry: Registry,
  key: number,
  options: ReadOptions,
): Promise<ReadProblem | null> {
  return flights.run(`repository:${key}`, async () => {
    const [repository] = await parts.repositories.findMany([key]);
    return repository ? parts.indexer.readRepository({ registry, repository }, options) : null;
  });
}

/** The job's row; the rest is in memory. Throws NOT_FOUND for a registry that was detached meanwhile. */
async function createCrawl(parts: SyncParts, registry: Registry, requestedBy: string): Promise<Crawl> {
  try {
    const job = await parts.jobs.create({
      kind: 'CRAWL',
      registryId: registry.id,
      requestedBy,
      createdAt: parts.clock(),
    });
    return { job, done: 0, total: 0, failures: [], failureCount: 0, writtenAt: -Infinity };
  } catch (error) {
    throw (await parts.registries.find(registry.id)) ? error : notFound('The registry is no longer attached.');
  }
}

/**
 * What is thrown because the registry was detached is no failure; all else is a fault of the gateway's own, or of its
 * database.
 */
async function giveUp(parts: SyncParts, registry: Registry, crawl: Crawl, error: unknown): Promise<JobState> {
  if ((await parts.registries.find(registry.id)) === null) return 'CANCELLED';
  await parts.jobs.update(crawl.job.id, {
    state: 'FAILED',
    done: crawl.done,
    total: crawl.total,
    finishedAt: parts.clock(),
  });
  throw error;
}

async function runCrawl(
  parts: SyncParts,
  flights: Singleflight,
  rounds: Rounds,
  registry: Registry,
  crawl: Crawl,
  signal: AbortSignal,
): Promise<JobState> {
  const call: CallOptions = { signal, isPatient: true, isBackground: true };
  const startedAt = parts.clock();
  const tagsBefore = await parts.contents.countTags(registry.id);
  const problem = await parts.indexer.readNames(registry, call);
  if (problem && !signal.aborted) note(crawl, registry.name, problem);
  // Without its catalogue the repositories that are known are read: by a listing before, or because somebody asked for
  // them.
  const isReadable = problem === null || problem.isPartial;
  const due = isReadable ? await rounds.listDue(registry, startedAt) : [];
  crawl.total = due.length;
  const isRead =
    isReadable && (await readEach({ parts, flights, registry, crawl, call, round: rounds.open(registry.id) }, due));
  if (isRead && !signal.aborted) rounds.close(registry.id);
  const ended = crawl.failureCount > 0 ? 'PARTIALLY_FAILED' : 'SUCCEEDED';
  const state = signal.aborted ? 'CANCELLED' : isRead ? ended : 'FAILED';
  if (isReadable && !signal.aborted) await noteLoss(parts, registry, crawl, tagsBefore);
  // A catalogue that failed may name repositories that were not read: this is no reading of all of it.
  const isListed = problem === null || problem.code === 'UPSTREAM_UNSUPPORTED';
  await endCrawl(parts, registry, crawl, state, isListed);
  return state;
}

/** Nothing failed, and yet somebody should look: a volume that is not mounted looks like an empty registry. */
async function noteLoss(
  { contents, contacts }: SyncParts,
  registry: Registry,
  crawl: Crawl,
  before: number,
): Promise<void> {
  const message = await contacts.noteTags(registry, before, await contents.countTags(registry.id));
  if (message) note(crawl, registry.name, { code: 'UPSTREAM_EMPTIED', message });
}

/** The repositories of one crawl being read. */
interface Reading {
  readonly parts: SyncParts;
  readonly flights: Singleflight;
  readonly registry: Registry;
  readonly crawl: Crawl;
  readonly call: CallOptions;
  readonly round: Round;
}

/** False when the registry was left alone before the end. Never leaves a reading of it behind when it throws. */
async function readEach(reading: Reading, keys: readonly number[]): Promise<boolean> {
  const { parts, registry, crawl, call, round } = reading;
  const upstream = await parts.clients.open(registry.id);
  const watch = createWatch(() => upstream.ping(call));
  const next = keys.values();
  let stop = false;
  const work = async (): Promise<void> => {
    for (const key of next) {
      if (stop || call.signal?.aborted) return;
      const failure = await readOne(reading, key);
      if (call.signal?.aborted) return;
      crawl.done += 1;
      if (failure) await noteRepository(parts, crawl, key, failure);
      // An account may well be let into some repositories and not into others.
      const isOfItself = !failure || failure.isPartial || failure.code === 'UPSTREAM_AUTH';
      if (await watch(isOfItself ? null : failure)) stop = true;
      round.isLimited ||= failure?.code === 'UPSTREAM_RATE_LIMITED';
      await writeProgress(parts, crawl);
    }
  };
  const stopAll = (error: unknown): never => {
    stop = true;
    throw error;
  };
  const outcomes = await Promise.allSettled(Array.from({ length: repositoriesAtATime }, () => work().catch(stopAll)));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return !stop;
}

async function readOne({ parts, flights, registry, call, round }: Reading, key: number): Promise<ReadProblem | null> {
  const confirmed = round.cutOff.get(key) ?? new Set();
  round.cutOff.set(key, confirmed);
  const read = (): Promise<ReadProblem | null> => refresh(parts, flights, registry, key, { ...call, confirmed });
  const first = await read();
  // The reading may have been a person's that this one joined, and a person is not kept waiting.
  const failure = first?.code === 'UPSTREAM_RATE_LIMITED' ? await read() : first;
  if (failure && !failure.isPartial) return failure;
  round.cutOff.delete(key);
  round.read.set(key, parts.timer.elapsed());
  return failure;
}

async function endCrawl(
  parts: SyncParts,
  registry: Registry,
  crawl: Crawl,
  state: JobState,
  isListed: boolean,
): Promise<void> {
  if (isListed && isWhole(state)) {
    await parts.registries.recordIndexed(registry.id, {
      at: parts.clock(),
      size: await parts.contents.measureRegistry(registry.id),
    });
  }
  const { done, total, failures, failureCount } = crawl;
  await parts.jobs.update(crawl.job.id, { state, done, total, failures, failureCount, finishedAt: parts.clock() });
  parts.log('crawled a registry', {
    registry: registry.name,
    state,
    repositories: done,
    of: total,
    failures: failureCount,
  });
}
