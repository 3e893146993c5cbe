import type { AggregatedResult } from '@jest/reporters';

/** Closes a run with one plain line, `N passed, N failed, N skipped`: skipped is never counted as passed. */
export default class CountReporter {
  onRunComplete(_contexts: unknown, results: AggregatedResult): void {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    process.stdout.write(`\n${results.numPassedTests} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}\n`);
  }
}
