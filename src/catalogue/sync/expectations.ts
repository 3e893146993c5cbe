import type { RepositoryName } from '../../domain/name.js';
import type { Notice } from '../../domain/notice.js';
import type { Timer } from '../../timer.js';
import {
  createPending,
  type PendingExpectation,
  type Expectation,
  postpone,
  type Finding,
  subjectOf,
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

interface State {
  readonly parts: ExpectationParts;
  readonly repositories: Map<string, PendingRepository>;
  readonly budgets: Map<string, CheckBudget>;
  isStopped: boolean;
}

export interface ExpectationParts {
  /** Asks the registry for these. Never rejects. What it returns no finding for counts as missing. */
  readonly check: (
    registryId: string,
    name: RepositoryName,
    expected: readonly Expectation[],
  ) => Promise<ReadonlyMap<Expectation, Finding>>;
  /** Has the repository, or the registry, read whole: checks do not find what is expected, or would be too many. */
  readonly readWhole: (registryId: string, name: RepositoryName | null, at: Date) => void;
  /** Logs what did not show, though it was checked to the end. */
  readonly logMissed: (registryId: string, missed: readonly Notice[]) => void;
  readonly timer: Timer;
}

export interface Expectations {
  /**
   * Has a tag or a digest checked now, and again until it shows; of one tag only the last notice counts. `onMissed`
   * is called when it never did.
   */
  expect(registryId: string, notice: Notice, at: Date, onMissed: () => void): void;
  /** Drops what waits. */
  stop(): void;
}

export function createExpectations(parts: ExpectationParts): Expectations {
  const { timer } = parts;
  const state: State = { parts, repositories: new Map(), budgets: new Map(), isStopped: false };
  return {
    expect(registryId, notice, at, onMissed) {
      const budget = refillBudget(state, registryId);
      if (budget.expected >= maxOfRegistry) {
        queueMicrotask(onMissed);
        return parts.readWhole(registryId, null, at);
      }
      const key = keyOf(registryId, notice.repository);
      const repository = state.repositories.get(key) ?? createRepository(registryId, notice.repository);
      state.repositories.set(key, repository);
      const former = repository.expected.get(subjectOf(notice));
      add(parts, repository, createPending(former, notice, at, onMissed, timer.elapsed()), budget);
      const wakesLater =
        repository.cancelWait === null || repository.wakeAt > Math.max(timer.elapsed(), repository.restUntil);
      if (!repository.isInLine && wakesLater) proceed(state, repository);
    },
    stop() {
      state.isStopped = true;
      for (const { cancelWait } of [...state.repositories.values(), ...state.budgets.values()]) cancelWait?.();
    },
  };
}

/** Checks now where something is due, else waits for the next. */
function proceed(state: State, repository: PendingRepository): void {
  if (state.isStopped || repository.isRunning) return;
  repository.cancelWait?.();
  repository.cancelWait = null;
  const { timer } = state.parts;
  const now = timer.elapsed();
  const wakeAt =
    repository.expected.size === 0 ? repository.restUntil : Math.max(nextDue(repository), repository.restUntil);
  if (wakeAt > now) {
    repository.wakeAt = wakeAt;
    repository.cancelWait = timer.after(wakeAt - now, () => proceed(state, repository));
  } else if (repository.expected.size === 0) {
    state.repositories.delete(keyOf(repository.registryId, repository.name));
  } else if (!repository.isInLine) {
    repository.isInLine = true;
    const budget = refillBudget(state, repository.registryId);
    budget.line.push(repository);
    serve(state, repository.registryId, budget);
  }
}

/** Checks those in line, as far as the registry may be asked. */
function serve(state: State, registryId: string, budget: CheckBudget): void {
  if (state.isStopped || budget.cancelWait) return;
  const { timer } = state.parts;
  refillBudget(state, registryId);
  while (budget.checks >= 1 && budget.line.length > 0) {
    const repository = budget.line.shift()!;
    repository.isInLine = false;
    const due = [...repository.expected.values()].filter(({ dueAt }) => dueAt <= timer.elapsed());
    const checked = due.slice(0, Math.min(maxOfCheck, Math.floor(budget.checks)));
    budget.checks -= checked.length;
    void run(state, repository, checked);
  }
  if (budget.line.length === 0) return;
  budget.cancelWait = timer.after(Math.ceil((1 - budget.checks) * gap), () => {
    budget.cancelWait = null;
    serve(state, registryId, budget);
  });
}

async function run(state: State, repository: PendingRepository, checked: readonly PendingExpectation[]): Promise<void> {
  const { timer, check } = state.parts;
  const began = timer.elapsed();
  repository.isRunning = true;
  const findings = await check(repository.registryId, repository.name, checked);
  repository.isRunning = false;
  repository.restUntil = timer.elapsed() + Math.min(timer.elapsed() - began, longestRest);
  judge(state.parts, repository, checked, findings, refillBudget(state, repository.registryId));
  proceed(state, repository);
}

function keyOf(registryId: string, name: RepositoryName): string {
  return `${registryId} ${name}`;
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

function add(
  parts: ExpectationParts,
  repository: PendingRepository,
  pending: PendingExpectation,
  budget: CheckBudget,
): void {
  const subject = subjectOf(pending.notice);
  if (!repository.expected.delete(subject)) budget.expected += 1;
  repository.expected.set(subject, pending);
  if (repository.expected.size <= maxOfRepository) return;
  const [oldest] = repository.expected.values();
  giveUp(repository, oldest!, budget);
  parts.readWhole(repository.registryId, repository.name, oldest!.at);
}

/** Forgets that the registry told of it: should it tell of it again, that counts. */
function giveUp(repository: PendingRepository, pending: PendingExpectation, budget: CheckBudget): void {
  drop(repository, pending, budget);
  queueMicrotask(() => pending.onMissed.forEach((call) => call()));
}

function drop(repository: PendingRepository, pending: PendingExpectation, budget: CheckBudget): void {
  repository.expected.delete(subjectOf(pending.notice));
  budget.expected -= 1;
}

/** Concludes a check. It says nothing of what was expected anew since it began. */
function judge(
  { timer, readWhole, logMissed }: ExpectationParts,
  repository: PendingRepository,
  checked: readonly PendingExpectation[],
  findings: ReadonlyMap<Expectation, Finding>,
  budget: CheckBudget,
): void {
  const missed: Notice[] = [];
  for (const pending of checked) {
    if (repository.expected.get(subjectOf(pending.notice)) !== pending) continue;
    const finding = findings.get(pending) ?? 'missing';
    if (finding === 'shown' || (finding === 'other' && pending.isLast)) drop(repository, pending, budget);
    else if (finding === 'unreadable' || pending.isLast || !postpone(pending, finding, timer.elapsed())) {
      giveUp(repository, pending, budget);
      if (finding === 'missing') missed.push(pending.notice);
      else readWhole(repository.registryId, repository.name, pending.at);
    }
  }
  if (missed.length > 0) logMissed(repository.registryId, missed);
}

function nextDue(repository: PendingRepository): number {
  let next = Infinity;
  for (const { dueAt } of repository.expected.values()) next = Math.min(next, dueAt);
  return next;
}

function refillBudget({ budgets, parts: { timer } }: State, registryId: string): CheckBudget {
  const now = timer.elapsed();
  const budget = budgets.get(registryId) ?? {
    checks: burst,
    countedAt: now,
    expected: 0,
    line: [],
    cancelWait: null,
  };
  budgets.set(registryId, budget);
  budget.checks = Math.min(burst, budget.checks + (now - budget.countedAt) / gap);
  budget.countedAt = now;
  return budget;
}
