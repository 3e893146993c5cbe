import type { Command } from 'commander';
import { readConfig } from '../config.js';
import { isServerUrl } from '../domain/databaseurl.js';
import { loadOlderKeys, loadSecretKey } from '../settings/key.js';
import type { ChangedText } from '../store/moving/ends.js';
import type { MovedStore } from '../store/moving/moving.js';
import { systemTimer } from '../timer.js';
import { addExamples, type CommandResult, setAction } from './command.js';
import type { Io } from './io.js';
import { findKeysAtHand } from './keysathand.js';
import { createProgress } from './remote/progress.js';
import { formatTable } from './table.js';

interface MoveOptions {
  readonly from: string;
  readonly to: string;
  readonly dryRun?: boolean;
}

/** `migrate-store --from <url> --to <url>`. */
export function addMigrateStoreCommand(program: Command, io: Io): void {
  const command = program
    .command('migrate-store')
    .description(
      'Move an installation from SQLite to PostgreSQL, or back, while no gateway runs on either. The source is only ' +
        'read; a move that was interrupted goes on when the same command is run again.',
    )
    .requiredOption('--from <url>', 'the database that has it: sqlite:<file> or postgres://…')
    .requiredOption('--to <url>', 'an empty database of PostgreSQL, or an SQLite file that is not there yet')
    .option('--dry-run', 'Look at both and read all there is to move, and write nothing.');
  addExamples(
    command,
    'migrate-store --from sqlite:data/gateway.db --to postgres://gateway@db.example/gateway --dry-run',
    'migrate-store --from postgres://gateway@db.example/gateway --to sqlite:data/gateway.db',
  );
  setAction(command, io, (options: MoveOptions) => move(io, options));
}

async function move(io: Io, given: MoveOptions): Promise<CommandResult> {
  const { dryRun = false } = given;
  // The key of the gateway's own making is beside the file, whichever end that is.
  const file = [given.from, given.to].find((url) => url.startsWith('sqlite:')) ?? 'sqlite::memory:';
  const config = readConfig({ ...io.env, DATABASE_URL: file, DATABASE_PASSWORD_FILE: '' });
  const hasKey = (await findKeysAtHand(config)) !== null;
  const keyFile = config.secretKey === null && hasKey ? config.keyFile : null;
  const [from, to] = [given.from, given.to].map((url) => (isServerUrl(url) ? readServerUrl(io, url, keyFile) : url));
  const { createKeyring } = await import('../store/keys/keyring.js');
  const keyring = hasKey ? createKeyring(loadSecretKey(config, false), loadOlderKeys(config)) : null;
  const { moveStore } = await import('../store/moving/moving.js');
  const progress = createProgress(io, systemTimer, dryRun ? 'dry run' : 'migrate-store');
  const show = (done: number, total: number, step: string): void => progress.show(done, total, step);
  try {
    const { anyFileSystem } = config;
    const moved = await moveStore({ from: from!, to: to!, keyring, anyFileSystem, isDryRun: dryRun, show });
    return describe(io, moved, dryRun, isServerUrl(given.to) ? keyFile : null);
  } finally {
    progress.end();
  }
}

/** As DATABASE_URL is read; its key may be the one beside the file. Throws ConfigError. */
function readServerUrl({ env }: Io, url: string, keyFile: string | null): string {
  return readConfig({ ...env, DATABASE_URL: url, ...(keyFile !== null && { SECRET_KEY_FILE: keyFile }) }).databaseUrl;
}

/** `keyFile`: where a key is that the gateway at the target has to be told of. */
function describe(io: Io, moved: MovedStore, isDryRun: boolean, keyFile: string | null): CommandResult {
  const { from, to, tables, changed, isContinued } = moved;
  const rows = tables.map(({ name, rows, checksum }) => [name, String(rows), checksum]);
  const total = tables.reduce((sum, { rows }) => sum + rows, 0);
  const key = keyFile === null ? '' : ` and SECRET_KEY_FILE=${keyFile}, or SECRET_KEY with what is in it`;
  const went = isContinued ? 'The move that was begun before is at its end. ' : '';
  const begun = isContinued ? ', where a move was begun' : '';
  const end = isDryRun
    ? `${total} rows would go from ${from} to ${to}${begun}. Nothing was changed.\n`
    : `${went}${total} rows are in ${to}, and the same as in ${from}, which is as it was. Start the gateway with ` +
      `DATABASE_URL set to the new one${key}.\n`;
  return {
    data: { ...moved, isDryRun },
    text: `${formatTable(io, ['TABLE', 'ROWS', 'CHECKSUM'], rows)}${describeChanged(changed)}${end}`,
  };
}

function describeChanged({ count, first }: MovedStore['changed']): string {
  if (count === 0) return '';
  const lines = first.map(({ table, column, key }: ChangedText) => `  ${table}.${column} of ${key.join(', ')}\n`);
  const more = count > first.length ? `  and ${count - first.length} more\n` : '';
  const what = 'Texts with the character 0, which PostgreSQL cannot hold, have U+FFFD in its place:\n';
  return `${what}${lines.join('')}${more}`;
}
