import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { readProcess } from '../test/support/measured/processes.js';
import type { GatewayReady } from './asking.js';
import { fillIndex, tagsPerRepository } from './fill.js';
import { quantile, serve } from './load.js';
import { report } from './report.js';

const sizes = [1_000, 1_000_000];
const starts = 7;

/**
 * Starts of the built program after an end in order, as most are: from when its process is asked for to its first
 * answer, beside Fastify with Mercurius, which has nothing to open. Both in turns.
 */
export async function benchStarting(folder: string): Promise<void> {
  execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: ['ignore', 'ignore', 'inherit'] });
  for (const tags of sizes) {
    const file = `${folder}/starting-${tags}.db`;
    await fillIndex(file, { repositories: tags / tagsPerRepository });
    // The first one after the filling checks the file, and writes what Node compiled.
    await startProgram(file);
    const own: Start[] = [];
    const peers: Start[] = [];
    for (let i = 0; i < starts; i++) {
      own.push(await startProgram(file));
      peers.push(await startPeer());
    }
    const name = tags.toLocaleString('en');
    report({
      case: `${name} tags, first answer after start`,
      value: least(own, 'wall') / 1000,
      unit: 's',
      target: ['<=', 0.5],
      ofPeer: least(peers, 'wall') / 1000,
    });
    const [cpuMs, ofPeer] = [least(own, 'cpu'), least(peers, 'cpu')];
    report({
      case: `${name} tags, CPU to the first answer / Fastify with Mercurius`,
      value: cpuMs / ofPeer,
      unit: 'times',
      cpuMs,
      ofPeer,
    });
  }
}

/** Milliseconds to the first answer. */
interface Start {
  readonly wall: number;
  readonly cpu: number;
}

async function startPeer(): Promise<Start> {
  await using served = await serve<Pick<GatewayReady, 'started' | 'startedCpu'>>('./peer.js', 'mercurius', '0');
  const { started, startedCpu } = served.ready;
  return { wall: started, cpu: startedCpu };
}

async function startProgram(file: string): Promise<Start> {
  const began = performance.now();
  const child = spawn(process.execPath, ['--max-semi-space-size=8', resolve('bin/registry-gateway.cjs'), 'serve'], {
    env: {
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: `sqlite:${file}`,
      SECRET_KEY: createHash('sha256').update('benchmark').digest('base64'),
      ADMIN_PASSWORD: 'benchmark password',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  try {
    for await (const line of createInterface(child.stdout)) {
      const url = /"url":"([^"]+)"/.exec(line)?.[1];
      if (url === undefined) continue;
      await (await fetch(`${url}/readyz`)).text();
      return { wall: performance.now() - began, cpu: readProcess(child.pid!)!.cpuMs };
    }
    throw new Error('The gateway ended before it listened.');
  } finally {
    child.kill('SIGTERM');
    await exit;
  }
}

function least(all: readonly Start[], what: keyof Start): number {
  return quantile(
    all.map((start) => start[what]),
    0.25,
  );
}
