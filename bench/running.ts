import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { type BenchRow, results, skip, writeTable } from './report.js';

/** By name, in the order in which they run. Each gets a folder of the run's own. */
export type Benches = Readonly<Record<string, (folder: string) => Promise<void>>>;

const readLoad = (): number[] => loadavg().map((load) => Number(load.toFixed(1)));

/** Runs those that are chosen, and prints a table of all their results at the end. */
export async function runBenches(benches: Benches, chosen: readonly string[]): Promise<void> {
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
  // Databases write, and read, in threads and processes of their own, which keep no process alive.
  const alive = setInterval(() => undefined, 60_000);
  try {
    for (const [name, run] of Object.entries(benches)) {
      if (!chosen.includes(name)) continue;
      bench = name;
      await run(folder).catch(noteFailure);
    }
  } finally {
    clearInterval(alive);
    rmSync(folder, { recursive: true, force: true });
  }
  const seconds = Math.round((performance.now() - began) / 1000);
  const loads = `${machine.load.join(', ')} before, ${readLoad().join(', ')} after`;
  process.stdout.write(
    `\n${machine.cores} cores of ${machine.cpu}, Node ${machine.node}, ${seconds} s. ` +
      `Load of 1, 5 and 15 minutes: ${loads}.\n\n${writeTable(all)}`,
  );
}

/** The others are measured all the same. */
function noteFailure(error: unknown): void {
  process.exitCode = 1;
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  skip('the rest of it', 'it failed, and said why on standard error');
}
