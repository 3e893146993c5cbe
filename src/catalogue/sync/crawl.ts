import { isWhole, type JobState } from '../../domain/job.js';
import type { Registry } from '../../domain/registry.js';
import type { CallOptions } from '../../upstream/upstream.js';
import { createWatch } from '../freshness.js';
import type { CrawlJob, CrawlJobParts } from './crawljob.js';
import type { Indexer } from './indexer.js';
import type { IndexerParts, ReadProblem } from './reading.js';
import type { RepositorySync } from './repositorysync.js';
import type { Round, Rounds } from './rounds.js';

/** Repositories of a registry that are read at a time; the registry's own limit bounds the requests. */
const repositoriesAtATime = 4;

export interface CrawlParts extends IndexerParts, CrawlJobParts {
  readonly indexer: Indexer;
  readonly repositorySync: RepositorySync;
  readonly rounds: Rounds;
}

/** One crawl: reads a registry whole, first which repositories there are, then each of them. */
export class Crawl {
  readonly #parts: CrawlParts;
  readonly #registry: Registry;
  readonly #job: CrawlJob;
  readonly #signal: AbortSignal;
  readonly #call: CallOptions;
  #requests = 0;

  constructor(parts: CrawlParts, registry: Registry, job: CrawlJob, signal: AbortSignal) {
    this.#parts = parts;
    this.#registry = registry;
    this.#job = job;
    this.#signal = signal;
    this.#call = { signal, isPatient: true, isBackground: true, onRequest: () => void this.#requests++ };
  }

  /** Resolves with the state that the job ended in. Rejects only for a fault that is not the registry's. */
  async run(): Promise<JobState> {
    const { clock, contents, indexer, rounds } = this.#parts;
    const [job, registry, signal] = [this.#job, this.#registry, this.#signal];
    const startedAt = clock();
    const tagsBefore = await contents.countTags(registry.id);
    const problem = await indexer.readNames(registry, this.#call);
    if (problem && !signal.aborted) job.note(registry.name, problem);
    // Without its catalogue the repositories that are known are read: by a listing before, or because somebody asked
    // for them.
    const isReadable = problem === null || problem.isPartial;
    const due = isReadable ? await rounds.listDue(registry, startedAt) : [];
    job.total = due.length;
    const round = isReadable ? rounds.open(registry.id) : null;
    const isRead = round !== null && (await this.#readEach(due, round));
    if (round) round.requests += this.#requests;
    if (isRead && !signal.aborted) rounds.close(registry.id);
    const ended = job.failureCount > 0 ? 'PARTIALLY_FAILED' : 'SUCCEEDED';
    const state = signal.aborted ? 'CANCELLED' : isRead ? ended : 'FAILED';
    if (isReadable && !signal.aborted) await this.#noteLoss(tagsBefore);
    // A catalogue that failed may name repositories that were not read: this is no reading of all of it.
    const isListed = problem === null || problem.code === 'UPSTREAM_UNSUPPORTED';
    await this.#end(state, isListed, round?.requests ?? this.#requests);
    return state;
  }

  /** Nothing failed, and yet somebody should look: a volume that is not mounted looks like an empty registry. */
  async #noteLoss(before: number): Promise<void> {
    const { contents, contacts } = this.#parts;
    const message = await contacts.noteTags(this.#registry, before, await contents.countTags(this.#registry.id));
    if (message) this.#job.note(this.#registry.name, { code: 'UPSTREAM_EMPTIED', message });
  }

  /** Resolves with false when the registry was left alone before the end. Leaves no reading behind when it throws. */
  async #readEach(keys: readonly number[], round: Round): Promise<boolean> {
    const upstream = await this.#parts.clients.open(this.#registry.id);
    const watch = createWatch(() => upstream.ping(this.#call));
    const next = keys.values();
    let stop = false;
    const work = async (): Promise<void> => {
      for (const key of next) {
        if (stop || this.#signal.aborted) return;
        const failure = await this.#readOne(key, round);
        if (this.#signal.aborted) return;
        this.#job.done += 1;
        if (failure) await this.#job.noteRepository(key, failure);
        // An account may well be let into some repositories and not into others.
        const isOfItself = !failure || failure.isPartial || failure.code === 'UPSTREAM_AUTH';
        if (await watch(isOfItself ? null : failure)) stop = true;
        round.isLimited ||= failure?.code === 'UPSTREAM_RATE_LIMITED';
        await this.#job.writeProgress();
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

  async #readOne(key: number, round: Round): Promise<ReadProblem | null> {
    const { repositorySync, timer } = this.#parts;
    const confirmed = round.cutOff.get(key) ?? new Set();
    round.cutOff.set(key, confirmed);
    const read = (): Promise<ReadProblem | null> =>
      repositorySync.sync(this.#registry, key, { ...this.#call, confirmed });
    const first = await read();
    // The reading may have been a person's that this one joined, and a person is not kept waiting.
    const failure = first?.code === 'UPSTREAM_RATE_LIMITED' ? await read() : first;
    if (failure && !failure.isPartial) return failure;
    round.cutOff.delete(key);
    round.read.set(key, timer.elapsed());
    return failure;
  }

  async #end(state: JobState, isListed: boolean, requests: number): Promise<void> {
    const { registries, contents, clock, log } = this.#parts;
    const { id, name } = this.#registry;
    if (isListed && isWhole(state)) {
      await registries.recordIndexed(id, clock(), await contents.measureRegistry(id), requests);
    }
    await this.#job.end(state);
    const { done, total, failureCount } = this.#job;
    log('crawled a registry', { registry: name, state, repositories: done, of: total, failures: failureCount });
  }
}
