import { openSqliteFile, type SqliteFile } from '../file/driver.js';
import { createSeenFile, createPreparer, type SeenFile } from '../seeing/seenfile.js';
import { addFunctions } from './functions.js';
import { type Row, rowsPerMessage, type Statement, type ReaderMessage } from './statement.js';

/**
 * The entry of a reading process: `process.js <database file>`. It runs the statements that its parent sends, one at a
 * time, on a connection that cannot write. It is a process, since a thread cannot be ended while SQLite works.
 */

/** Milliseconds to wait for another connection, as while it recovers the file. */
const busyTimeout = 2000;

/** `query_only` would keep what a viewer sees from being named, in a table that is of the connection alone. */
function open(path: string): SqliteFile {
  const connection = openSqliteFile(path, { readonly: true, timeout: busyTimeout });
  for (const pragma of ['cache_size = -16384', 'temp_store = memory']) connection.pragma(pragma);
  addFunctions(connection);
  return connection;
}

/** Of statements that read the tables themselves. */
function openWhole(path: string): Pick<SeenFile, 'iterate'> {
  const connection = open(path);
  connection.pragma('query_only = on');
  const prepare = createPreparer(connection);
  return { iterate: ({ sql, parameters }) => prepare(sql).iterate(...parameters) };
}

function tell(told: ReaderMessage): void {
  process.send?.(told);
}

/** Each statement reads the file as it was last committed. */
function run(found: Iterable<Row>): void {
  let rows: Row[] = [];
  for (const row of found) {
    if (rows.push(row) < rowsPerMessage) continue;
    tell({ rows });
    rows = [];
  }
  if (rows.length > 0) tell({ rows });
}

/** Opens the file with the first statement, which is told what keeps it from being opened. */
function serve(path: string): void {
  let whole: Pick<SeenFile, 'iterate'> | null = null;
  let seenFile: SeenFile | null = null;
  const read = (statement: Statement): Iterable<Row> => {
    if (statement.seen) return (seenFile ??= createSeenFile(open(path))).iterate(statement);
    return (whole ??= openWhole(path)).iterate(statement);
  };
  process.on('message', (statement: Statement) => {
    try {
      run(read(statement));
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
