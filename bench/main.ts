import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { benchCosts } from './costs.js';
import { benchDeleting } from './deleting.js';
import { benchLoop } from './loop.js';
import { benchNotifying } from './notifying.js';
import { benchUnseenPages } from './page.js';
import { benchPruning } from './pruning.js';
import { benchServing } from './serving.js';
import { benchSize } from './size.js';
import { benchSmall } from './small.js';
import { benchStreaming } from './streaming.js';
import { benchSyncing } from './syncing.js';
import { benchUpgrading } from './upgrading.js';

/**
 * `npm run bench`, or for some of it
 * `npm run bench serving page small costs size syncing streaming deleting notifying loop pruning upgrading`.
 */
const benches: Readonly<Record<string, (folder: string) => Promise<void>>> = {
  serving: benchServing,
  page: benchUnseenPages,
  small: benchSmall,
  costs: benchCosts,
  size: benchSize,
  streaming: benchStreaming,
  syncing: benchSyncing,
  deleting: benchDeleting,
  notifying: benchNotifying,
  loop: benchLoop,
  pruning: benchPruning,
  upgrading: benchUpgrading,
};

const folder = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
const chosen = process.argv.slice(2);
const machine = {
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  memoryGigabytes: Math.round(totalmem() / 1024 ** 3),
  node: process.version,
};
process.stdout.write(`${JSON.stringify({ machine })}\n`);
try {
  for (const [name, run] of Object.entries(benches))
    if (chosen.length === 0 || chosen.includes(name)) await run(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
