import { statSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { sql } from 'kysely';
import { createPruning } from '../src/catalogue/pruning.js';
import { openDatabase } from '../src/store/database/database.js';
import { createImageStore } from '../src/store/index/images.js';
import { systemTimer } from '../src/timer.js';
import { createLayers, createManifest } from '../test/store/manifests.js';
import { until } from '../test/support/timer.js';
import { report } from './report.js';

const orphans = 20_000;
const megabyte = 1024 * 1024;

/** What it costs to remove images that no registry holds, and how much of the file comes back. */
export async function benchPruning(folder: string): Promise<void> {
  const path = `${folder}/pruning.db`;
  const database = await openDatabase(`sqlite:${path}`);
  const images = createImageStore(database);
  for (let start = 0; start < orphans; start += 200) {
    const some = Array.from({ length: 200 }, (_, at) =>
      createManifest(`${start + at}`, { layers: createLayers(`${start + at}`, 5) }),
    );
    await images.save(some, new Date());
  }
  const sizeNow = async (): Promise<number> => {
    // The database's own checkpoint may be under way.
    await until(async () => {
      const done = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(database.kysely);
      return done.rows[0]?.busy === 0;
    });
    return statSync(path).size / megabyte;
  };
  const before = await sizeNow();
  const keep = { jobDays: 90, auditDays: null };
  const pruning = createPruning({ database, clock: () => new Date(), timer: systemTimer, keep, log: () => undefined });
  for (const [name, removes] of [
    ['marks', false],
    ['removes', true],
    ['finds nothing of', true],
  ] as const) {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    const cpu = process.cpuUsage();
    const began = performance.now();
    delay.enable();
    await pruning.sweep();
    delay.disable();
    const { user, system } = process.cpuUsage(cpu);
    const details = {
      wallMilliseconds: performance.now() - began,
      longestStall: delay.max / 1e6,
      fileMegabytes: await sizeNow(),
    };
    report({
      case: `a look that ${name} 20,000 orphans, CPU`,
      value: (user + system) / 1000,
      unit: 'ms',
      ...details,
      ...(removes && { before }),
    });
  }
  await database.close();
}
