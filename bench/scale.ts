import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { postgresFolder } from '../test/support/servers/postgres.js';
import { benchEngines } from './engines.js';
import { benchFollowing } from './following.js';
import { benchKilling } from './killing.js';
import { benchReplicas } from './replicas.js';
import { type Benches, runBenches } from './running.js';
import { install, type Installation, type Scale } from './installation.js';

/**
 * `npm run bench:scale`: SQLite beside PostgreSQL, and several gateways over one. `quick` has a tenth of the tags and
 * less of all else; names of parts run these alone, and fill no more than these need.
 */
const asked = process.argv.slice(2);
const isQuick = asked.includes('quick');
const scale: Scale = isQuick
  ? { repositories: 10_000, pages: 20, rounds: 10, crawled: 100, seconds: 5, events: 2000, kills: 5 }
  : { repositories: 100_000, pages: 100, rounds: 30, crawled: 1000, seconds: 15, events: 20_000, kills: 50 };

const few: Scale = { ...scale, repositories: 100 };

if (postgresFolder === null) throw new Error("Debian's package postgresql is not installed.");
/** Those that read pages have all tags; of the others nothing depends on how many there are. */
const parts = {
  engines: { run: benchEngines, filled: scale },
  replicas: { run: benchReplicas, filled: scale },
  following: { run: benchFollowing, filled: few },
  killing: { run: benchKilling, filled: few },
};
const made = new Map<Scale, Promise<Installation>>();
const benches: Benches = Object.fromEntries(
  Object.entries(parts).map(([name, { run, filled }]) => [
    name,
    async (folder: string) => run(await findInstallation(folder, filled), scale),
  ]),
);
function findInstallation(folder: string, filled: Scale): Promise<Installation> {
  const found = made.get(filled) ?? install(mkdtempSync(join(folder, 'scale-')), filled);
  made.set(filled, found);
  return found;
}
const names = asked.filter((name) => name !== 'quick');
const unknown = names.filter((name) => !(name in benches));
if (unknown.length > 0)
  throw new Error(`There is no part ${unknown.join(', ')}. There are: quick, ${Object.keys(benches).join(', ')}.`);
await runBenches(benches, names.length > 0 ? names : Object.keys(benches));
for (const installation of made.values()) await (await installation).server.close();
