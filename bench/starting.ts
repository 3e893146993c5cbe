import type { GatewayReady } from './asking.js';
import { fillIndex, tagsPerRepository } from './fill.js';
import { quantile, serve } from './load.js';
import { report } from './report.js';

const sizes = [1_000, 1_000_000];
const starts = 7;

/**
 * Starts after an end in order, as most are: from the process's start to its first answer, beside Fastify with
 * Mercurius, which has nothing to open. Both in turns.
 */
export async function benchStarting(folder: string): Promise<void> {
  for (const tags of sizes) {
    const file = `${folder}/starting-${tags}.db`;
    await fillIndex(file, { repositories: tags / tagsPerRepository });
    // The first one after the filling checks the file, and writes what Node compiled.
    await time('./gateway.js', file);
    const own: Start[] = [];
    const peers: Start[] = [];
    for (let i = 0; i < starts; i++) {
      own.push(await time('./gateway.js', file));
      peers.push(await time('./peer.js', 'mercurius', '0'));
    }
    const name = tags.toLocaleString('en');
    report({
      case: `${name} tags, first answer after start`,
      value: least(own, 'wall') / 1000,
      unit: 's',
      target: ['<=', 0.5],
      cpuSeconds: least(own, 'cpu') / 1000,
      ofPeer: least(peers, 'wall') / 1000,
      peerCpuSeconds: least(peers, 'cpu') / 1000,
    });
  }
}

/** Milliseconds from the process's start to its first answer. */
interface Start {
  readonly wall: number;
  readonly cpu: number;
}

async function time(module: string, ...args: string[]): Promise<Start> {
  await using served = await serve<Pick<GatewayReady, 'started' | 'startedCpu'>>(module, ...args);
  const { started, startedCpu } = served.ready;
  return { wall: started, cpu: startedCpu };
}

function least(all: readonly Start[], what: keyof Start): number {
  return quantile(
    all.map((start) => start[what]),
    0.25,
  );
}
