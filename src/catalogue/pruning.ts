import { sampleSizes } from '../store/pruning/sizesamples.js';
import { pruneAged } from '../store/pruning/aging.js';
import type { Database } from '../store/database/database.js';
import { pruneEvents } from '../store/pruning/oldevents.js';
import { fillStacks } from '../store/pruning/missingstacks.js';
import { pruneGenerations } from '../store/pruning/oldgenerations.js';
import { pruneOrphans } from '../store/pruning/orphans.js';
import { type Lease, runLeased } from '../store/leases/leases.js';
import { prunePatterns } from '../store/pruning/oldpatterns.js';
import { pruneNames } from '../store/pruning/searchnames.js';
import type { PruneStep } from '../store/pruning/sweeping.js';
import { toDay } from '../domain/series.js';
import type { Timer } from '../timer.js';
import type { Log } from '../upstream/clients.js';

/** Days that what has ended is kept. */
export interface Keep {
  readonly jobDays: number;
  /** null: for ever. */
  readonly auditDays: number | null;
}

export const defaultKeep: Keep = { jobDays: 90, auditDays: null };

const day = 86_400_000;
const tokenDays = 30;
/** Days that the history of a repository is kept that is gone, and that events are. */
export const historyDays = 365;
export const eventDays = 30;

/**
 * Milliseconds between two steps, and from the end of a sweep to the next; after a long sweep, this many times as long
 * as it took.
 */
const pause = 10;
const shortestRest = 60_000;
const restPerSweep = 10;

/** Milliseconds between two sweeps of rows that are kept for some days. */
const agingInterval = 3_600_000;

export interface PruningParts {
  readonly database: Pick<Database, 'kysely' | 'scanner' | 'write' | 'giveBackPages' | 'leases'>;
  readonly clock: () => Date;
  readonly timer: Timer;
  readonly keep: Keep;
  readonly log: Log;
}

/**
 * Removes in the background what no registry holds any more, and what is too old, works out what an earlier version has
 * not, and writes down once an hour how much there is, in steps between which other work goes on.
 */
export interface Pruning {
  /**
   * Sweeps the database once, or joins the sweep under way: rows that it finds without a holder go at the next. Does
   * nothing while another gateway sweeps it. Rejects with STORAGE_* faults.
   */
  sweep(): Promise<void>;
  /** Sweeps a minute from now, and again and again from then on. */
  start(): void;
  /** Resolves when the step under way is done; the rest is left for the next start. */
  stop(): Promise<void>;
}

export function createPruning(parts: PruningParts): Pruning {
  const { timer, log, database } = parts;
  const stopping = new AbortController();
  let sweeping: Promise<void> | null = null;
  let agedAt = -Infinity;
  let sampledDay = -Infinity;
  let cancel = (): void => undefined;

  const run = async ({ lost }: Lease): Promise<void> => {
    const ending = AbortSignal.any([stopping.signal, lost]);
    const removed: Record<string, number> = {};
    const isAging = timer.elapsed() - agedAt >= agingInterval;
    if (isAging) agedAt = timer.elapsed();
    const today = toDay(parts.clock());
    const isNewDay = isAging && today !== sampledDay;
    if (isAging) sampledDay = today;
    for await (const { table, removed: rows } of prune(parts, isAging, isNewDay)) {
      if (rows > 0) removed[table] = (removed[table] ?? 0) + rows;
      if (ending.aborted) break;
      await timer.sleep(pause, ending).catch(() => undefined);
    }
    if (Object.keys(removed).length > 0) log('pruned the database', { removed });
  };
  const sweep = (): Promise<void> => {
    sweeping ??= runLeased(database.leases, 'pruning', run)
      .then(() => undefined)
      .finally(() => (sweeping = null));
    return sweeping;
  };
  const sweepAfter = (rest: number): void => {
    cancel = timer.after(rest, () => {
      const startedAt = timer.elapsed();
      void sweep()
        .catch((error: unknown) => log('pruning failed, and is tried again later', { err: error }))
        .then(() => {
          if (!stopping.signal.aborted)
            sweepAfter(Math.max(shortestRest, (timer.elapsed() - startedAt) * restPerSweep));
        });
    });
  };

  return {
    sweep,
    start: () => sweepAfter(shortestRest),
    async stop() {
      cancel();
      stopping.abort();
      await sweeping?.catch(() => undefined);
    },
  };
}

async function* prune(
  { database, clock, keep }: PruningParts,
  isAging: boolean,
  isNewDay: boolean,
): AsyncGenerator<PruneStep | { table: 'pages'; removed: number }> {
  const before = (days: number): Date => new Date(clock().getTime() - days * day);
  yield* pruneOrphans(database.kysely);
  yield* fillStacks(database);
  yield* pruneNames(database.kysely);
  yield* prunePatterns(database, clock().getTime());
  if (isAging) {
    const audit = keep.auditDays === null ? null : before(keep.auditDays);
    const bounds = { tokens: before(tokenDays), history: before(historyDays), jobs: before(keep.jobDays), audit };
    yield* pruneAged(database.kysely, bounds);
    yield* pruneGenerations(database.kysely);
    yield* sampleSizes(database.kysely, clock(), isNewDay);
  }
  // Those beyond what is kept may come at any time.
  yield* pruneEvents(database.kysely, before(eventDays).getTime());
  for await (const given of database.giveBackPages()) yield { table: 'pages', removed: given };
}
