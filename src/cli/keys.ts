import type { Command } from 'commander';
import { type Config, readConfig } from '../config.js';
import { createOwnEntry, type NewAuditEntry } from '../domain/audit.js';
import { isServerUrl } from '../domain/databaseurl.js';
import { GatewayError } from '../errors.js';
import { loadOlderKeys, loadSecretKey } from '../settings/key.js';
import { beginRotation, endOwnRotation } from '../settings/keyrotation.js';
import { addExamples, type CommandResult, setAction } from './command.js';
import { findDatabaseFile, withDatabase } from './database.js';
import { CommandError } from './exit.js';
import type { Io } from './io.js';
import { readKeyIds } from './keysathand.js';
import { findOperator } from './record.js';

/** `keys show` and `keys rotate`. */
export function addKeysCommands(program: Command, io: Io): void {
  const keys = program.command('keys').description('Show and change the key that seals the credentials of registries.');
  const show = keys
    .command('show')
    .description('Print the ids of the keys, and how many secrets each of them sealed. No key is ever printed.');
  addExamples(show, 'keys show', 'keys show --json');
  setAction(show, io, () => showKeys(io));
  const rotate = keys
    .command('rotate')
    .description(
      'Seal everything with a new key. A running gateway goes on with the old one until it is started again, which ' +
        'then does it.',
    );
  addExamples(rotate, 'keys rotate', 'keys rotate --json');
  setAction(rotate, io, () => rotateKeys(io));
}

async function showKeys(io: Io): Promise<CommandResult> {
  const config = readConfig(io.env);
  const { primary, older } = await readKeyIds(config);
  const { countSealed } = await import('../store/keys/resealing.js');
  const sealed = await withDatabase(io, countSealed);
  const counts =
    Object.entries(sealed)
      .map(([id, count]) => `${id}: ${count} secrets\n`)
      .join('') || 'No secret is stored.\n';
  const opens = older.length > 0 ? `${older.join(', ')} only opens.\n` : '';
  return { data: { key: primary, older, sealed }, text: `${primary} is the key.\n${opens}${counts}` };
}

async function rotateKeys(io: Io): Promise<CommandResult> {
  const config = readConfig(io.env);
  if (!isServerUrl(config.databaseUrl)) await findDatabaseFile(config);
  if (config.secretKey === null && config.keyFile !== null) {
    // Before the file is touched: what is no key now is none to keep.
    loadSecretKey(config, false);
    beginRotation(config.keyFile);
  } else if (config.olderKeys.length === 0) {
    const next =
      'Set SECRET_KEY to a new key and SECRET_KEY_OLD to the present one, and start the gateway again, which seals ' +
      'everything with the new one.';
    throw new CommandError('CONFIG', `The key comes from the settings, which are yours to change. ${next}`);
  }
  const { primary, older } = await readKeyIds(config);
  const outcome = await resealAlone(config);
  const resealed = outcome === 'running' ? null : outcome;
  const data = {
    key: primary,
    older,
    isDone: outcome !== 'running',
    secrets: resealed?.secrets ?? 0,
    unreadable: resealed?.unreadable ?? [],
  };
  if (outcome === 'running' && (await isDoneBy(io, primary))) {
    const text =
      `The gateway that runs has sealed everything with ${primary}. ` +
      `${config.secretKey === null ? '' : 'SECRET_KEY_OLD may be removed.'}\n`;
    return { data: { ...data, isDone: true }, text };
  }
  if (outcome === 'running') {
    await recordWanted(io, { from: older, to: primary });
    return {
      data,
      text:
        `A gateway runs and goes on with the key ${older.join(', ')}. Start it again: it then seals everything ` +
        `with ${primary}.\n`,
    };
  }
  if (data.unreadable.length > 0) {
    throw new CommandError(
      'CONFLICT',
      `No given key opens the secrets of the registries ${data.unreadable.join(', ')}: the old key stays.`,
    );
  }
  const left = config.secretKey === null ? '' : 'SECRET_KEY_OLD may be removed. ';
  return {
    data,
    text:
      `${data.secrets} secrets are sealed with ${primary} now. ${left}Backups from before need the key ` +
      `${older.join(', ')}: keep it with them.\n`,
  };
}

async function isDoneBy(io: Io, primary: string): Promise<boolean> {
  const { isSealedBy } = await import('../store/keys/resealing.js');
  return withDatabase(io, (database) => isSealedBy(database, primary));
}

/**
 * The gateway's next start does it, and leaves an entry of its own. A gateway of an earlier version lets no other
 * write.
 */
async function recordWanted(io: Io, details: NewAuditEntry['details']): Promise<void> {
  const entry = createOwnEntry({
    at: new Date(),
    actor: findOperator(),
    action: 'rotateKeys',
    details,
    outcome: 'ACCEPTED',
  });
  try {
    const { createAuditLog } = await import('../store/jobs/audit.js');
    await withDatabase(io, (database) => createAuditLog(database).add(entry));
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    io.err(`The audit log could not take it: ${error.message}\n`);
  }
}

/** 'running': a gateway has the database. null: there was nothing to do. */
async function resealAlone(config: Config) {
  const [{ openStore }, { isServed }, { openKeyring }, { rotateKey }] = await Promise.all([
    import('../store/engines.js'),
    import('../store/keys/resealing.js'),
    import('../store/keys/canary.js'),
    import('../store/keys/rotating.js'),
  ]);
  const olderKeys = loadOlderKeys(config);
  try {
    const database = await openStore(config.databaseUrl, {
      // A file is this command's alone while it has it; a server's tables are made by gateways.
      access: isServerUrl(config.databaseUrl) ? 'existing' : 'own',
      keyFile: config.keyFile,
      anyFileSystem: config.anyFileSystem,
    });
    try {
      if (await isServed(database)) return 'running' as const;
      const keyring = await openKeyring(database, () => loadSecretKey(config, false), olderKeys);
      const silent = { log: () => undefined, warn: () => undefined };
      return await rotateKey(
        database,
        keyring,
        { olderKeys, actor: findOperator(), onRotated: () => endOwnRotation(config) },
        new Date(),
        silent,
      );
    } finally {
      await database.close();
    }
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'STORAGE_BUSY') return 'running' as const;
    throw error;
  }
}
