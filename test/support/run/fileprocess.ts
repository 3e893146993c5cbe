import { fork } from 'node:child_process';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SerializableError, TestResult } from '@jest/test-result';
import type { Config } from '@jest/types';
import type { Test } from 'jest-runner';
import type { FileToRun, Told } from './child.js';

/** How a file ended: with the results of its tests, or without. */
export interface Outcome {
  readonly result?: TestResult;
  readonly error: SerializableError;
}

/** A process that runs files, one after another. */
export interface FileProcess {
  run(test: Test): Promise<Outcome>;
  /** False once it ended, or has grown too big. */
  isFit(): boolean;
  end(): void;
}

const program = fileURLToPath(new URL('child.js', import.meta.url));
/** Milliseconds for a process to start and to load a file. */
const starting = 300_000;

function failure(message: string): SerializableError {
  return { type: 'Error', message, stack: message };
}

/** Its bytes are those of `workerIdleMemoryLimit`. */
export function createFileProcess(globalConfig: Config.GlobalConfig): FileProcess {
  const child = fork(program, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], serialization: 'advanced' });
  let used = 0;
  let isOver = false;
  // It is told of before its channel is closed.
  child.once('exit', () => (isOver = true));
  // Each process ends both of its streams, and the run's own stay open.
  child.stdout?.pipe(process.stdout, { end: false });
  child.stderr?.pipe(process.stderr, { end: false });

  function run({ path, context: { config } }: Test): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const name = relative(config.rootDir, path);
    let silence = setTimeout(hang, starting, starting);

    function settle(outcome: Outcome): void {
      clearTimeout(silence);
      child.off('message', hear).off('exit', onExit);
      resolve(outcome);
    }
    function fail(message: string): void {
      isOver = true;
      settle({ error: failure(message) });
    }
    function hang(waited: number): void {
      child.kill('SIGKILL');
      fail(`${name} told of no test for ${waited / 1000} s: its process was killed.`);
    }
    function onExit(code: number | null, signal: string | null): void {
      fail(`${name} ended its process, ${signal ? `by ${signal}` : `with the code ${code}`}.`);
    }
    function hear({ time = 0, result, error, memory }: Told): void {
      clearTimeout(silence);
      // Jest ends a test or a hook that takes longer than its time, unless it holds the process.
      const patience = 2 * Math.max(time, config.testTimeout);
      silence = setTimeout(hang, patience, patience);
      if (memory === undefined) return;
      used = memory;
      settle({ ...(result && { result }), error: error ?? failure(`${name} has no result.`) });
    }

    child.on('message', hear).on('exit', onExit);
    child.send({ path, config, globalConfig } satisfies FileToRun, (error) => error && fail(error.message));
    return promise;
  }

  const isFit = (): boolean => !isOver && used < Number(globalConfig.workerIdleMemoryLimit);
  return { run, isFit, end: () => child.connected && child.disconnect() };
}
