import { readdirSync, readFileSync } from 'node:fs';
import { moveStore } from '../src/store/moving/moving.js';
import { readProcess } from '../test/support/measured/processes.js';
import { type PostgresServer, startPostgres } from '../test/support/servers/postgres.js';
import { readCpu } from './cpu.js';
import { fillIndex, tagsPerRepository } from './fill.js';
import { report } from './report.js';

/** How much a run of `npm run bench:scale` does. */
export interface Scale {
  /** Of ten tags each. */
  readonly repositories: number;
  /** Pages that each engine is asked for, none of them twice. */
  readonly pages: number;
  /** Pages of each list, and searches for each word, that each engine is asked for. */
  readonly rounds: number;
  /** Repositories that are crawled. */
  readonly crawled: number;
  /** Of load on each number of gateways. */
  readonly seconds: number;
  readonly events: number;
  /** Of gateways. */
  readonly kills: number;
}

/** The same index twice. */
export interface Installation {
  readonly file: string;
  /** Of PostgreSQL, which brings each commit to the disk. */
  readonly url: string;
  readonly server: PostgresServer;
  /** Milliseconds of processor time that the server has taken since it began. */
  readonly readServerCpu: () => number;
}

/** Fills a file in the folder, and moves what is in it to a server of its own, which goes when it is closed. */
export async function install(folder: string, { repositories }: Scale): Promise<Installation> {
  const file = `${folder}/scale.db`;
  await fillIndex(file, { repositories, isVaried: true });
  const server = await startPostgres({ isDurable: true });
  const url = await server.createDatabase();
  const began = readCpu();
  const ends = { from: `sqlite:${file}`, to: url, keyring: null, anyFileSystem: false };
  await moveStore({ ...ends, isDryRun: false, show: () => undefined });
  report({
    case: `migrate-store of ${(repositories * tagsPerRepository).toLocaleString('en')} tags to PostgreSQL, CPU`,
    value: (readCpu() - began) / 1000,
    unit: 's',
  });
  const main = findServer(new URL(url).port);
  return { file, url, server, readServerCpu: () => readCpuOf(main) };
}

/** The process that listens on the port. */
function findServer(port: string): number {
  const found = listProcesses().find((pid) => {
    const line = readCommand(pid).split('\0');
    return line[0]?.endsWith('/postgres') && line.includes(port);
  });
  if (found === undefined) throw new Error('The process of PostgreSQL is not found.');
  return found;
}

function listProcesses(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid));
}

/** '' for a process that is gone. */
function readCommand(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Milliseconds of the process, its children that run, and those that ended. */
function readCpuOf(main: number): number {
  let sum = 0;
  for (const pid of listProcesses()) {
    const found = readProcess(pid);
    if (pid === main) sum += (found?.cpuMs ?? 0) + (found?.endedCpuMs ?? 0);
    else if (found?.parent === main) sum += found.cpuMs;
  }
  return sum;
}
