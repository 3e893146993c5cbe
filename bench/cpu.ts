import { readFileSync } from 'node:fs';
import { quantile, type Served, type Target } from './load.js';
import { readOnce } from './asking.js';

/** A server with what it is asked; its process answers `cpu` with the milliseconds it has used since it began. */
export interface Contender {
  readonly served: Served<unknown>;
  readonly target: Target;
}

export interface CpuOptions {
  readonly rounds?: number;
  /** Requests of each contender in one round, one after another. */
  readonly batch?: number;
  /** `cpu`: of the process alone; `cpuOfAll`: with the processes that it has started. */
  readonly of?: 'cpu' | 'cpuOfAll';
}

/**
 * Milliseconds of CPU that each contender's process takes for a request: the lower quartile over batches that are run
 * by turns. Unlike rates, they hardly change with what else the machine does.
 */
export async function compareCpu(
  contenders: readonly Contender[],
  { rounds = 8, batch = 40, of = 'cpu' }: CpuOptions = {},
): Promise<number[]> {
  const samples: number[][] = contenders.map(() => []);
  for (const { target } of contenders) await readBatch(target, 3 * batch);
  for (let round = 0; round < rounds; round++) {
    for (const [at, { served, target }] of contenders.entries()) {
      const before = await served.ask<number>(of);
      await readBatch(target, batch);
      samples[at]?.push(((await served.ask<number>(of)) - before) / batch);
    }
  }
  return samples.map((some) => quantile(some, 0.25));
}

async function readBatch(target: Target, count: number): Promise<void> {
  for (let request = 0; request < count; request++) await readOnce(target);
}

/** What a process answers to `cpu`. */
export function readCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of one of the kernel's ticks. */
const tick = 10;

/** What a process answers to `cpuOfAll`: as `readCpu`, with that of the processes that it has started and not ended. */
export function readCpuOfAll(): number {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  const ofChildren = children.map((id) => {
    const [, fields = ''] = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ');
    const [user, system] = fields.split(' ').slice(11, 13).map(Number);
    return ((user ?? 0) + (system ?? 0)) * tick;
  });
  return readCpu() + ofChildren.reduce((sum, one) => sum + one, 0);
}
