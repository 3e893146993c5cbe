import type { Circus } from '@jest/types';
import { TestEnvironment } from 'jest-environment-node';
import { type Close, leftoversKey } from './leftovers.js';

/** Milliseconds for all that one file left open: what does not close by then is reported at the end of the run. */
const patience = 5000;

/** Node's, which closes what the tests of a file left open once all its hooks have run. */
export default class LeftoversEnvironment extends TestEnvironment {
  async handleTestEvent(event: Circus.Event): Promise<void> {
    if (event.name !== 'run_finish') return;
    const open = (this.global as { [leftoversKey]?: Set<Close> })[leftoversKey];
    // The newest first: a gateway before the registry it asks. Why a test failed is told already.
    const closing = [...(open ?? [])].toReversed().map((close) => close().catch(() => undefined));
    await Promise.race([Promise.all(closing), new Promise((resolve) => setTimeout(resolve, patience).unref())]);
  }
}
