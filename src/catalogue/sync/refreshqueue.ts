import type { RepositoryName } from '../../domain/name.js';
import type { Timer } from '../../timer.js';

/** How often one thing is read again because it is said to have changed. */
export interface RefreshPace {
  /** Readings that follow each other at once, after a quiet time. */
  readonly burst: number;
  /** Milliseconds after which one more is allowed. */
  readonly gap: number;
}

/** A push of an index is a handful of notifications; a flood of them is one reading each ten seconds. */
export const defaultPace: RefreshPace = { burst: 5, gap: 10_000 };

/** Milliseconds by which sums of fractions may be off. */
const rounding = 0.001;

/**
 * A whole registry is left alone this many times as long as reading it took: a flood of hints keeps it no busier than
 * that.
 */
const restOfWhole = 10;

/**
 * Repositories of one registry that may wait for their reading; with more of them the registry is read whole in their
 * place.
 */
const maxWaiting = 200;

/** Things whose pace is remembered, before those that are quiet are forgotten. */
const rememberedSubjects = 1000;

/** One thing that is read again: a repository, or a whole registry when `name` is null. */
interface Subject {
  readonly registryId: string;
  readonly name: RepositoryName | null;
  readonly burst: number;
  /** Readings allowed now, as of `countedAt`. */
  allowed: number;
  countedAt: number;
  isRunning: boolean;
  /** As the timer counts; a repository does not rest. */
  restUntil: number;
  /** The first change that no reading covers. */
  changedAt: Date | null;
  /** Cancels the wait for the next reading; null while nothing waits. */
  cancelWait: (() => void) | null;
}

export interface RefreshQueue {
  /**
   * Has read again what changed at `at`: now, or as soon as its pace allows. Changes that come meanwhile are one
   * reading.
   */
  readonly schedule: (registryId: string, name: RepositoryName | null, at: Date) => void;
  /** Drops what waits. */
  stop(): void;
}

/** `read` never rejects. */
export function createRefreshQueue(
  read: (registryId: string, name: RepositoryName | null, at: Date) => Promise<void>,
  timer: Timer,
  pace: RefreshPace = defaultPace,
): RefreshQueue {
  const subjects = new Map<string, Subject>();
  let forgetAt = rememberedSubjects;
  let isStopped = false;

  const run = async (subject: Subject, at: Date): Promise<void> => {
    subject.allowed -= 1;
    subject.isRunning = true;
    subject.changedAt = null;
    const began = timer.elapsed();
    await read(subject.registryId, subject.name, at);
    subject.isRunning = false;
    if (subject.name === null) subject.restUntil = timer.elapsed() + restOfWhole * (timer.elapsed() - began);
    proceed(subject);
  };

  const proceed = (subject: Subject): void => {
    if (isStopped || subject.isRunning || subject.cancelWait || !subject.changedAt) return;
    refill(subject, pace, timer);
    const wait = Math.max(Math.ceil((1 - subject.allowed) * pace.gap - rounding), subject.restUntil - timer.elapsed());
    if (wait <= 0) return void run(subject, subject.changedAt);
    const wake = (): void => {
      subject.cancelWait = null;
      proceed(subject);
    };
    subject.cancelWait = timer.after(wait, wake);
  };

  const open = (registryId: string, name: RepositoryName | null): Subject => {
    const key = `${registryId} ${name ?? ''}`;
    const subject = subjects.get(key) ?? createSubject(registryId, name, pace, timer);
    subjects.set(key, subject);
    if (subjects.size > forgetAt) {
      forgetQuiet(subjects, pace, timer);
      forgetAt = Math.max(rememberedSubjects, 2 * subjects.size);
    }
    return subject;
  };

  const schedule = (registryId: string, name: RepositoryName | null, at: Date): void => {
    // The whole registry is still to be read, and this with it.
    if (subjects.get(`${registryId} `)?.changedAt) return;
    const subject = open(registryId, name);
    subject.changedAt ??= at;
    proceed(subject);
    if (name !== null && countOpen(subjects, registryId) > maxWaiting) {
      dropWaiting(subjects, registryId);
      schedule(registryId, null, at);
    }
  };

  return {
    schedule,
    stop() {
      isStopped = true;
      for (const subject of subjects.values()) subject.cancelWait?.();
    },
  };
}

/** Creates a subject. A whole registry gets no burst: reading it is worth many readings of a repository. */
function createSubject(registryId: string, name: RepositoryName | null, { burst }: RefreshPace, timer: Timer): Subject {
  const allowed = name === null ? 1 : burst;
  return {
    registryId,
    name,
    burst: allowed,
    allowed,
    countedAt: timer.elapsed(),
    isRunning: false,
    restUntil: 0,
    changedAt: null,
    cancelWait: null,
  };
}

function refill(subject: Subject, { gap }: RefreshPace, timer: Timer): void {
  const now = timer.elapsed();
  subject.allowed = Math.min(subject.burst, subject.allowed + (now - subject.countedAt) / gap);
  subject.countedAt = now;
}

function isOpen({ isRunning, changedAt }: Subject): boolean {
  return isRunning || changedAt !== null;
}

function countOpen(subjects: ReadonlyMap<string, Subject>, registryId: string): number {
  let count = 0;
  for (const subject of subjects.values())
    if (subject.registryId === registryId && subject.name !== null && isOpen(subject)) count += 1;
  return count;
}

function dropWaiting(subjects: ReadonlyMap<string, Subject>, registryId: string): void {
  for (const subject of subjects.values()) {
    if (subject.registryId !== registryId || subject.name === null) continue;
    subject.cancelWait?.();
    subject.cancelWait = null;
    subject.changedAt = null;
  }
}

function forgetQuiet(subjects: Map<string, Subject>, pace: RefreshPace, timer: Timer): void {
  for (const [key, subject] of subjects) {
    refill(subject, pace, timer);
    const isQuiet = !isOpen(subject) && subject.allowed >= subject.burst && subject.restUntil <= timer.elapsed();
    if (isQuiet) subjects.delete(key);
  }
}
