import { openSqliteFile, type SqliteFile } from '../file/driver.js';
import { addFunctions } from './functions.js';
import { type Row, rowsPerMessage, type Statement, type ReaderMessage } from './statement.js';

/**
 * The entry of a reading process: `process.js <database file>`. It runs the statements that its parent sends, one at a
 * time, on a connection that cannot write. It is a process, since a thread cannot be ended while SQLite works.
 */

/** Milliseconds to wait for another connection, as while it recovers the file. */
const busyTimeout = 2000;

function open(path: string): SqliteFile {
  const connection = openSqliteFile(path, { readonly: true, timeout: busyTimeout });
  for (const pragma of ['query_only = on', 'cache_size = -16384', 'temp_store = memory']) connection.pragma(pragma);
  addFunctions(connection);
  return connection;
}

function tell(told: ReaderMessage): void {
  process.send?.(told);
}

/** Each statement reads the file as it was last committed. */
function run(connection: SqliteFile, { sql, parameters }: Statement): void {
  let rows: Row[] = [];
  for (const row of connection.prepare(sql).iterate(...parameters)) {
    if (rows.push(row) < rowsPerMessage) continue;
    tell({ rows });
    rows = [];
  }
  if (rows.length > 0) tell({ rows });
}

/** Opens the file with the first statement, which is told what keeps it from being opened. */
function serve(path: string): void {
  let connection: SqliteFile | null = null;
  process.on('message', (statement: Statement) => {
    try {
      run((connection ??= open(path)), statement);
      tell({ isDone: true });
    } catch (error) {
      const { message, code } = error as { message: string; code?: unknown };
      tell({ fault: { message, code: typeof code === 'string' ? code : null } });
    }
  });
  // The gateway has ended, in peace or not.
  process.on('disconnect', () => process.exit(0));
}

serve(process.argv[2] ?? '');
