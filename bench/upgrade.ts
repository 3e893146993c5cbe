import { openDatabase } from '../src/store/database/database.js';
import type { SpaceLog } from '../src/store/file/space.js';
import { systemTimer } from '../src/timer.js';

/** What a start on an earlier database took, in a process of its own that does nothing else. */
export interface Upgraded {
  /** Seconds until a gateway could have answered. */
  readonly seconds: number;
  /** Seconds of CPU. */
  readonly cpu: number;
  /** The most bytes of memory that were resident. */
  readonly rss: number;
  /** What the start said, each with the seconds it had taken until then. */
  readonly said: readonly string[];
}

/** `upgrade.js <database file>`: opens it as a start does, and tells what that took. */
const [, , file = ''] = process.argv;
const began = systemTimer.elapsed();
const before = process.cpuUsage();
const passed = (): number => (systemTimer.elapsed() - began) / 1000;
const said: string[] = [];
const log: SpaceLog = (message, { change }) =>
  void said.push(`${passed().toFixed(1)} s: ${message}${typeof change === 'string' ? ` ${change}` : ''}`);
const database = await openDatabase(`sqlite:${file}`, { log });
const seconds = passed();
const { user, system } = process.cpuUsage(before);
const rss = process.resourceUsage().maxRSS * 1024;
process.on('message', () => void database.close().then(() => process.exit(0)));
process.send?.({ seconds, cpu: (user + system) / 1e6, rss, said } satisfies Upgraded);
