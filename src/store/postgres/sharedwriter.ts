import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tables } from '../database/database.js';
import type { Generations } from '../database/generations.js';
import { type ChangeKind, count, createNote, type WritePlace, type Writer } from '../database/writer.js';
import { isPostgresConflict } from '../faults/postgresfaults.js';

/** The name by which gateways notify each other, in their database. The migrations have it too. */
export const channel = 'registry_gateway';

/** A change of a registry, as it is counted: the n-th of its kind there. */
export interface CountedChange {
  readonly name: string;
  readonly change: ChangeKind;
  /** Empty: of no registry, or of any. */
  readonly registryId: string;
  readonly value: number;
}

/** Reads `[["visible <registry id>", 7], …]`. */
export function parseChanges(text: string): CountedChange[] {
  return (JSON.parse(text) as [string, number][]).map(toChange);
}

export function toChange([name, value]: readonly [string, number]): CountedChange {
  const [change, registryId = ''] = name.split(' ');
  return { name, change: change as ChangeKind, registryId, value };
}

/** Who counts the changes that this gateway makes. */
export interface OwnChanges {
  /** Words of this gateway begin with it: it has counted the changes that they tell of already. */
  readonly id: string;
  readonly generations: Generations;
  noteOwn(changes: readonly CountedChange[]): void;
}

/** Times that a write is tried which others stand in the way of: see `isPostgresConflict`. */
const mostTries = 5;

/** For a database that several gateways have: changes are counted in rows, and told of, with the commit. */
export function createSharedWriter(kysely: Kysely<Tables>, own: OwnChanges): Writer {
  const write: Writer['write'] = async (place, work) => {
    for (let tries = 1; ; tries++)
      try {
        return await writeOnce(place, work);
      } catch (error) {
        // Nothing of it was written.
        if (tries === mostTries || !isPostgresConflict(error)) throw error;
      }
  };
  const writeOnce: Writer['write'] = async (place, work) => {
    const noted = new Set<ChangeKind>();
    let isWritten = false;
    try {
      const { result, counted } = await kysely.transaction().execute(async (trx) => {
        const result = await work(trx, createNote(noted));
        isWritten = true;
        // The last statement: whoever counts changes of the same registry waits from here to the commit alone.
        return { result, counted: noted.size > 0 ? await countIn(trx, place, [...noted], own.id) : [] };
      });
      own.noteOwn(counted);
      return result;
    } finally {
      // Whether a commit that was not answered was made is not known.
      if (isWritten) count(own.generations, noted);
    }
  };
  // One transaction: what is written and that it is counted stand or fall together.
  return { write, writeSingly: write };
}

/** Counts the changes in their rows, one for each kind and registry, and has them told once they are committed. */
async function countIn(
  trx: Kysely<Tables>,
  place: WritePlace,
  changes: readonly ChangeKind[],
  gatewayId: string,
): Promise<CountedChange[]> {
  const { rows } = await sql<{ told: string }>`
    with counted as (
      insert into generation as known (name, value, changed)
      select changed.kind || ' ' || ${registryOf(place)}, 1, pg_current_xact_id()::text::bigint
        from unnest(${sql.val(changes.toSorted())}::text[]) as changed(kind)
      on conflict (name) do update set value = known.value + 1, changed = excluded.changed
      returning name, value
    ), told as (select json_agg(json_build_array(name, value))::text as payload from counted)
    select payload as told, pg_notify(${channel}, ${`${gatewayId} `} || payload) from told`.execute(trx);
  return parseChanges(rows[0]!.told);
}

function registryOf(place: WritePlace): RawBuilder<string> {
  if (typeof place !== 'number') return sql`${place ?? ''}::text`;
  return sql`coalesce((select registry_id from repository where id = ${place}), '')`;
}
