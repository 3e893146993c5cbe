import type { MikroORM } from '@mikro-orm/sqlite';
import type { Kysely } from 'kysely';
import type { Tables } from './tables.js';
import type { Generations } from './generations.js';

/**
 * The kinds of what is written and may be kept in memory somewhere. `visible`: readers see it. `state`: the row of a
 * registry. `settings`: how a registry is reached, or who it is. `departures`: repositories may have gone from a
 * registry that stays. `holdings`: the images that a repository holds. `patterns`: stored patterns are removed.
 */
export type ChangeKind = 'visible' | 'state' | 'settings' | 'departures' | 'holdings' | 'patterns';

/** Says that the write changes these. */
export type NoteChange = (...changes: readonly ChangeKind[]) => void;

/** The id of a registry, or the key of one of its repositories; null: no registry, or any. */
export type WritePlace = string | number | null;

/** The statements of a write: they are put to `db`, and nothing but the database is awaited. */
export type WriteWork<T> = (db: Kysely<Tables>, note: NoteChange) => Promise<T>;

export interface Writer {
  /**
   * The one way in which something is written that is kept in memory anywhere: one transaction. The changes that
   * `work` notes are counted once they are committed, in every gateway of the database. `place` says where they are:
   * who writes in another registry does not wait for it. Throws LeaseLostError: see `Leases.within`.
   */
  readonly write: <T>(place: WritePlace, work: WriteWork<T>) => Promise<T>;
  /**
   * The same for statements each of which may stand alone: where one process has the database they get no transaction,
   * which would be two statements more.
   */
  readonly writeSingly: <T>(place: WritePlace, work: WriteWork<T>) => Promise<T>;
}

/** Tells of the writes of other gateways of the same database. SQLite's file has one gateway. */
export interface Elsewhere {
  /** Calls `onChange` with the registry's id after each such write that it hears of; gives what ends that. */
  on(change: ChangeKind, onChange: (registryId: string) => void): () => void;
}

export const nothingElsewhere: Elsewhere = { on: () => () => undefined };

/** For a database that one process has: changes are counted in its memory alone. */
export function createSoleWriter(kysely: Kysely<Tables>, generations: Generations): Writer {
  return {
    async write(_place, work) {
      const noted = new Set<ChangeKind>();
      let isWritten = false;
      try {
        return await kysely.transaction().execute(async (trx) => {
          const result = await work(trx, createNote(noted));
          isWritten = true;
          // Events are told from the commit on, and whoever hears of one reads what was kept until then. A reading that
          // begins now waits for the one connection.
          if (noted.has('settings')) count(generations, noted);
          return result;
        });
      } finally {
        // A commit that failed may be in the file all the same.
        if (isWritten) count(generations, noted);
      }
    },
    async writeSingly(_place, work) {
      const noted = new Set<ChangeKind>();
      try {
        return await work(kysely, createNote(noted));
      } finally {
        // A part of it may be written where the rest was not.
        count(generations, noted);
      }
    },
  };
}

export function createNote(noted: Set<ChangeKind>): NoteChange {
  return (...changes) => changes.forEach((change) => noted.add(change));
}

/** Counts the changes in this process. */
export function count(generations: Generations, changes: ReadonlySet<ChangeKind>): void {
  const { generation, registryWrites, departures, patternRemovals } = generations;
  if (changes.has('visible')) generation.bump();
  if (changes.has('state')) registryWrites.bump();
  if (changes.has('departures')) departures.bump();
  if (changes.has('patterns')) patternRemovals.bump();
}

/** Gives entities that are read and written by the statements of `db`, in its transaction where it is one. */
export function entitiesIn(orm: MikroORM, db: Kysely<Tables>): MikroORM['em'] {
  const em = orm.em.fork();
  if (db.isTransaction) em.setTransactionContext(db);
  return em;
}
