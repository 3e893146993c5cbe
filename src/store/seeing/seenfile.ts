import { LRUCache } from 'lru-cache';
import type { SqliteFile } from '../file/driver.js';
import type { SeenPattern, SeenRow, SeenStatement } from './seenpattern.js';
import {
  createSeenConditions,
  listSeen,
  nameReached,
  reachedTables,
  type SeenTable,
  type ViewPieces,
} from './views.js';

const pieces: ViewPieces = {
  base: (table) => `main.${table}`,
  join: 'cross join',
  isMine: (patternId) => `exists (select 1 from temp.viewer_pattern as mine where mine.id = ${patternId})`,
  mine: 'temp.viewer_pattern as mine',
  isOf: (name, pattern) => `${name} glob ${pattern}`,
};

/** A full-text table finds by a column that has its own name, and gives row ids alone. */
function listSearched(): Readonly<Record<string, SeenTable>> {
  const sees = createSeenConditions(pieces);
  return {
    search_repository: { columns: ['search_repository'], where: sees.repository('own.rowid') },
    search_label: { columns: ['search_label'], where: sees.image('own.rowid') },
    search_tag: {
      columns: ['search_tag'],
      where: `exists (select 1 from main.tag as named where named.id = own.rowid
        and ${sees.repository('named.repository_id')})`,
    },
  };
}

const seen = { ...listSeen(pieces), ...listSearched() };

/** Shadows every table by a view of what the viewer sees, on this connection alone: names of `temp` come first. */
export function addViews(file: SqliteFile): void {
  file.exec(
    'create table if not exists temp.viewer_pattern (id integer primary key, registry_id text, pattern text not null)',
  );
  for (const name of listTables(file)) {
    const { columns = ['*'], where } = seen[name] ?? { where: 'false' };
    const selected = [...columns.map((column) => `own.${column}`), 'own.rowid as rowid'];
    file.exec(`create temp view ${name} as select ${selected.join(', ')} from main.${name} as own where ${where}`);
  }
  for (const table of reachedTables)
    file.exec(`create temp view ${nameReached(table)} as select own.*, own.rowid as rowid from main.${table} as own`);
}

export function removeViews(file: SqliteFile): void {
  for (const name of [...listTables(file), ...reachedTables.map(nameReached)]) file.exec(`drop view temp.${name}`);
}

/** Without those that SQLite and its full-text tables keep for themselves. */
function listTables(file: SqliteFile): string[] {
  return file
    .prepare(
      `select name from pragma_table_list where schema = 'main' and type in ('table', 'virtual')
        and name not like 'sqlite_%'`,
    )
    .all()
    .map((row) => String(row['name']));
}

/** Says whose the next statements are. */
export function nameViewer(file: SqliteFile, patterns: readonly SeenPattern[]): void {
  file.exec('delete from temp.viewer_pattern');
  file
    .prepare(
      `insert or ignore into temp.viewer_pattern (id, registry_id, pattern)
        select value ->> 0, value ->> 1, value ->> 2 from json_each(?)`,
    )
    .run(JSON.stringify(patterns.map(({ id, registryId, pattern }) => [id, registryId, pattern])));
}

/** A connection that sees what a viewer sees, each statement what its own viewer does. */
export interface SeenFile {
  /** Throws SQLite's errors. */
  iterate(statement: SeenStatement): IterableIterator<SeenRow>;
  close(): void;
}

/** Statements that are kept, some 4 KB each. */
const kept = 250;

/** Prepares a statement once: which runs, and is read to its end, before the same is run again. */
export function createPreparer(file: SqliteFile): (sql: string) => ReturnType<SqliteFile['prepare']> {
  const statements = new LRUCache<string, ReturnType<SqliteFile['prepare']>>({ max: kept });
  return (sql) => {
    const known = statements.get(sql);
    const statement = known ?? file.prepare(sql);
    if (!known) statements.set(sql, statement);
    return statement;
  };
}

/** `file` is a connection of its own. Statements run one at a time: what one gives is taken before the next begins. */
export function createSeenFile(file: SqliteFile): SeenFile {
  addViews(file);
  const prepare = createPreparer(file);
  let named = '';
  return {
    iterate({ sql, parameters, seen: patterns = [] }) {
      const wanted = JSON.stringify(patterns.map(({ id }) => id));
      if (wanted !== named) {
        named = '';
        nameViewer(file, patterns);
        named = wanted;
      }
      return prepare(sql).iterate(...parameters);
    },
    close: () => file.close(),
  };
}
