import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { benchCosts } from './costs.js';
import { benchDeleting } from './deleting.js';
import { benchListing } from './listing.js';
import { benchLoop } from './loop.js';
import { benchNotifying } from './notifying.js';
import { benchUnseenPages } from './page.js';
import { benchPruning } from './pruning.js';
import { type BenchRow, results, skip, writeTable } from './report.js';
import { benchServing } from './serving.js';
import { benchSize } from './size.js';
import { benchSmall } from './small.js';
import { benchStarting } from './starting.js';
import { benchStreaming } from './streaming.js';
import { benchSyncing } from './syncing.js';
import { benchUpgrading } from './upgrading.js';
import { benchZot } from './zot.js';

/** In the order of the table. `npm run bench page small` runs these two, `npm run bench -- quick` those of `quick`. */
const benches: Readonly<Record<string, (folder: string) => Promise<void>>> = {
  page: benchUnseenPages,
  small: benchSmall,
  serving: benchServing,
  syncing: benchSyncing,
  costs: benchCosts,
  size: benchSize,
  starting: benchStarting,
  deleting: benchDeleting,
  listing: benchListing,
  zot: benchZot,
  streaming: benchStreaming,
  notifying: benchNotifying,
  loop: benchLoop,
  pruning: benchPruning,
  upgrading: benchUpgrading,
};

/** Some 60 s of CPU together, and no program besides this one is needed. */
const quick = ['page', 'small'];

const asked = process.argv.slice(2);
const chosen = asked.length === 0 ? Object.keys(benches) : asked.flatMap((name) => (name === 'quick' ? quick : name));
const unknown = chosen.filter((name) => !(name in benches));
if (unknown.length > 0)
  throw new Error(`There is no case ${unknown.join(', ')}. There are: quick, ${Object.keys(benches).join(', ')}.`);

const readLoad = (): number[] => loadavg().map((load) => Number(load.toFixed(1)));
const machine = {
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  memoryGigabytes: Math.round(totalmem() / 1024 ** 3),
  node: process.version,
  load: readLoad(),
};
process.stdout.write(`${JSON.stringify({ machine })}\n`);
const all: BenchRow[] = [];
let bench = '';
results.subscribe((result) => void all.push({ bench, result: result as BenchRow['result'] }));
const folder = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
const began = performance.now();
try {
  for (const [name, run] of Object.entries(benches)) {
    if (!chosen.includes(name)) continue;
    bench = name;
    await run(folder).catch(noteFailure);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const seconds = Math.round((performance.now() - began) / 1000);
const loads = `${machine.load.join(', ')} before, ${readLoad().join(', ')} after`;
process.stdout.write(
  `\n${machine.cores} cores of ${machine.cpu}, Node ${machine.node}, ${seconds} s. ` +
    `Load of 1, 5 and 15 minutes: ${loads}.\n\n${writeTable(all)}`,
);

/** The others are measured all the same. */
function noteFailure(error: unknown): void {
  process.exitCode = 1;
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  skip('the rest of it', 'it failed, and said why on standard error');
}
