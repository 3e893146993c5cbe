import type { Registry } from '../../domain/registry.js';
import type { RegistryStore } from '../../store/registries/registries.js';
import type { RegistryState } from '../../store/registries/state.js';
import { repeat, type Timer } from '../../timer.js';
import type { Crawls } from './crawl.js';
import { isDue } from '../freshness.js';
import type { UpstreamClients } from '../clients.js';
import type { BackgroundTasks } from '../tasks.js';

/** Milliseconds between two looks at what is to be done: after a reader came, and without one. */
const tick = 250;
const idleTick = 5000;

/** Seconds after which a registry nobody reads is crawled all the same. */
const idleInterval = 300;

export interface ScheduleParts {
  readonly registries: RegistryStore;
  readonly clients: UpstreamClients;
  readonly crawls: Crawls;
  readonly clock: () => Date;
  readonly timer: Timer;
  readonly tasks: BackgroundTasks;
  readonly stopping: AbortSignal;
}

/** Begins the crawl of each registry that is due, as the slots allow: see Slots. */
export interface Schedule {
  /** Looks at once, and then again and again. */
  start(): void;
  stop(): void;
  /** A reader saw this registry: it is due after its own `maxAge`. */
  touch(registryId: string): void;
}

export function createSchedule(parts: ScheduleParts): Schedule {
  const { registries, crawls, timer, tasks, stopping } = parts;
  const touched = new Set<string>();
  let lookedAt = -Infinity;
  let isLooking = false;
  let stopLooking = (): void => undefined;

  const look = async (): Promise<void> => {
    lookedAt = timer.elapsed();
    const seen = new Set(touched);
    touched.clear();
    const due = await listDue(parts, await registries.list(), seen);
    if (stopping.aborted) return;
    for (const registry of due) {
      if (crawls.slots.hasRoom(registry.id)) void tasks.add(crawls.crawl(registry, 'schedule'));
      // It was seen, and is looked at again.
      else if (seen.has(registry.id)) touched.add(registry.id);
    }
    if (due.some(({ id }) => !crawls.isUnderWay(id))) crawls.makeRoom();
  };
  const lookIfDue = (): void => {
    if (isLooking || (touched.size === 0 && timer.elapsed() - lookedAt < idleTick)) return;
    isLooking = true;
    void tasks.add(look().finally(() => (isLooking = false)));
  };

  return {
    start() {
      stopLooking = repeat(timer, tick, lookIfDue);
      lookIfDue();
    },
    stop: () => stopLooking(),
    touch: (registryId) => void touched.add(registryId),
  };
}

/** Who waits longest comes first, so that whoever is given up stands behind the others. */
async function listDue(
  parts: ScheduleParts,
  registries: readonly Registry[],
  seen: ReadonlySet<string>,
): Promise<Registry[]> {
  const { crawls } = parts;
  const states = await parts.registries.states(registries.map(({ id }) => id));
  const due: Registry[] = [];
  for (const registry of registries) {
    const state = states.get(registry.id);
    if (state && (await mayBegin(parts, registry.id)) && isOld(parts, registry, state, seen.has(registry.id)))
      due.push(registry);
  }
  const waits = new Map(due.map(({ id }) => [id, crawls.slots.sinceLast(id)]));
  return due.sort((a, b) => compareWaits(waits.get(a.id)!, waits.get(b.id)!));
}

/** Not while it is left alone: a crawl would only fail. */
async function mayBegin({ crawls, clients }: ScheduleParts, registryId: string): Promise<boolean> {
  if (crawls.isUnderWay(registryId) || crawls.slots.isResting(registryId)) return false;
  return ((await clients.outageOf(registryId))?.restMs ?? 0) === 0;
}

/**
 * The clock may stand, or step: either it or the timer, which says how many milliseconds ago the last crawl began,
 * makes it due.
 */
function isOld(
  { crawls, clock }: ScheduleParts,
  { id, maxAge }: Registry,
  state: RegistryState,
  isSeen: boolean,
): boolean {
  const { namesConfirmedAt, namesError, indexedAt } = state;
  if (indexedAt === null && namesError === null) return true;
  const patience = isSeen ? maxAge : Math.max(maxAge, idleInterval);
  return (
    isDue(latest(namesConfirmedAt, namesError?.at ?? null), patience, clock()) ||
    crawls.slots.sinceLast(id) >= patience * 1000
  );
}

function latest(a: Date | null, b: Date | null): Date | null {
  return a && b ? (a > b ? a : b) : (a ?? b);
}

/** The longer first; two that were never crawled wait alike. */
function compareWaits(a: number, b: number): number {
  return a === b ? 0 : b - a;
}
