import type { Registry } from '../../domain/registry.js';
import type { RegistryStore } from '../../store/registries/registries.js';
import type { Leases } from '../../store/leases/leases.js';
import type { RegistryState } from '../../store/registries/state.js';
import { repeat, type Timer } from '../../timer.js';
import type { Crawls } from './crawls.js';
import { isDue } from '../freshness.js';
import type { UpstreamClients } from '../clients.js';
import type { BackgroundTasks } from '../tasks.js';

/** Milliseconds between two checks of which registries are due: after one was used, and without that. */
const tick = 250;
const idleTick = 5000;

/**
 * Seconds after which a registry that nobody uses is crawled all the same: as many as its last crawl took requests, so
 * that it costs one a second at the most. Notifications are followed at once, however large it is.
 */
const idleInterval = { shortest: 300, longest: 86_400 };

export interface ScheduleParts {
  readonly registries: RegistryStore;
  readonly clients: UpstreamClients;
  readonly crawls: Pick<Crawls, 'crawlDue' | 'isRunning' | 'makeRoom' | 'slots'>;
  readonly leases: Pick<Leases, 'isShared'>;
  readonly clock: () => Date;
  readonly timer: Timer;
  readonly tasks: BackgroundTasks;
  readonly stopping: AbortSignal;
}

/** Begins the crawl of each registry that is due, as the slots allow: see Slots. */
export interface Schedule {
  /** Begins what is due now, and from then on whatever becomes due. */
  start(): void;
  stop(): void;
  /** Notes that somebody read from this registry, which makes it due after its own `maxAge`. */
  markUsed(registryId: string): void;
  /**
   * Returns when the registry is crawled next if nobody reads from it before, by any gateway of the database; the time
   * now, where it is due, or to be read on because somebody did. null: nothing is scheduled, before the start and after
   * the stop.
   */
  nextAttemptAt(registry: Registry, state: RegistryState): Promise<Date | null>;
}

export function createSchedule(parts: ScheduleParts): Schedule {
  const { registries, crawls, timer, tasks, stopping } = parts;
  const used = new Set<string>();
  let checkedAt = -Infinity;
  let isChecking = false;
  let stopTicking: (() => void) | null = null;

  const crawlDue = async (): Promise<void> => {
    checkedAt = timer.elapsed();
    const usedBefore = new Set(used);
    used.clear();
    const due = await listDue(parts, await registries.list(), usedBefore);
    if (stopping.aborted) return;
    for (const registry of due) {
      const isStillDue = (state: RegistryState): boolean =>
        isUnread(state) || isOverdue(state, intervalOf(registry, state, usedBefore.has(registry.id)), parts.clock());
      if (crawls.slots.hasRoom(registry.id)) void tasks.add(crawls.crawlDue(registry, isStillDue));
      // It is checked again at the next tick.
      else if (usedBefore.has(registry.id)) used.add(registry.id);
    }
    if (due.some(({ id }) => !crawls.isRunning(id))) crawls.makeRoom();
  };
  const onTick = (): void => {
    if (isChecking || (used.size === 0 && timer.elapsed() - checkedAt < idleTick)) return;
    isChecking = true;
    void tasks.add(crawlDue().finally(() => (isChecking = false)));
  };

  return {
    start() {
      stopTicking = repeat(timer, tick, onTick);
      onTick();
    },
    stop() {
      stopTicking?.();
      stopTicking = null;
    },
    markUsed: (registryId) => void used.add(registryId),
    async nextAttemptAt(registry, state) {
      if (stopTicking === null) return null;
      const isReadOn = used.has(registry.id) && isOld(parts, registry, state, true);
      return planNext(parts, registry, isReadOn ? 0 : timeLeft(parts, registry, state));
    },
  };
}

/** Returns the registries to crawl. The one that waits longest comes first, so that one given up is the last. */
async function listDue(
  parts: ScheduleParts,
  registries: readonly Registry[],
  used: ReadonlySet<string>,
): Promise<Registry[]> {
  const { crawls } = parts;
  const states = await parts.registries.states(registries.map(({ id }) => id));
  const due: Registry[] = [];
  for (const registry of registries) {
    const state = states.get(registry.id);
    if (state && (await mayBegin(parts, registry.id)) && isOld(parts, registry, state, used.has(registry.id)))
      due.push(registry);
  }
  const waits = new Map(due.map(({ id }) => [id, crawls.slots.sinceLast(id)]));
  return due.sort((a, b) => compareWaits(waits.get(a.id)!, waits.get(b.id)!));
}

/** Returns false while the registry is left alone: a crawl would only fail. */
async function mayBegin({ crawls, clients }: ScheduleParts, registryId: string): Promise<boolean> {
  if (crawls.isRunning(registryId) || crawls.slots.isResting(registryId)) return false;
  return ((await clients.outageOf(registryId))?.restMs ?? 0) === 0;
}

/**
 * Returns whether the registry was last read long enough ago. The clock may stand or step, so that the timer, which
 * knows how long ago the last crawl began, also makes it due.
 */
function isOld({ crawls, clock }: ScheduleParts, registry: Registry, state: RegistryState, isUsed: boolean): boolean {
  const interval = intervalOf(registry, state, isUsed);
  return (
    isUnread(state) || isOverdue(state, interval, clock()) || crawls.slots.sinceLast(registry.id) >= interval * 1000
  );
}

/**
 * Returns the milliseconds until `isOld` holds of a registry that nobody uses. Of several gateways each knows by its
 * timer of its own crawls alone: then what is stored says when the last one was, and the next is due by that.
 */
function timeLeft({ crawls, clock, leases }: ScheduleParts, registry: Registry, state: RegistryState): number {
  const now = clock();
  const interval = intervalOf(registry, state, false);
  const readAt = latest(state.namesConfirmedAt, state.namesError?.at ?? null);
  if (readAt === null || isUnread(state) || isOverdue(state, interval, now)) return 0;
  const byClock = readAt.getTime() + interval * 1000 - now.getTime();
  const byTimer = leases.isShared ? Infinity : interval * 1000 - crawls.slots.sinceLast(registry.id);
  return Math.max(0, Math.min(byClock, byTimer));
}

/** A registry that is left alone is not crawled before that is over: see `mayBegin`. */
async function planNext({ crawls, clients, clock }: ScheduleParts, { id }: Registry, left: number): Promise<Date> {
  const restMs = (await clients.outageOf(id))?.restMs ?? 0;
  return new Date(clock().getTime() + Math.max(left, restMs, crawls.slots.restOf(id)));
}

function intervalOf({ maxAge }: Registry, { crawlRequests }: RegistryState, isUsed: boolean): number {
  const { shortest, longest } = idleInterval;
  return isUsed ? maxAge : Math.max(maxAge, Math.min(Math.max(crawlRequests ?? 0, shortest), longest));
}

function isUnread({ indexedAt, namesError }: RegistryState): boolean {
  return indexedAt === null && namesError === null;
}

/** By the clock alone, which all gateways of a database have more or less in common. */
function isOverdue({ namesConfirmedAt, namesError }: RegistryState, interval: number, now: Date): boolean {
  return isDue(latest(namesConfirmedAt, namesError?.at ?? null), interval, now);
}

function latest(a: Date | null, b: Date | null): Date | null {
  return a && b ? (a > b ? a : b) : (a ?? b);
}

/** The longer first; two that were never crawled wait alike. */
function compareWaits(a: number, b: number): number {
  return a === b ? 0 : b - a;
}
