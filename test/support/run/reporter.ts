import type { AggregatedResult } from '@jest/reporters';

/** Milliseconds that a run may take to end after its last test. */
const patience = 10_000;

/**
 * Closes a run with one plain line, `N passed, N failed, N skipped`: skipped is never counted as passed. A run that
 * does not end by itself then, because something was left open in its own process, is ended, and has failed.
 */
export default class CountReporter {
  onRunComplete(_contexts: unknown, results: AggregatedResult): void {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    process.stdout.write(
      `\n${results.numPassedTests} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}\n`,
    );
    // It does not keep the process alive itself: it comes only to a run that hangs.
    setTimeout(() => {
      process.stdout.write(`\nThe run did not end: it holds ${process.getActiveResourcesInfo().join(', ')}.\n`);
      process.exit(1);
    }, patience).unref();
  }
}
