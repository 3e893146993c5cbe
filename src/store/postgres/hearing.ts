import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { repeat, type Timer } from '../../timer.js';
import { createGenerations, type HearingState } from '../database/generations.js';
import { type ChangeKind, count, type Elsewhere } from '../database/writer.js';
import type { WatchedTable, WriteSignal } from '../database/writesignal.js';
import { isPostgresAway } from '../faults/postgresfaults.js';
import { sessionOptions } from './connecting.js';
import { type AnsweredLook, looking } from './look.js';
import { channel, type CountedChange, type OwnChanges, parseChanges, toChange } from './sharedwriter.js';

/** Milliseconds. What is kept is right as of the last look, which is no older than `heardFor`; else it is not used. */
export const heardFor = 1000;
const lookEvery = 400;
/** Milliseconds after which a look has failed, and its connection with it. */
const lookTimeout = 5000;
/** Milliseconds until another connection is tried. */
const reconnectAfter = 250;

/**
 * Milliseconds between two looks, by the server's clock, after which all counts as changed: what was counted of a
 * registry that was detached is removed an hour after it changed. A process may have stood still, with its timer.
 */
const oldestLook = 600_000;

/** Milliseconds. Whoever waits for rows looks for them this often besides: a word of them may be lost. */
const rowsEvery = 1000;

/** The kinds of words besides counted changes, which the triggers of the migrations send. */
type ToldWord = WatchedTable | 'accounts';

/**
 * Hears what the gateways of one database write, on a connection of its own. Each commit is told of at once; and each
 * `lookEvery` the counted changes are looked at, which shows too that the connection is there and listens: a word that
 * got lost is made up for, and while no look is answered nothing counts as heard.
 */
export class Hearing implements Elsewhere, OwnChanges {
  readonly id = randomUUID();
  readonly generations = createGenerations(() => this.#judge());
  readonly #url: string;
  readonly #timer: Timer;
  readonly #listeners = new Map<ChangeKind, Set<(registryId: string) => void>>();
  readonly #wakes = new Map<WatchedTable, Set<() => void>>();
  /** How often each change has been counted, as far as it is known here: some changes of each registry. */
  #known = new Map<string, number>();
  #replicas = 1;
  #client: Client | null = null;
  #cancelNext: () => void = () => undefined;
  #heardUntil = -Infinity;
  /** When the last look that was answered was asked. */
  #heardAt = -Infinity;
  /** The server could not be reached when it was last tried. */
  #isAway = false;
  /** Connections that were tried so far. */
  #attempts = 0;
  readonly #keptFor: number;
  /** Of this connection; null: it has not looked. */
  #last: (Pick<AnsweredLook, 'until' | 'open'> & { readonly now: number }) | null = null;
  #server: string | null = null;
  #isClosed = false;

  /** `keptFor`: milliseconds that what is kept counts after the last word of a server that cannot be reached. */
  constructor(url: string, timer: Timer, keptFor = 0) {
    this.#url = url;
    this.#timer = timer;
    this.#keptFor = keptFor;
  }

  /** Whether all that was committed up to a second ago is counted. */
  isHeard(): boolean {
    return this.#judge() === 'heard';
  }

  #judge(): HearingState {
    const now = this.#timer.elapsed();
    if (now <= this.#heardUntil) return 'heard';
    return this.#isAway && now < this.#heardAt + this.#keptFor ? 'away' : 'unheard';
  }

  /** Milliseconds since the last word, while what is kept counts without the server; null: it does not, or need not. */
  get awayFor(): number | null {
    return this.#judge() === 'away' ? this.#timer.elapsed() - this.#heardAt : null;
  }

  /** Gateways that live, as of the last look. */
  get replicas(): number {
    return this.#replicas;
  }

  /** Wakes who waits for rows, as triggers tell of them, and once a second besides. */
  readonly writes: WriteSignal = {
    on: (table, wake) => {
      const wakes = this.#wakes.get(table) ?? new Set();
      this.#wakes.set(table, wakes.add(wake));
      const stop = repeat(this.#timer, rowsEvery, wake);
      return () => {
        wakes.delete(wake);
        stop();
      };
    },
  };

  on(change: ChangeKind, onChange: (registryId: string) => void): () => void {
    const listeners = this.#listeners.get(change) ?? new Set();
    this.#listeners.set(change, listeners.add(onChange));
    return () => void listeners.delete(onChange);
  }

  /** Resolves when the first connection listens, or could not be made: others are tried then. */
  start(): Promise<void> {
    return this.#connect();
  }

  /** The changes of this gateway's own are counted by whoever makes them. */
  noteOwn(changes: readonly CountedChange[]): void {
    for (const { name, value } of changes) this.#know(name, value);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#heardUntil = -Infinity;
    this.#cancelNext();
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  async #connect(): Promise<void> {
    const client = new Client({
      ...sessionOptions(this.#url, 'listens'),
      connectionTimeoutMillis: lookTimeout,
      query_timeout: lookTimeout,
    });
    this.#client = client;
    const attempt = ++this.#attempts;
    let isReached = false;
    client.on('error', () => this.#drop(client));
    client.on('end', () => this.#drop(client));
    client.on('notification', ({ payload = '' }) => this.#hear(payload));
    try {
      await client.connect();
      // One that cannot answer now works for others, who may write.
      isReached = true;
      this.#isAway = false;
      await client.query(`listen ${channel}`);
      this.#last = null;
      await this.#look(client);
    } catch (error) {
      // A connection that was taken and ended at once is dropped before this is told.
      if (!isReached && attempt === this.#attempts) this.#isAway = isPostgresAway(error);
      this.#drop(client);
    }
  }

  /** Nothing is heard from now on, until another connection has looked. */
  #drop(client: Client): void {
    if (this.#client !== client) return;
    this.#client = null;
    this.#heardUntil = -Infinity;
    this.#cancelNext();
    client.end().catch(() => undefined);
    if (!this.#isClosed) this.#cancelNext = this.#timer.after(reconnectAfter, () => void this.#connect());
  }

  async #look(client: Client): Promise<void> {
    const began = this.#timer.elapsed();
    const last = this.#last;
    const { rows } = await client.query<AnsweredLook>(looking, [last?.until ?? '0', last?.open ?? []]);
    const { until, open, server, now, listens, told, replicas } = rows[0]!;
    if (this.#client !== client) return;
    // Behind a pooler that gives each transaction another connection, nothing is ever heard.
    if (!listens || (last && Number(now) - last.now > oldestLook)) return this.#drop(client);
    const counted = parseChanges(told ?? '[]');
    if (last) this.#count(counted);
    else this.#countMissed(counted, server);
    this.#last = { until, open, now: Number(now) };
    // Its own row comes with its first lease.
    this.#replicas = Math.max(1, Number(replicas));
    this.#heardAt = began;
    this.#heardUntil = began + heardFor;
    this.#cancelNext = this.#timer.after(lookEvery, () => {
      this.#look(client).catch(() => this.#drop(client));
    });
  }

  #hear(payload: string): void {
    const [word, changes] = cut(payload);
    if (changes !== '') {
      if (word !== this.id) this.#count(parseChanges(changes));
    } else if (word === ('accounts' satisfies ToldWord)) this.generations.accountWrites.bump();
    // After the changes that the same commit tells of.
    else setImmediate(() => this.#wakes.get(word as WatchedTable)?.forEach((wake) => wake()));
  }

  #count(counted: readonly CountedChange[]): void {
    const unknown = counted.filter(({ name, value }) => this.#know(name, value));
    count(this.generations, new Set(unknown.map(({ change }) => change)));
    this.#tell(unknown);
  }

  /**
   * Words may have been lost before the connection listened, and those of accounts are counted nowhere: all counts as
   * changed. `all` is what is counted in the server now, which may be less than was known after a failover or restore.
   */
  #countMissed(all: readonly CountedChange[], server: string): void {
    const before = this.#known;
    const isSame = server === this.#server;
    this.#server = server;
    this.#known = new Map(all.map(({ name, value }) => [name, value]));
    for (const generation of Object.values(this.generations)) generation.bump();
    this.#tell(all.filter(({ name, value }) => !isSame || before.get(name) !== value));
    this.#tell([...before].filter(([name]) => !this.#known.has(name)).map(toChange));
  }

  #tell(changes: readonly CountedChange[]): void {
    for (const { change, registryId } of changes)
      this.#listeners.get(change)?.forEach((onChange) => onChange(registryId));
  }

  /** True when it was counted less often as far as was known. */
  #know(name: string, value: number): boolean {
    const isNew = value > (this.#known.get(name) ?? 0);
    if (isNew) this.#known.set(name, value);
    return isNew;
  }
}

/** Gives the text before the first space, and the rest. */
function cut(text: string): [string, string] {
  const at = text.indexOf(' ');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
