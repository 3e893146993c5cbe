import { type Kysely, sql } from 'kysely';
import type { Database } from '../../../src/store/database/database.js';
import type { Tables } from '../../../src/store/database/tables.js';
import { dialectOf } from '../../../src/store/dialect/dialects.js';

export interface TagWrites {
  /** The names of the tags whose rows were written since it was last asked: each once for each time. */
  take(): Promise<readonly string[]>;
}

const changes = ['insert', 'update', 'delete'] as const;

/** Has the database itself note each row of `tag` that is written, whoever writes it. */
export async function watchTagWrites({ kysely: db }: Database): Promise<TagWrites> {
  const isPostgres = dialectOf(db).engine === 'postgres';
  await sql.raw(`create ${isPostgres ? '' : 'temp'} table written_tag (name text)`).execute(db);
  for (const change of changes) await (isPostgres ? noteOnPostgres(db, change) : noteOnSqlite(db, change));
  return {
    async take() {
      const { rows } = await sql<{ name: string }>`delete from written_tag returning name`.execute(db);
      return rows.map(({ name }) => name).sort();
    },
  };
}

type Change = (typeof changes)[number];

function rowOf(change: Change): string {
  return change === 'delete' ? 'old' : 'new';
}

async function noteOnSqlite(db: Kysely<Tables>, change: Change): Promise<void> {
  const note = `insert into written_tag values (${rowOf(change)}.name)`;
  await sql.raw(`create temp trigger written_${change} after ${change} on main.tag begin ${note}; end`).execute(db);
}

async function noteOnPostgres(db: Kysely<Tables>, change: Change): Promise<void> {
  const note = `begin insert into written_tag values (${rowOf(change)}.name); return null; end`;
  await sql.raw(`create function note_${change} () returns trigger language plpgsql as $$ ${note} $$`).execute(db);
  const trigger = `after ${change} on tag for each row execute function note_${change} ()`;
  await sql.raw(`create trigger written_${change} ${trigger}`).execute(db);
}
