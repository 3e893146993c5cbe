import type { RepositoryName } from '../../domain/name.js';
import type { Notice } from '../../domain/notice.js';
import type { Timer } from '../../timer.js';
import {
  createPending,
  type PendingExpectation,
  type Expectation,
  postpone,
  type CheckOutcome,
  keyOfNotice,
} from './expectation.js';

/** Expectations of one registry that may be checked at once, and the milliseconds after which one more is allowed. */
const burst = 3000;
const gap = 10;

/** Of one repository; the oldest give way, and their repository is read whole in their place. */
const maxOfRepository = 1000;
/** Of one registry; beyond, the registry is read whole in place of what is new. */
const maxOfRegistry = 5000;
/** Those that are checked together: what they show is written together. */
const maxOfCheck = 200;
/** Milliseconds for which a repository is left alone after a check, at the most; else as long as the check took. */
const longestRest = 5000;

/** The expectations of one repository. */
interface PendingRepository {
  readonly registryId: string;
  readonly name: RepositoryName;
  /** By tag, or by digest where no tag was named; the oldest first. */
  readonly expected: Map<string, PendingExpectation>;
  isRunning: boolean;
  restUntil: number;
  wakeAt: number;
  cancelWait: (() => void) | null;
  isInLine: boolean;
}

/** How many checks one registry may still be asked for, and which repositories wait for them. */
interface CheckBudget {
  checks: number;
  countedAt: number;
  /** Expectations of all its repositories. */
  expected: number;
  /**
   * Repositories that would be checked now, the first to come first. One timer wakes them: there may be thousands.
   */
  readonly line: PendingRepository[];
  cancelWait: (() => void) | null;
}

export interface ExpectationParts {
  /** Asks the registry for these. Never rejects. What it returns no outcome for counts as missing. */
  readonly check: (
    registryId: string,
    name: RepositoryName,
    expected: readonly Expectation[],
  ) => Promise<ReadonlyMap<Expectation, CheckOutcome>>;
  /** Has the repository, or the registry, read whole: checks do not find what is expected, or would be too many. */
  readonly readWhole: (registryId: string, name: RepositoryName | null, at: Date) => void;
  /** Logs what did not show, though it was checked to the end. */
  readonly logMissed: (registryId: string, missed: readonly Notice[]) => void;
  readonly timer: Timer;
}

/** The tags and digests that notifications told of, which are checked until they show. */
export class Expectations {
  readonly #parts: ExpectationParts;
  readonly #repositories = new Map<string, PendingRepository>();
  readonly #budgets = new Map<string, CheckBudget>();
  #isStopped = false;

  constructor(parts: ExpectationParts) {
    this.#parts = parts;
  }

  /**
   * Has a tag or a digest checked now, and again until it shows; of one tag only the last notice counts. `onMissed` is
   * called when it never did.
   */
  expect(registryId: string, notice: Notice, at: Date, onMissed: () => void): void {
    const { timer, readWhole } = this.#parts;
    if (this.#refillBudget(registryId).expected >= maxOfRegistry) {
      queueMicrotask(onMissed);
      return readWhole(registryId, null, at);
    }
    const key = keyOf(registryId, notice.repository);
    const repository = this.#repositories.get(key) ?? createRepository(registryId, notice.repository);
    this.#repositories.set(key, repository);
    const former = repository.expected.get(keyOfNotice(notice));
    this.#add(repository, createPending(former, notice, at, onMissed, timer.elapsed()));
    const wakesLater =
      repository.cancelWait === null || repository.wakeAt > Math.max(timer.elapsed(), repository.restUntil);
    if (!repository.isInLine && wakesLater) this.#proceed(repository);
  }

  /** Drops what waits. */
  stop(): void {
    this.#isStopped = true;
    for (const { cancelWait } of [...this.#repositories.values(), ...this.#budgets.values()]) cancelWait?.();
  }

  /** Checks now where something is due, else waits for the next. */
  #proceed(repository: PendingRepository): void {
    if (this.#isStopped || repository.isRunning) return;
    repository.cancelWait?.();
    repository.cancelWait = null;
    const { timer } = this.#parts;
    const now = timer.elapsed();
    const isEmpty = repository.expected.size === 0;
    const wakeAt = isEmpty ? repository.restUntil : Math.max(nextDue(repository), repository.restUntil);
    if (wakeAt > now) {
      repository.wakeAt = wakeAt;
      repository.cancelWait = timer.after(wakeAt - now, () => this.#proceed(repository));
    } else if (isEmpty) {
      this.#repositories.delete(keyOf(repository.registryId, repository.name));
    } else if (!repository.isInLine) {
      repository.isInLine = true;
      this.#refillBudget(repository.registryId).line.push(repository);
      this.#serveLine(repository.registryId);
    }
  }

  /** Checks those in line, as far as the registry may be asked. */
  #serveLine(registryId: string): void {
    const budget = this.#refillBudget(registryId);
    if (this.#isStopped || budget.cancelWait) return;
    const { timer } = this.#parts;
    while (budget.checks >= 1 && budget.line.length > 0) {
      const repository = budget.line.shift()!;
      repository.isInLine = false;
      const due = [...repository.expected.values()].filter(({ dueAt }) => dueAt <= timer.elapsed());
      const checked = due.slice(0, Math.min(maxOfCheck, Math.floor(budget.checks)));
      budget.checks -= checked.length;
      void this.#run(repository, checked);
    }
    if (budget.line.length === 0) return;
    budget.cancelWait = timer.after(Math.ceil((1 - budget.checks) * gap), () => {
      budget.cancelWait = null;
      this.#serveLine(registryId);
    });
  }

  async #run(repository: PendingRepository, checked: readonly PendingExpectation[]): Promise<void> {
    const { timer, check } = this.#parts;
    const began = timer.elapsed();
    repository.isRunning = true;
    const outcomes = await check(repository.registryId, repository.name, checked);
    repository.isRunning = false;
    repository.restUntil = timer.elapsed() + Math.min(timer.elapsed() - began, longestRest);
    this.#conclude(repository, checked, outcomes);
    this.#proceed(repository);
  }

  /** Drops or postpones what was checked. The check says nothing of what was expected anew since it began. */
  #conclude(
    repository: PendingRepository,
    checked: readonly PendingExpectation[],
    outcomes: ReadonlyMap<Expectation, CheckOutcome>,
  ): void {
    const { timer, readWhole, logMissed } = this.#parts;
    const missed: Notice[] = [];
    for (const pending of checked) {
      if (repository.expected.get(keyOfNotice(pending.notice)) !== pending) continue;
      const outcome = outcomes.get(pending) ?? 'missing';
      if (outcome === 'shown' || (outcome === 'other' && pending.isLast)) this.#drop(repository, pending);
      else if (outcome === 'unreadable' || pending.isLast || !postpone(pending, outcome, timer.elapsed())) {
        this.#giveUp(repository, pending);
        if (outcome === 'missing') missed.push(pending.notice);
        else readWhole(repository.registryId, repository.name, pending.at);
      }
    }
    if (missed.length > 0) logMissed(repository.registryId, missed);
  }

  #add(repository: PendingRepository, pending: PendingExpectation): void {
    const subject = keyOfNotice(pending.notice);
    if (!repository.expected.delete(subject)) this.#refillBudget(repository.registryId).expected += 1;
    repository.expected.set(subject, pending);
    if (repository.expected.size <= maxOfRepository) return;
    const [oldest] = repository.expected.values();
    this.#giveUp(repository, oldest!);
    this.#parts.readWhole(repository.registryId, repository.name, oldest!.at);
  }

  /** Forgets that the registry told of it: should it tell of it again, that counts. */
  #giveUp(repository: PendingRepository, pending: PendingExpectation): void {
    this.#drop(repository, pending);
    queueMicrotask(() => pending.onMissed.forEach((call) => call()));
  }

  #drop(repository: PendingRepository, pending: PendingExpectation): void {
    repository.expected.delete(keyOfNotice(pending.notice));
    this.#refillBudget(repository.registryId).expected -= 1;
  }

  /** Returns the registry's budget, with the checks that time has allowed since. */
  #refillBudget(registryId: string): CheckBudget {
    const now = this.#parts.timer.elapsed();
    const budget = this.#budgets.get(registryId) ?? createBudget(now);
    this.#budgets.set(registryId, budget);
    budget.checks = Math.min(burst, budget.checks + (now - budget.countedAt) / gap);
    budget.countedAt = now;
    return budget;
  }
}

function keyOf(registryId: string, name: RepositoryName): string {
  return `${registryId} ${name}`;
}

function createBudget(now: number): CheckBudget {
  return { checks: burst, countedAt: now, expected: 0, line: [], cancelWait: null };
}

function createRepository(registryId: string, name: RepositoryName): PendingRepository {
  return {
    registryId,
    name,
    expected: new Map(),
    isRunning: false,
    restUntil: 0,
    wakeAt: 0,
    cancelWait: null,
    isInLine: false,
  };
}

function nextDue(repository: PendingRepository): number {
  let next = Infinity;
  for (const { dueAt } of repository.expected.values()) next = Math.min(next, dueAt);
  return next;
}
