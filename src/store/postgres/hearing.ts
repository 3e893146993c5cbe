import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { repeat, type Timer } from '../../timer.js';
import { deadAfter } from '../leases/replica.js';
import { createGenerations } from '../database/generations.js';
import { type ChangeKind, count, type Elsewhere } from '../database/writer.js';
import type { WatchedTable, WriteSignal } from '../database/writesignal.js';
import { channel, type CountedChange, type OwnChanges, parseChanges } from './sharedwriter.js';

/** Milliseconds. What is kept is right as of the last look, which is no older than `heardFor`; else it is not used. */
export const heardFor = 1000;
const lookEvery = 400;
/** Milliseconds after which a look has failed, and its connection with it. */
const lookTimeout = 5000;
/** Milliseconds until another connection is tried. */
const reconnectAfter = 250;

/** Milliseconds. Whoever waits for rows looks for them this often besides: a word of them may be lost. */
const rowsEvery = 1000;

/** The kinds of words besides counted changes, which the triggers of the migrations send. */
type ToldWord = WatchedTable | 'accounts';

interface AnsweredLook {
  /** The oldest transaction that had not ended. */
  readonly since: string;
  readonly listens: boolean;
  /** The changes that were counted since the look before; null: none. */
  readonly told: string | null;
  readonly replicas: string;
}

/**
 * Hears what the gateways of one database write, on a connection of its own. Each commit is told of at once; and each
 * `lookEvery` the counted changes are looked at, which shows too that the connection is there and listens: a word that
 * got lost is made up for, and while no look is answered nothing counts as heard.
 */
export class Hearing implements Elsewhere, OwnChanges {
  readonly id = randomUUID();
  readonly generations = createGenerations(() => this.isHeard());
  readonly #url: string;
  readonly #timer: Timer;
  readonly #listeners = new Map<ChangeKind, Set<(registryId: string) => void>>();
  readonly #wakes = new Map<WatchedTable, Set<() => void>>();
  /** How often each change has been counted, as far as it is known here: some changes of each registry. */
  readonly #known = new Map<string, number>();
  #replicas = 1;
  #client: Client | null = null;
  #cancelNext: () => void = () => undefined;
  #heardUntil = -Infinity;
  #since: string | null = null;
  #isClosed = false;

  constructor(url: string, timer: Timer) {
    this.#url = url;
    this.#timer = timer;
  }

  /** Whether all that was committed up to a second ago is counted. */
  isHeard(): boolean {
    return this.#timer.elapsed() <= this.#heardUntil;
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
      connectionString: this.#url,
      application_name: 'registry-gateway (listens)',
      connectionTimeoutMillis: lookTimeout,
      query_timeout: lookTimeout,
      keepAlive: true,
    });
    this.#client = client;
    client.on('error', () => this.#drop(client));
    client.on('end', () => this.#drop(client));
    client.on('notification', ({ payload = '' }) => this.#hear(payload));
    try {
      await client.connect();
      await client.query(`listen ${channel}`);
      await this.#look(client);
    } catch {
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
    const { rows } = await client.query<AnsweredLook>(looking, [this.#since]);
    const { since, listens, told, replicas } = rows[0]!;
    if (this.#client !== client) return;
    // Behind a pooler that gives each transaction another connection, nothing is ever heard.
    if (!listens) return this.#drop(client);
    // The first look finds no change that was counted before it.
    if (this.#since === null) this.#countAll();
    this.#since = since;
    // Its own row comes with its first lease.
    this.#replicas = Math.max(1, Number(replicas));
    if (told !== null) this.#count(parseChanges(told));
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
    const changes = new Set(unknown.map(({ change }) => change));
    count(this.generations, changes);
    for (const { change, registryId } of unknown)
      this.#listeners.get(change)?.forEach((onChange) => onChange(registryId));
  }

  /** True when it was counted less often as far as was known. */
  #know(name: string, value: number): boolean {
    const isNew = value > (this.#known.get(name) ?? 0);
    if (isNew) this.#known.set(name, value);
    return isNew;
  }

  #countAll(): void {
    const { generation, registryWrites, departures, accountWrites } = this.generations;
    for (const one of [generation, registryWrites, departures, accountWrites]) one.bump();
  }
}

/** Gives the text before the first space, and the rest. */
function cut(text: string): [string, string] {
  const at = text.indexOf(' ');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/**
 * A change is counted under the number of its transaction, and all that had ended before the look before are below
 * `since` of that: so none is passed over that was committed late.
 */
const looking = `select pg_snapshot_xmin(pg_current_snapshot())::text as since,
  exists (select from pg_listening_channels() as listened where listened = '${channel}') as listens,
  (select json_agg(json_build_array(name, value))::text from generation where changed >= $1::bigint) as told,
  (select count(*) from replica
    where seen_at >= (extract(epoch from clock_timestamp()) * 1000)::bigint - ${deadAfter}) as replicas`;
