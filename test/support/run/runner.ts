import {
  CallbackTestRunner,
  type OnTestFailure,
  type OnTestStart,
  type OnTestSuccess,
  type Test,
  type TestWatcher,
} from 'jest-runner';
import { createFileProcess, type FileProcess } from './fileprocess.js';

/** Runs files one after another in processes that stay, as many at once as Jest's `maxWorkers`. */
export default class SharedRunner extends CallbackTestRunner {
  async runTests(
    tests: Test[],
    watcher: TestWatcher,
    onStart: OnTestStart,
    onResult: OnTestSuccess,
    onFailure: OnTestFailure,
  ): Promise<void> {
    const waiting = tests.values();
    const runAll = async (): Promise<void> => {
      let child: FileProcess | undefined;
      for (const test of waiting) {
        if (watcher.isInterrupted()) break;
        await onStart(test);
        if (!child?.isFit()) {
          child?.end();
          child = createFileProcess(this._globalConfig);
        }
        const { result, error } = await child.run(test);
        await (result ? onResult(test, result) : onFailure(test, error));
      }
      child?.end();
    };
    await Promise.all(Array.from({ length: this._globalConfig.maxWorkers }, runAll));
  }
}
