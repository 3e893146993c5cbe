import { accessSync, constants, statfsSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '../../config.js';
import { findDamage, type SqliteFile } from '../../store/file/driver.js';
import { lookAt, refuseNetwork } from '../../store/file/file.js';
import { findFileSystem } from '../../store/file/filesystem.js';
import { readSchemaState } from '../../store/backup/inspection.js';
import { createFindings, type Finding } from './finding.js';

const { ok, warning, failed } = createFindings(null);

const mebibyte = 1024 * 1024;
/** Free bytes below which a few writes fill the disk, and below which somebody should know. */
const fewBytes = { failed: 4 * mebibyte, warning: 256 * mebibyte };

const wrongUrl = 'Set DATABASE_URL to the one the gateway serves; its first start makes it.';

/**
 * Looks at the database without opening it. Throws BAD_USER_INPUT for what is no file, STORAGE_* where it cannot be
 * looked at.
 */
export function checkPlace(
  path: string,
  { anyFileSystem }: Pick<Config, 'anyFileSystem'>,
): { readonly findings: Finding[]; readonly isThere: boolean } {
  const stats = lookAt(path);
  if (stats === null)
    return { findings: [failed('database', `There is no database at ${path}.`, wrongUrl)], isThere: false };
  return {
    findings: [checkFile(path, stats), checkSpace(path, stats), checkFileSystem(path, anyFileSystem)],
    isThere: true,
  };
}

function checkFile(path: string, { size, mode }: Stats): Finding {
  const what = `${path}, ${toMebibytes(size)}`;
  if (process.platform !== 'win32' && (mode & 0o007) !== 0)
    return failed('database', `${what}, is open to every user of this machine.`, `Run: chmod 600 ${path}`);
  try {
    for (const each of [path, dirname(path)]) accessSync(each, constants.W_OK);
    return ok('database', `${what}.`);
  } catch {
    return warning(
      'database',
      `${what}. This user may not write there.`,
      'The gateway must run as one who may: check the owner and the mode of it and of its folder.',
    );
  }
}

/** A backup beside it, and what SQLite rewrites at times, take as much as the file has. */
function checkSpace(path: string, { size }: Stats): Finding {
  const { bavail, bsize } = statfsSync(dirname(path));
  const free = bavail * bsize;
  const message = `${toMebibytes(free)} are free where the database is.`;
  const next = 'Free some space, or move the database to a larger disk.';
  if (free < fewBytes.failed) return failed('space', message, next);
  return free < Math.max(fewBytes.warning, size) ? warning('space', message, next) : ok('space', message);
}

function checkFileSystem(path: string, anyFileSystem: boolean): Finding {
  const system = findFileSystem(dirname(path));
  if (system.kind === 'local') return ok('file system', 'The database is on a disk of this machine.');
  if (system.kind === 'network' && !anyFileSystem) return failed('file system', refuseNetwork(path, system).message);
  return warning(
    'file system',
    `The database is not on a disk of this machine (${system.name}).`,
    'No other machine may have it mounted.',
  );
}

/** Looks at what the file holds. `isReadable` false: this program cannot work with it. Throws the driver's errors. */
export function checkDatabaseContent(
  path: string,
  file: SqliteFile,
): { readonly findings: Finding[]; readonly isReadable: boolean } {
  const damage = findDamage(file);
  if (damage !== null)
    return {
      findings: [failed('integrity', `The database file ${path} is damaged: ${damage}`, restoreNext)],
      isReadable: false,
    };
  const whole = ok('integrity', 'SQLite finds the file whole.');
  const { isGateways, newer, pending } = readSchemaState(file);
  if (!isGateways) {
    return {
      findings: [
        whole,
        failed('schema', `${path} has not the tables of a gateway.`, `${wrongUrl} Or restore a backup.`),
      ],
      isReadable: false,
    };
  }
  if (newer !== null) {
    const next = 'Use that version, or restore the backup made before it.';
    return {
      findings: [whole, failed('schema', `The database was changed by a later version (${newer}).`, next)],
      isReadable: false,
    };
  }
  const schema =
    pending === 0
      ? ok('schema', 'The tables are those of this version.')
      : warning(
          'schema',
          `The tables are of an earlier version (migrations to apply: ${pending}).`,
          'The next start brings them up to date: make a backup first.',
        );
  return { findings: [whole, schema], isReadable: true };
}

export const restoreNext = 'Stop the gateway and restore a backup: registry-gateway restore <file>';

function toMebibytes(bytes: number): string {
  return `${(bytes / mebibyte).toFixed(1)} MiB`;
}
