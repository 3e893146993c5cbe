import { benchConsole } from './console.js';
import { benchCosts } from './costs.js';
import { benchDeleting } from './deleting.js';
import { benchEventCosts } from './eventcosts.js';
import { benchGrantedPages } from './granted.js';
import { benchListing } from './listing.js';
import { benchLoop } from './loop.js';
import { benchNotifying } from './notifying.js';
import { benchUnseenPages } from './page.js';
import { benchPages } from './pages.js';
import { benchPruning } from './pruning.js';
import { type Benches, runBenches } from './running.js';
import { benchServing } from './serving.js';
import { benchSize } from './size.js';
import { benchSmall } from './small.js';
import { benchStarting } from './starting.js';
import { benchStreaming } from './streaming.js';
import { benchSyncing } from './syncing.js';
import { benchUpgrading } from './upgrading.js';
import { benchZot } from './zot.js';

/** In the order of the table. `npm run bench page small` runs these two, `npm run bench -- quick` those of `quick`. */
const benches: Benches = {
  page: benchUnseenPages,
  pages: benchPages,
  small: benchSmall,
  serving: benchServing,
  syncing: benchSyncing,
  console: benchConsole,
  costs: benchCosts,
  eventcosts: benchEventCosts,
  size: benchSize,
  starting: benchStarting,
  deleting: benchDeleting,
  granted: benchGrantedPages,
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

await runBenches(benches, chosen);
