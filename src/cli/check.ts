import type { Command } from 'commander';
import { type Config, readConfig } from '../config.js';
import { GatewayError } from '../errors.js';
import { ConfigError } from '../settings/reader.js';
import { isServerUrl } from '../domain/databaseurl.js';
import type { InspectedRegistry } from '../store/backup/inspectedregistries.js';
import { systemTimer, type Timer } from '../timer.js';
import { createFindings, type Finding, formatFindings } from './checks/finding.js';
import type { RegistryParts } from './checks/registry.js';
import type { DatabaseContent } from './checks/server.js';
import { addExamples, type CommandResult, setAction } from './command.js';
import { findDatabasePath, withDatabase } from './database.js';
import { CommandError, type ExitCode, exitCodes } from './exit.js';
import type { Io } from './io.js';

/** Registries asked at a time. */
const atATime = 4;

interface CheckParts {
  readonly timer: Timer;
  readonly clock: () => Date;
}

const { ok, warning, failed } = createFindings(null);

/** `check`: what works and what does not, each with the next step. Changes nothing, here or at a registry. */
export function addCheckCommand(program: Command, io: Io, given: Partial<CheckParts> = {}): void {
  const command = program
    .command('check')
    .description(
      'Say what works and what does not: settings, database, key, each registry. Changes nothing, and runs beside ' +
        'a gateway or without one.',
    );
  addExamples(command, 'check', 'check --json');
  setAction(command, io, async () => {
    const findings: Finding[] = [];
    const exitCode = await checkAll(io, { timer: systemTimer, clock: () => new Date(), ...given }, findings);
    return describe(io, findings, exitCode);
  });
}

function describe(io: Io, findings: readonly Finding[], unreadable: ExitCode | null): CommandResult {
  const count = (state: Finding['state']): number => findings.filter((each) => each.state === state).length;
  const [failures, warnings] = [count('failed'), count('warning')];
  const exitCode = unreadable ?? (failures > 0 ? exitCodes.refused : exitCodes.done);
  const sum =
    failures > 0
      ? `Not working: ${failures} of ${findings.length}.`
      : `All ${findings.length} work${warnings > 0 ? `, ${warnings} with a warning` : ''}.`;
  return { data: { works: failures === 0, findings }, text: `${formatFindings(io, findings)}${sum}\n`, exitCode };
}

/**
 * Adds what it finds to `findings`. Gives the exit code where it cannot go on, since the settings or the database
 * cannot be read; else null.
 */
async function checkAll(io: Io, around: CheckParts, findings: Finding[]): Promise<ExitCode | null> {
  const config = checkSettings(io, findings);
  if (config === null) return exitCodes.settings;
  try {
    return await checkDatabase(io, config, around, findings);
  } catch (error) {
    if (!(error instanceof GatewayError || error instanceof CommandError)) throw error;
    findings.push(failed('database', error.message));
    return exitCodes.settings;
  }
}

function checkSettings({ env }: Io, findings: Finding[]): Config | null {
  try {
    const config = readConfig(env);
    findings.push(...config.warnings.map((each) => warning('settings', each)));
    if (config.warnings.length === 0) findings.push(ok('settings', 'All can be read.'));
    return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    findings.push(...error.faults.map((fault) => failed('settings', fault, 'docs/settings.md has what each may be.')));
    return null;
  }
}

async function checkDatabase(
  io: Io,
  config: Config,
  around: CheckParts,
  findings: Finding[],
): Promise<ExitCode | null> {
  // Closed before registries are asked: a gateway that starts meanwhile has a file to itself.
  const content = isServerUrl(config.databaseUrl) ? await lookAtServer(io) : await lookAtFile(io, config, findings);
  if (content === null) return exitCodes.settings;
  const { checkKey } = await import('./checks/key.js');
  const { finding, keyring } = checkKey(config, content.canary);
  const { registries } = content;
  findings.push(...content.findings, finding);
  if (registries.length === 0) findings.push(ok('registries', 'None is attached.'));
  else if (keyring === null)
    findings.push(warning('registries', `${registries.length} were not asked: they need the key.`));
  else findings.push(...(await checkRegistries(io, config, registries, { keyring, ...around })));
  return null;
}

/** null: what is there cannot be worked with, which `findings` say. */
async function lookAtFile(io: Io, config: Config, findings: Finding[]): Promise<DatabaseContent | null> {
  const [{ checkDatabaseContent, checkPlace }, { inspectFile }, { readCanary }, { readRegistries }] = await Promise.all(
    [
      import('./checks/database.js'),
      import('../store/file/inspecting.js'),
      import('../store/backup/inspection.js'),
      import('../store/backup/inspectedregistries.js'),
    ],
  );
  const path = await findDatabasePath(config.databaseUrl);
  const place = checkPlace(path, config);
  findings.push(...place.findings);
  if (!place.isThere) return null;
  tell(io, `Checking ${path}.`);
  return inspectFile(path, (file) => {
    const { findings: found, isReadable } = checkDatabaseContent(path, file);
    if (isReadable) return { findings: found, canary: readCanary(file), registries: readRegistries(file) };
    findings.push(...found);
    return null;
  });
}

async function lookAtServer(io: Io): Promise<DatabaseContent> {
  const { checkServer } = await import('./checks/server.js');
  tell(io, 'Checking the database server.');
  return withDatabase(io, checkServer);
}

/**
 * In the order of `registries`, each asked as the gateway asks: through the same proxies, and under the same rules of
 * addresses.
 */
async function checkRegistries(
  io: Io,
  config: Config,
  registries: readonly InspectedRegistry[],
  parts: Omit<RegistryParts, 'createUpstream'>,
): Promise<Finding[]> {
  const [{ createClients }, { checkRegistry }, { default: PQueue }] = await Promise.all([
    import('../upstream/clients.js'),
    import('./checks/registry.js'),
    import('p-queue'),
  ]);
  tell(io, `Asking ${registries.length} registries.`);
  const silent = (): void => undefined;
  const createUpstream = createClients(config, { timer: parts.timer, log: silent, warn: silent });
  const queue = new PQueue({ concurrency: atATime });
  const found = await queue.addAll(
    registries.map((registry) => () => checkRegistry(registry, { ...parts, createUpstream })),
  );
  return found.flat();
}

function tell(io: Io, text: string): void {
  if (io.isErrTTY) io.err(`${text}\n`);
}
