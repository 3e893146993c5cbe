import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { readConfig } from '../config.js';
import { createOwnEntry, type NewAuditEntry } from '../domain/audit.js';
import { quote } from '../domain/name.js';
import type { Backup, restore } from '../store/backup/backup.js';
import { addExamples, type CommandResult, setAction } from './command.js';
import { findDatabaseFile, findDatabasePath } from './database.js';
import type { Io } from './io.js';
import { findKeysAtHand } from './keysathand.js';
import { findOperator } from './record.js';

/** `backup <file>` and `restore <file>`. */
export function addBackupCommands(program: Command, io: Io): void {
  const tell = (step: string): void => io.err(`${step}\n`);

  const backup = program
    .command('backup')
    .description('Copy the database of DATABASE_URL to a new file, also while the gateway runs.')
    .argument('<file>', 'the new file; one that is there is never overwritten');
  addExamples(backup, 'backup gateway-1.db');
  setAction(backup, io, async (name: string) => {
    const file = resolve(name);
    const path = await findDatabaseFile(readConfig(io.env));
    const { backUp } = await import('../store/backup/backup.js');
    return describeBackup(file, backUp(path, file, tell));
  });

  const restored = program
    .command('restore')
    .description('Put a backup in the place of the database of DATABASE_URL, while no gateway runs on it.')
    .argument('<file>', 'a file that "backup" made')
    .option(
      '--without-key',
      'Restore it also where the key here does not open its secrets: the gateway starts only with the one that does.',
    );
  addExamples(restored, 'restore gateway-1.db', 'restore gateway-1.db --without-key');
  setAction(restored, io, async (name: string, { withoutKey = false }: { withoutKey?: boolean }) => {
    const config = readConfig(io.env);
    const path = await findDatabasePath(config.databaseUrl);
    const { restore } = await import('../store/backup/backup.js');
    const keys = withoutKey ? null : await findKeysAtHand(config);
    const now = new Date();
    const describe = (restored: Backup): NewAuditEntry => describeDeed(restored, name, now);
    return describeRestored(path, restore(path, resolve(name), { now, tell, keys, describe }));
  });
}

function describeDeed({ keyIds, bytes }: Backup, name: string, at: Date): NewAuditEntry {
  return createOwnEntry({
    at,
    actor: findOperator(),
    action: 'restoreBackup',
    details: { file: quote(basename(name)), bytes, keyIds },
  });
}

function describeBackup(file: string, { bytes, keyIds }: Backup): CommandResult {
  const where = '(SECRET_KEY, or the .key file beside the database)';
  const key =
    keyIds.length === 0
      ? ''
      : `Its secrets open with the key ${keyIds.join(' and ')} ${where}, which is not in it: keep that too.\n`;
  return { data: { file, bytes, keyIds }, text: `Backed up to ${file}: ${bytes} bytes, checked whole.\n${key}` };
}

function describeRestored(path: string, { bytes, keyIds, kept }: ReturnType<typeof restore>): CommandResult {
  const before = kept === null ? '' : `The database that was there is kept as ${kept}.\n`;
  const key = keyIds.length === 0 ? '' : `Start the gateway with the key ${keyIds.join(' and ')}.\n`;
  return {
    data: { file: path, bytes, keyIds, kept },
    text: `Restored ${path}: ${bytes} bytes, checked whole.\n${before}${key}`,
  };
}
