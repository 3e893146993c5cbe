import { resolve } from 'node:path';
import { readConfig } from '../config.js';
import { badInput } from '../errors.js';
import { type Backup, backUp, restore } from '../store/backup.js';
import { inMemory, parseSqliteUrl } from '../store/sqlite.js';
import { runCommand } from './command.js';
import { isEntry, type Output, standardOutput } from './entry.js';

const usage = `Usage:
  npm run backup -- <new file>
  npm run restore -- <backup>
A backup is made of the database of DATABASE_URL, also while the gateway runs. It is restored while none runs.
`;

/** `args`: `backup <new file>` or `restore <backup>`. Exit codes: 0 done, 1 refused, 64 wrong usage, 78 wrong settings. */
export async function runBackup(args: readonly string[], output: Output, env?: Readonly<Record<string, string>>): Promise<number> {
  const [name, file, ...rest] = args;
  if (!file || file.startsWith('-') || rest.length > 0 || (name !== 'backup' && name !== 'restore')) {
    output.err(usage);
    return 64;
  }
  const tell = (step: string): void => output.err(`${step}\n`);
  return runCommand(output, () => {
    const path = parseSqliteUrl(readConfig(env).databaseUrl);
    if (path === inMemory) throw badInput('DATABASE_URL names a database in memory, which no other process can reach.');
    return name === 'backup' ? describeBackup(resolve(file), backUp(path, resolve(file), tell)) : describeRestored(path, restore(path, resolve(file), new Date(), tell));
  });
}

function describeBackup(file: string, { bytes, keyId }: Backup): string {
  const key = keyId === null ? '' : `Its secrets open with the key ${keyId} (SECRET_KEY, or the .key file beside the database), which is not in it: keep that too.\n`;
  return `Backed up to ${file}: ${bytes} bytes, checked whole.\n${key}`;
}

function describeRestored(path: string, { bytes, keyId, kept }: ReturnType<typeof restore>): string {
  const before = kept === null ? '' : `The database that was there is kept as ${kept}.\n`;
  const key = keyId === null ? '' : `Start the gateway with the key ${keyId}.\n`;
  return `Restored ${path}: ${bytes} bytes, checked whole.\n${before}${key}`;
}

if (isEntry(import.meta.url)) process.exitCode = await runBackup(process.argv.slice(2), standardOutput);
