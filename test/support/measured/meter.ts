import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { readProcess } from './processes.js';

/** What a process spent between two moments. */
export interface Figures {
  /** Milliseconds of CPU, of all its threads and of the processes it started. */
  readonly cpuMs: number;
  /**
   * The most milliseconds of CPU that the main thread took in one turn of the event loop: how long everything else had
   * to wait for it, whatever else the machine was doing.
   */
  readonly holdMs: number;
  /** The longest delay of the event loop on the clock, in milliseconds, the machine's other work included. */
  readonly delayMs: number;
  /** What resident memory grew by, in MiB. */
  readonly growthMb: number;
}

export interface Meter {
  readonly begin: () => void;
  readonly end: () => Figures;
}

/** Milliseconds between two looks at the event loop. */
const resolution = 5;

export function createMeter(): Meter {
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  let turn = process.threadCpuUsage();
  let holdMs = 0;
  let cpu = 0;
  let memory = 0;
  setInterval(() => {
    const spent = process.threadCpuUsage(turn);
    holdMs = Math.max(holdMs, (spent.user + spent.system) / 1000);
    turn = process.threadCpuUsage();
  }, resolution).unref();
  return {
    begin() {
      turn = process.threadCpuUsage();
      holdMs = 0;
      delay.reset();
      cpu = readCpu();
      memory = process.memoryUsage.rss();
    },
    end: () => ({
      cpuMs: readCpu() - cpu,
      holdMs,
      delayMs: Math.max(delay.max / 1e6 - resolution, 0),
      growthMb: Math.max(process.memoryUsage.rss() - memory, 0) / 1024 ** 2,
    }),
  };
}

/** Milliseconds of CPU of this process, and of those it started. */
export function readCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 + readCpuOfChildren();
}

/** Of the processes it started, those that have ended included; 0 where there is no /proc. */
function readCpuOfChildren(): number {
  try {
    const running = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').split(' ').filter(Boolean);
    const ended = readProcess('self')?.endedCpuMs ?? 0;
    return running.reduce((sum, pid) => sum + (readProcess(pid)?.cpuMs ?? 0), ended);
  } catch {
    return 0;
  }
}
