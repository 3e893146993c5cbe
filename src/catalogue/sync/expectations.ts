import type { RepositoryName } from '../../domain/name.js';
import type { Notice } from '../../domain/notice.js';
import type { Timer } from '../../timer.js';
import { createEntry, type Entry, type Expectation, postpone, type Sight, subjectOf } from './expectation.js';

/** Looks of one registry that may follow each other at once, and the milliseconds after which one more is allowed. */
const burst = 3000;
const gap = 10;

/** Of one repository; the oldest give way, and their repository is read whole in their place. */
const maxOfRepository = 1000;
/** Of one registry; beyond, the registry is read whole in place of what is new. */
const maxOfRegistry = 5000;
/** That are looked at together: what they show is written together. */
const maxOfLook = 200;
/** Milliseconds that a repository is left alone after a look, at the most; else as long as the look took. */
const longestRest = 5000;

/** The expectations of one repository. */
interface Place {
  readonly registryId: string;
  readonly name: RepositoryName;
  /** By tag, or by digest where no tag was named; the oldest first. */
  readonly entries: Map<string, Entry>;
  isRunning: boolean;
  restUntil: number;
  wakeAt: number;
  cancelWait: (() => void) | null;
  isInLine: boolean;
}

/** What one registry may still be asked, and who waits for that. */
interface Allowance {
  looks: number;
  countedAt: number;
  /** Expectations of all its repositories. */
  expected: number;
  /**
   * Repositories that would be looked at now, the first to come first. One timer wakes them: there may be thousands.
   */
  readonly line: Place[];
  cancelWait: (() => void) | null;
}

interface State {
  readonly parts: ExpectationParts;
  readonly places: Map<string, Place>;
  readonly allowances: Map<string, Allowance>;
  isStopped: boolean;
}

export interface ExpectationParts {
  /** Never rejects. What has no sight counts as missing. */
  readonly look: (
    registryId: string,
    name: RepositoryName,
    expected: readonly Expectation[],
  ) => Promise<ReadonlyMap<Expectation, Sight>>;
  /** Looks do not find it, or are too many: the repository, or the registry, is to be read whole. */
  readonly readWhole: (registryId: string, name: RepositoryName | null, at: Date) => void;
  /** These did not show, though they were looked for to the end. */
  readonly logMissed: (registryId: string, missed: readonly Notice[]) => void;
  readonly timer: Timer;
}

export interface Expectations {
  /**
   * A tag or a digest is looked for now, and again until it shows; of one tag only the last notice counts. `onMissed`
   * is called when it never did.
   */
  expect(registryId: string, notice: Notice, at: Date, onMissed: () => void): void;
  /** Drops what waits. */
  stop(): void;
}

export function createExpectations(parts: ExpectationParts): Expectations {
  const { timer } = parts;
  const state: State = { parts, places: new Map(), allowances: new Map(), isStopped: false };
  return {
    expect(registryId, notice, at, onMissed) {
      const allowance = countAllowance(state, registryId);
      if (allowance.expected >= maxOfRegistry) {
        queueMicrotask(onMissed);
        return parts.readWhole(registryId, null, at);
      }
      const key = keyOf(registryId, notice.repository);
      const place = state.places.get(key) ?? openPlace(registryId, notice.repository);
      state.places.set(key, place);
      const former = place.entries.get(subjectOf(notice));
      addEntry(parts, place, createEntry(former, notice, at, onMissed, timer.elapsed()), allowance);
      const wakesLater = place.cancelWait === null || place.wakeAt > Math.max(timer.elapsed(), place.restUntil);
      if (!place.isInLine && wakesLater) proceed(state, place);
    },
    stop() {
      state.isStopped = true;
      for (const { cancelWait } of [...state.places.values(), ...state.allowances.values()]) cancelWait?.();
    },
  };
}

/** Looks now where something is due, else waits for the next. */
function proceed(state: State, place: Place): void {
  if (state.isStopped || place.isRunning) return;
  place.cancelWait?.();
  place.cancelWait = null;
  const { timer } = state.parts;
  const now = timer.elapsed();
  const wakeAt = place.entries.size === 0 ? place.restUntil : Math.max(nextDue(place), place.restUntil);
  if (wakeAt > now) {
    place.wakeAt = wakeAt;
    place.cancelWait = timer.after(wakeAt - now, () => proceed(state, place));
  } else if (place.entries.size === 0) {
    state.places.delete(keyOf(place.registryId, place.name));
  } else if (!place.isInLine) {
    place.isInLine = true;
    const allowance = countAllowance(state, place.registryId);
    allowance.line.push(place);
    serve(state, place.registryId, allowance);
  }
}

/** Lets those in line look, as far as the registry may be asked. */
function serve(state: State, registryId: string, allowance: Allowance): void {
  if (state.isStopped || allowance.cancelWait) return;
  const { timer } = state.parts;
  countAllowance(state, registryId);
  while (allowance.looks >= 1 && allowance.line.length > 0) {
    const place = allowance.line.shift()!;
    place.isInLine = false;
    const due = [...place.entries.values()].filter(({ dueAt }) => dueAt <= timer.elapsed());
    const looked = due.slice(0, Math.min(maxOfLook, Math.floor(allowance.looks)));
    allowance.looks -= looked.length;
    void run(state, place, looked);
  }
  if (allowance.line.length === 0) return;
  allowance.cancelWait = timer.after(Math.ceil((1 - allowance.looks) * gap), () => {
    allowance.cancelWait = null;
    serve(state, registryId, allowance);
  });
}

async function run(state: State, place: Place, looked: readonly Entry[]): Promise<void> {
  const { timer, look } = state.parts;
  const began = timer.elapsed();
  place.isRunning = true;
  const sights = await look(place.registryId, place.name, looked);
  place.isRunning = false;
  place.restUntil = timer.elapsed() + Math.min(timer.elapsed() - began, longestRest);
  judge(state.parts, place, looked, sights, countAllowance(state, place.registryId));
  proceed(state, place);
}

function keyOf(registryId: string, name: RepositoryName): string {
  return `${registryId} ${name}`;
}

function openPlace(registryId: string, name: RepositoryName): Place {
  return {
    registryId,
    name,
    entries: new Map(),
    isRunning: false,
    restUntil: 0,
    wakeAt: 0,
    cancelWait: null,
    isInLine: false,
  };
}

function addEntry(parts: ExpectationParts, place: Place, entry: Entry, allowance: Allowance): void {
  const subject = subjectOf(entry.notice);
  if (!place.entries.delete(subject)) allowance.expected += 1;
  place.entries.set(subject, entry);
  if (place.entries.size <= maxOfRepository) return;
  const [oldest] = place.entries.values();
  giveUp(place, oldest!, allowance);
  parts.readWhole(place.registryId, place.name, oldest!.at);
}

/** Forgets that it was told of: should it be told again, that counts. */
function giveUp(place: Place, entry: Entry, allowance: Allowance): void {
  drop(place, entry, allowance);
  queueMicrotask(() => entry.onMissed.forEach((call) => call()));
}

function drop(place: Place, entry: Entry, allowance: Allowance): void {
  place.entries.delete(subjectOf(entry.notice));
  allowance.expected -= 1;
}

/** What is expected anew since the look began is not judged by it. */
function judge(
  { timer, readWhole, logMissed }: ExpectationParts,
  place: Place,
  looked: readonly Entry[],
  sights: ReadonlyMap<Expectation, Sight>,
  allowance: Allowance,
): void {
  const missed: Notice[] = [];
  for (const entry of looked) {
    if (place.entries.get(subjectOf(entry.notice)) !== entry) continue;
    const sight = sights.get(entry) ?? 'missing';
    if (sight === 'shown' || (sight === 'other' && entry.isLast)) drop(place, entry, allowance);
    else if (sight === 'unreadable' || entry.isLast || !postpone(entry, sight, timer.elapsed())) {
      giveUp(place, entry, allowance);
      if (sight === 'missing') missed.push(entry.notice);
      else readWhole(place.registryId, place.name, entry.at);
    }
  }
  if (missed.length > 0) logMissed(place.registryId, missed);
}

function nextDue(place: Place): number {
  let next = Infinity;
  for (const { dueAt } of place.entries.values()) next = Math.min(next, dueAt);
  return next;
}

function countAllowance({ allowances, parts: { timer } }: State, registryId: string): Allowance {
  const now = timer.elapsed();
  const allowance = allowances.get(registryId) ?? {
    looks: burst,
    countedAt: now,
    expected: 0,
    line: [],
    cancelWait: null,
  };
  allowances.set(registryId, allowance);
  allowance.looks = Math.min(burst, allowance.looks + (now - allowance.countedAt) / gap);
  allowance.countedAt = now;
  return allowance;
}
