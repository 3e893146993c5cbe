import type { Config } from '@jest/types';
import type { SerializableError, TestEvents, TestResult } from '@jest/test-result';
import type { Test, TestWatcher } from 'jest-runner';
import jest = require('jest-runner');

/** One file to run. */
export interface FileToRun {
  readonly path: string;
  readonly config: Config.ProjectConfig;
  readonly globalConfig: Config.GlobalConfig;
}

/** Sent as each hook and test begins, and at last with the outcome of the file. */
export interface Told {
  /** Milliseconds that the hook or the test may take. */
  readonly time?: number;
  readonly result?: TestResult;
  readonly error?: SerializableError;
  /** Bytes of the process, once the file is over. */
  readonly memory?: number;
}

const tell = (told: Told): void => void process.send?.(told);
const watcher = { isInterrupted: () => false } as TestWatcher;

function describeError(thrown: TestEvents['test-file-failure'][1]): SerializableError {
  const { message, stack = message } = thrown;
  return { type: 'Error', message, stack };
}

/** Jest's runner has it run the file in this process. */
async function run({ path, config, globalConfig }: FileToRun): Promise<void> {
  const runner = new jest.default(globalConfig, {});
  let outcome: Told = {};
  runner.on('test-file-success', ([, result]) => void (outcome = { result }));
  runner.on('test-file-failure', ([, error]) => void (outcome = { error: describeError(error) }));
  await runner.runTests([{ path, context: { config } } as Test], watcher, { serial: true });
  const memory = process.memoryUsage.rss();
  try {
    tell({ ...outcome, memory });
  } catch {
    // What a matcher compared may hold functions, which cannot be sent: the messages of failures say it too.
    const { result } = outcome;
    const testResults = result?.testResults.map((test) => ({ ...test, failureDetails: [] }));
    tell({ ...outcome, ...(result && testResults && { result: { ...result, testResults } }), memory });
  }
}

process.on('message', (file: FileToRun) => void run(file));
// What a file left open does not hold the process.
process.on('disconnect', () => process.exit());
