import { readdirSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { migrationFolder, type MigrationDriver, withMigrator } from '../store/database/migrations.js';
import { sqliteDriver } from '../store/database/sqlitemigrating.js';
import { postgresDriver } from '../store/postgres/migrating.js';
import type { Io } from './io.js';

type Output = Pick<Io, 'out' | 'err'>;

const usage =
  'Usage: npm run migrations -- check | npm run migrations -- create <name>\nRun it from the project folder.\n';

const drivers: readonly MigrationDriver[] = [sqliteDriver, postgresDriver];

/**
 * `check`: 1 when entities and committed migrations differ, for any driver. `create <name>`: writes what is missing.
 */
export async function runMigrations(args: readonly string[], output: Output): Promise<number> {
  const [command, name] = args;
  if (command === 'check' && args.length === 1) return checkAll(output);
  if (command === 'create' && name && /^[a-z][a-z0-9-]*$/.test(name) && args.length === 2)
    return createAll(name, output);
  output.err(usage);
  return 64;
}

async function checkAll(output: Output): Promise<number> {
  let faults = 0;
  for (const driver of drivers) {
    for (const fault of await findFaults(driver)) {
      faults++;
      output.err(`${driver.name}: ${fault}\n`);
    }
  }
  if (faults === 0) output.out(`The migrations match the entities (${drivers.map(({ name }) => name).join(', ')}).\n`);
  return faults ? 1 : 0;
}

async function findFaults(driver: MigrationDriver): Promise<string[]> {
  const differs = await withMigrator(driver, (migrator) => migrator.checkSchema());
  const files = readdirSync(migrationFolder(driver)).flatMap((file) =>
    file.endsWith('.ts') ? [file.slice(0, -3)] : [],
  );
  const names = driver.listed.map((migration) => migration.name);
  return [
    ...(differs
      ? ['the entities have changed since the last migration. Run: npm run migrations -- create <name>']
      : []),
    ...files
      .filter((file) => !names.includes(file))
      .map((file) => `${file}.ts is not listed in ${migrationFolder(driver)}.ts`),
    ...names.filter((name) => !files.includes(name)).map((name) => `${name} is listed, but its file is missing`),
  ];
}

async function createAll(name: string, output: Output): Promise<number> {
  for (const driver of drivers) {
    const { fileName } = await withMigrator(driver, (migrator) => migrator.create(undefined, false, false, name));
    const folder = migrationFolder(driver);
    output.out(
      fileName
        ? `Wrote ${folder}/${fileName}: read it, then list its class in ${folder}.ts.\n`
        : `${driver.name}: nothing to do.\n`,
    );
  }
  return 0;
}

/** True when node was started with this module; false when a test imports it. */
function isEntry(moduleUrl: string): boolean {
  const started = process.argv[1];
  return started !== undefined && realpathSync(started) === fileURLToPath(moduleUrl);
}

if (isEntry(import.meta.url))
  process.exitCode = await runMigrations(process.argv.slice(2), {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  });
