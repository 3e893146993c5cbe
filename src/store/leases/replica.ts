import { randomUUID } from 'node:crypto';
import { type QueryExecutorProvider, sql } from 'kysely';
import type { Timer } from '../../timer.js';
import { databaseNow } from '../dialect/postgresdialect.js';
import type { Fencing } from './fences.js';
import type { Lease, Leases } from './leases.js';

/** Milliseconds between two words to the database that this gateway lives. */
const beatEvery = 3000;

/** Milliseconds after the last word: no one takes it for alive any more. By the database's clock. */
export const deadAfter = 9000;

/** The same for a tool that must have the database alone: it gives a gateway longer. */
export const goneAfter = 15_000;

/**
 * Milliseconds after the last word that was answered, from when it was sent: it relies on its leases no more. By its
 * own timer, and well before others may take them.
 */
const reliedOnFor = 7500;

/** SQL of whether the row of `replica` is of one that gave its last word no longer ago than so many milliseconds. */
export function hasSpoken(within: number): string {
  return `replica.seen_at >= ${databaseNow} - ${within}`;
}

const now = sql.raw(databaseNow);

/** Whether the row of `replica` is of one that lives. */
const isAlive = sql.raw(hasSpoken(deadAfter));

/** PostgreSQL's errors after which a lease was certainly not taken: a lock timed out, or the taker's row is gone. */
const notTaken: ReadonlySet<unknown> = new Set(['55P03', '23503']);

interface HeldLease {
  readonly lost: AbortController;
  readonly fence: Lease['fence'];
}

/**
 * The leases of one of several gateways: rows of PostgreSQL, each with the gateway that has it. All of them live by one
 * word each `beatEvery`. A gateway that could not give it for too long has lost them all, whether somebody took them
 * or not, and comes back as another one.
 */
export class ReplicaLeases implements Leases {
  readonly isShared = true;
  readonly #db: QueryExecutorProvider;
  readonly #wordDb: QueryExecutorProvider;
  readonly #timer: Timer;
  readonly #fencing: Fencing;
  readonly #resumes = new Set<() => void>();
  /** Of the present id. */
  readonly #held = new Set<HeldLease>();
  /** Tokens that could not be given back, and names of which it is not known whether they were taken. */
  readonly #toRelease = new Set<number>();
  readonly #unsure = new Set<string>();
  #id: string = randomUUID();
  #reliedOnUntil = -Infinity;
  #beating: Promise<void> | null = null;
  #settling: Promise<void> | null = null;
  #isLapsed = false;
  #isClosed = false;
  #cancelBeat = (): void => undefined;
  #cancelLapse = (): void => undefined;

  /** Words go by `wordDb`, which is never busy with anything else. */
  constructor(db: QueryExecutorProvider, wordDb: QueryExecutorProvider, timer: Timer, fencing: Fencing) {
    this.#db = db;
    this.#wordDb = wordDb;
    this.#timer = timer;
    this.#fencing = fencing;
  }

  async start(): Promise<void> {
    if (this.#reliedOnUntil === -Infinity) await this.#beat();
  }

  async take(name: string): Promise<Lease | null> {
    await this.#assertAlive();
    if (this.#unsure.has(name)) await this.#settle();
    const id = this.#id;
    const token = await this.#fencing
      .apart(() => this.#insert(name, id))
      .catch((error: unknown) => {
        if (notTaken.has(codeOf(error))) return null;
        this.#unsure.add(name);
        throw error;
      });
    if (token === null) return null;
    const held: HeldLease = { fence: { name, token }, lost: new AbortController() };
    // It came back as another one meanwhile, and that row goes with the old one.
    if (id !== this.#id || this.#isClosed) return null;
    this.#held.add(held);
    return { fence: held.fence, lost: held.lost.signal, release: () => this.#release(held) };
  }

  async listHeld(names: readonly string[]): Promise<ReadonlySet<string>> {
    if (names.length === 0) return new Set();
    const { rows } = await sql<{ name: string }>`select name from lease join replica on replica.id = lease.holder_id
      where name = any(${sql.val([...names])}::text[]) and ${isAlive}`.execute(this.#db);
    return new Set(rows.map(({ name }) => name));
  }

  within<T>({ fence }: Lease, work: () => T): T {
    return this.#fencing.run(fence, work);
  }

  apart<T>(work: () => T): T {
    return this.#fencing.apart(work);
  }

  onLeft(resume: () => void): void {
    this.#resumes.add(resume);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelBeat();
    this.#cancelLapse();
    await this.#beating?.catch(() => undefined);
    // Without it others wait until it counts as dead.
    await sql`delete from replica where id = ${this.#id}`.execute(this.#db).catch(() => undefined);
  }

  /** Only who may take it waits for a row that is locked, as by a holder that stands still in a transaction. */
  async #insert(name: string, id: string): Promise<number | null> {
    const isFree = sql`not exists (select from lease join replica on replica.id = lease.holder_id
      where lease.name = ${name} and ${isAlive})`;
    const { rows } = await sql<{ fence: number }>`
      insert into lease (name, holder_id) select ${name}, ${id} where ${isFree}
      on conflict (name) do update set holder_id = excluded.holder_id, fence = excluded.fence
        where not exists (select from replica where replica.id = lease.holder_id and ${isAlive})
      returning fence`.execute(this.#db);
    return rows[0]?.fence ?? null;
  }

  async #release(held: HeldLease): Promise<void> {
    if (!this.#held.delete(held)) return;
    const { name, token } = held.fence;
    await this.#fencing
      .apart(() => sql`delete from lease where name = ${name} and fence = ${token}`.execute(this.#db))
      .catch(() => void this.#toRelease.add(token));
  }

  async #assertAlive(): Promise<void> {
    if (this.#timer.elapsed() >= this.#reliedOnUntil) await this.#beat();
  }

  /** Joins the word that is being given. Throws the database's fault. */
  #beat(): Promise<void> {
    this.#cancelBeat();
    this.#beating ??= this.#fencing
      .apart(() => this.#giveWord())
      .finally(() => {
        this.#beating = null;
        if (this.#isClosed) return;
        this.#cancelBeat();
        this.#cancelBeat = this.#timer.after(beatEvery, () => void this.#beat().catch(() => undefined));
      });
    return this.#beating;
  }

  async #giveWord(): Promise<void> {
    this.#lapseIfLate();
    const id = this.#id;
    const sentAt = this.#timer.elapsed();
    const { rows } = await sql<{ dead: number }>`
      insert into replica (id, started_at, seen_at) values (${id}, ${now}, ${now})
      on conflict (id) do update set seen_at = excluded.seen_at
      returning (select count(*) from replica where not ${isAlive})::int as dead`.execute(this.#wordDb);
    this.#lapseIfLate();
    if (id !== this.#id) return this.#giveWord();
    this.#reliedOnUntil = sentAt + reliedOnFor;
    this.#cancelLapse();
    this.#cancelLapse = this.#timer.after(reliedOnFor, () => this.#lapseIfLate());
    await this.#settle().catch(() => undefined);
    const hasBuried = rows[0]!.dead > 0 && (await this.#bury());
    if (hasBuried || this.#isLapsed) for (const resume of this.#resumes) resume();
    this.#isLapsed = false;
  }

  /** From here on it is another one, which has nothing. The rows of the former go as those of any that is dead. */
  #lapseIfLate(): void {
    if (this.#reliedOnUntil === -Infinity || this.#timer.elapsed() < this.#reliedOnUntil) return;
    this.#id = randomUUID();
    this.#reliedOnUntil = -Infinity;
    this.#isLapsed = true;
    this.#toRelease.clear();
    this.#unsure.clear();
    const lost = [...this.#held];
    this.#held.clear();
    for (const { lost: controller, fence } of lost) controller.abort(new Error(`The lease "${fence.name}" is lost.`));
  }

  /** Takes those that are dead away with all that they had. False: somebody has done so, or does. */
  async #bury(): Promise<boolean> {
    const dead = sql`delete from replica where not ${isAlive}`;
    const { numAffectedRows = 0n } = await dead.execute(this.#db).catch(() => ({ numAffectedRows: 0n }));
    return numAffectedRows > 0n;
  }

  /** Joins the one under way: nothing is taken while it runs that it could give back. */
  #settle(): Promise<void> {
    this.#settling ??= this.#giveBack().finally(() => (this.#settling = null));
    return this.#settling;
  }

  /** Gives back what could not be given back before, and what may have been taken without an answer. */
  async #giveBack(): Promise<void> {
    const [tokens, names] = [[...this.#toRelease], [...this.#unsure]];
    if (tokens.length + names.length === 0) return;
    const known = [...this.#held].map(({ fence }) => fence.token);
    await sql`delete from lease where holder_id = ${this.#id} and (fence = any(${sql.val(tokens)}::bigint[])
      or name = any(${sql.val(names)}::text[]) and fence <> all(${sql.val(known)}::bigint[]))`.execute(this.#db);
    for (const token of tokens) this.#toRelease.delete(token);
    for (const name of names) this.#unsure.delete(name);
  }
}

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown }).code;
}
