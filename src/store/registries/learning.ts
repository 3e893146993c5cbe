import { LockMode } from '@mikro-orm/core';
import type { UpstreamProblem } from '../../domain/freshness.js';
import { isUuid } from '../../domain/name.js';
import type { Database } from '../database/database.js';
import type { Generation } from '../database/generations.js';
import { entitiesIn, type NoteChange, type WriteWork } from '../database/writer.js';
import { persistRegistryEvent } from '../events/recording.js';
import { Registry as RegistryEntity } from '../entities/registry.js';
import { withStorage } from '../file/errors.js';
import { isNews, isTurn } from './news.js';
import { type Capabilities, type Health, type RegistryState, toState } from './state.js';

/** Milliseconds: a registry may tell of a thousand changes a second. */
const eventPrecision = 60_000;

/** Keeps what is learnt of the registries. The record… methods do nothing for one that was detached meanwhile. */
export class RegistryRecords {
  readonly #orm: Database['orm'];
  readonly #writer: Pick<Database, 'write' | 'writeSingly'>;
  readonly #writes: Generation;
  /** Registries of which an event is being written down. */
  readonly #recording = new Set<string>();
  /** States that were read since the last write to any registry: there are no more of them than registries. */
  #known: { readonly asOf: number; readonly states: Map<string, RegistryState> };

  constructor(database: Pick<Database, 'orm' | 'write' | 'writeSingly' | 'registryWrites'>) {
    this.#orm = database.orm;
    this.#writer = database;
    this.#writes = database.registryWrites;
    this.#known = { asOf: database.registryWrites.value, states: new Map() };
  }

  /** Registries that are not there are not in the map. Every request asks for one: it is read once after a write. */
  async states(ids: readonly string[]): Promise<Map<string, RegistryState>> {
    // A reading that a write overtakes goes into a map that nobody looks at any more.
    const known = this.#current();
    const missing = ids.filter((id) => isUuid(id) && !known.has(id));
    if (missing.length > 0)
      for (const row of await withStorage(() => this.#orm.em.fork().find(RegistryEntity, { id: { $in: missing } })))
        known.set(row.id, toState(row));
    const find = (id: string): [string, RegistryState][] => (known.has(id) ? [[id, known.get(id)!]] : []);
    return new Map(ids.flatMap(find));
  }

  /** True while the state, as `states` gave it, is what is stored. */
  isCurrent(id: string, state: RegistryState): boolean {
    return this.#current().get(id) === state;
  }

  #current(): Map<string, RegistryState> {
    const asOf = this.#writes.kept;
    if (asOf === null) return new Map();
    if (this.#known.asOf !== asOf) this.#known = { asOf, states: new Map() };
    return this.#known.states;
  }

  async recordHealth(id: string, { message, ...health }: Health): Promise<void> {
    const fields = { ...health, healthMessage: message };
    const before = (await this.states([id])).get(id)?.health;
    if (!before || !isTurn(before, health)) return this.#write(id, fields);
    await withStorage(() =>
      this.#writer.write(id, async (db, note) => {
        note('state');
        const em = entitiesIn(this.#orm, db);
        // As it is stored now: another may have seen it turn, and of two that do so at once one waits for the other.
        const row = await em.findOne(RegistryEntity, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
        if (!row) return;
        if (isTurn({ reachable: row.reachable ?? null }, health)) {
          const kind = health.reachable === false ? 'REGISTRY_UNREACHABLE' : 'REGISTRY_BACK';
          persistRegistryEvent(em, row, kind, health.checkedAt ?? new Date(), message);
        }
        em.assign(row, fields);
        await em.flush();
      }),
    );
  }

  recordCapabilities(id: string, capabilities: Partial<Capabilities>): Promise<void> {
    return this.#writeSeen(id, capabilities);
  }

  /** A complete listing: clears the last error. */
  async recordNames(
    id: string,
    names: { readonly confirmedAt: Date; readonly dropped: number; readonly droppedExamples?: readonly string[] },
  ): Promise<void> {
    const seen = {
      droppedNames: names.dropped,
      droppedNameExamples: [...(names.droppedExamples ?? [])],
      namesErrorCode: null,
      namesErrorMessage: null,
      namesErrorAt: null,
    };
    await this.#writeSeen(id, seen, { namesConfirmedAt: names.confirmedAt });
  }

  /** Readers see an error where a list could never be read, so recording one counts as a visible change. */
  recordNamesError(id: string, { code, message, at }: UpstreamProblem): Promise<void> {
    return this.#writeSeen(id, { namesErrorCode: code, namesErrorMessage: message, namesErrorAt: at });
  }

  /** A crawl read all of it, by so many requests. */
  async recordIndexed(id: string, at: Date, size: number, requests: number): Promise<void> {
    await this.#writeSeen(id, { size }, { indexedAt: at, crawlRequests: requests });
  }

  /** SHA-256, hex, of the secret its notifications carry; null: it sends none. */
  async eventsSecretHashOf(id: string): Promise<string | null> {
    return (await this.#find(id))?.eventsSecretHash ?? null;
  }

  /** A notification came in: written when the one that is stored is a minute older, whichever gateway wrote that. */
  async recordEvent(id: string, at: Date): Promise<void> {
    const known = (await this.states([id])).get(id)?.lastEventAt;
    const due = new Date(at.getTime() - eventPrecision);
    if ((known && known > due) || this.#recording.has(id)) return;
    this.#recording.add(id);
    try {
      await this.#writeSingly(id, async (em, note) => {
        const isDue = { $or: [{ lastEventAt: null }, { lastEventAt: { $lte: due } }] };
        if ((await em.nativeUpdate(RegistryEntity, { id, ...isDue }, { lastEventAt: at })) > 0) note('state');
      });
    } finally {
      this.#recording.delete(id);
    }
  }

  /**
   * A run of its retention begins. False, and nothing is written, where another has begun since the last one that the
   * caller knows of, or the registry was detached.
   */
  async claimRetentionRun(id: string, at: Date, last: Date | null): Promise<boolean> {
    const claimed = await this.#writeSingly(id, async (em, note) => {
      const rows = await em.nativeUpdate(RegistryEntity, { id, retentionRanAt: last }, { retentionRanAt: at });
      if (rows > 0) note('state', 'visible');
      return rows;
    });
    return (claimed ?? 0) > 0;
  }

  /** As it is stored now, whoever wrote it; null: it was detached. */
  async readState(id: string): Promise<RegistryState | null> {
    const row = await this.#find(id);
    return row && toState(row);
  }

  /**
   * Writes the fields, and says that readers see something new only when one of `seen` has another value now, or one of
   * `confirmed` its first: that something was found once more as it was is no news.
   */
  async #writeSeen(id: string, seen: Partial<RegistryEntity>, confirmed: Partial<RegistryEntity> = {}): Promise<void> {
    await this.#writeSingly(id, async (em, note) => {
      // It is compared with the row that it is written over; without a transaction there is nobody else.
      const lock = em.isInTransaction() ? { lockMode: LockMode.PESSIMISTIC_WRITE } : {};
      const row = await em.findOne(RegistryEntity, { id }, lock);
      note('state');
      await em.nativeUpdate(RegistryEntity, { id }, { ...seen, ...confirmed });
      if (row && isNews(row, seen, confirmed)) note('visible');
    });
  }

  async #write(id: string, fields: Partial<RegistryEntity>): Promise<void> {
    await this.#writeSingly(id, async (em, note) => {
      note('state');
      await em.nativeUpdate(RegistryEntity, { id }, fields);
    });
  }

  async #writeSingly<T>(
    id: string,
    work: (em: Database['orm']['em'], note: NoteChange) => Promise<T>,
  ): Promise<T | null> {
    if (!isUuid(id)) return null;
    const run: WriteWork<T> = (db, note) => work(entitiesIn(this.#orm, db), note);
    return withStorage(() => this.#writer.writeSingly(id, run));
  }

  async #find(id: string): Promise<RegistryEntity | null> {
    return isUuid(id) ? withStorage(() => this.#orm.em.fork().findOne(RegistryEntity, { id })) : null;
  }
}
