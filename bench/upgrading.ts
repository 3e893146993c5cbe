import { readdirSync, statSync } from 'node:fs';
import { sqliteMigrations } from '../src/store/database/migrations/sqlite.js';
import { fillIndex, tagsPerRepository } from './fill.js';
import { serve } from './load.js';
import { report } from './report.js';
import type { Upgraded } from './upgrade.js';

const tags = 1_000_000;
/** The first gateway's, the first that had search, and the one before the newest. */
const schemas = [1, 2, sqliteMigrations.length - 1];
const megabyte = 1024 * 1024;
/** Milliseconds between two looks at what is on the disk. */
const interval = 50;

/**
 * The first start on a database of an earlier version: how long nobody is answered, and the memory and disk it takes.
 */
export async function benchUpgrading(folder: string): Promise<void> {
  for (const migrations of schemas) {
    const name = `upgrading-${migrations}.db`;
    await fillIndex(`${folder}/${name}`, { repositories: tags / tagsPerRepository, migrations });
    const before = statSync(`${folder}/${name}`).size;
    const disk = watchDisk(folder, name);
    await using upgraded = await serve<Upgraded>('./upgrade.js', `${folder}/${name}`);
    const { seconds, cpu, rss, said } = upgraded.ready;
    const details = {
      schema: sqliteMigrations[migrations - 1]?.name,
      cpuSeconds: cpu,
      rssMegabytes: rss / megabyte,
      fileMegabytesBefore: before / megabyte,
      fileMegabytes: statSync(`${folder}/${name}`).size / megabyte,
      diskMegabytesMost: disk.end() / megabyte,
      said,
    };
    report({
      case: `${tags.toLocaleString('en')} tags, start on an earlier schema`,
      value: seconds,
      unit: 's',
      target: ['<=', 120],
      ...details,
    });
  }
}

/** The most bytes of the database, its log and what else is beside it. */
function watchDisk(folder: string, name: string): { end(): number } {
  let most = 0;
  const look = (): void => {
    const files = readdirSync(folder).filter((each) => each.startsWith(name));
    most = Math.max(
      most,
      files.reduce((sum, each) => sum + (statSync(`${folder}/${each}`, { throwIfNoEntry: false })?.size ?? 0), 0),
    );
  };
  const timer = setInterval(look, interval);
  return {
    end() {
      clearInterval(timer);
      look();
      return most;
    },
  };
}
