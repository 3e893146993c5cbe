import type { JestEnvironmentConfig } from '@jest/environment';
import type { Circus } from '@jest/types';
import type { Told } from './child.js';
import { type Close, leftoversKey } from './leftovers.js';

/** Milliseconds for all that one file left open: what does not close by then ends with its process. */
const patience = 5000;

type Shared = typeof globalThis & { [leftoversKey]?: Set<Close> };

/** To the runner: a hook or a test begins, which may take so many milliseconds. */
function tellTime(time: number): void {
  process.send?.({ time } satisfies Told);
}

/** The process itself, which closes what the tests of a file left open once all its hooks have run. */
export default class SharedEnvironment {
  readonly global = globalThis as Shared;
  readonly #before = { exit: Reflect.get(process, 'exit'), env: process.env, variables: { ...process.env }, console };

  constructor({ projectConfig }: JestEnvironmentConfig) {
    Object.assign(globalThis, projectConfig.globals);
    // More than Node's ten frames, as in Jest's own.
    Error.stackTraceLimit = 100;
  }

  /** Jest asks for it; no context of its own is made. */
  getVmContext(): null {
    return null;
  }

  async setup(): Promise<void> {}

  /** For the next file the process is as it was: Jest puts its own console and exit in their place for each. */
  async teardown(): Promise<void> {
    const { exit, env, variables, console } = this.#before;
    Object.assign(process, { exit, env });
    for (const name of Object.keys(env)) if (!(name in variables)) Reflect.deleteProperty(env, name);
    Object.assign(env, variables);
    Object.assign(globalThis, { console });
  }

  async handleTestEvent(event: Circus.Event, { testTimeout }: Circus.State): Promise<void> {
    if (event.name === 'hook_start') tellTime(event.hook.timeout ?? testTimeout);
    if (event.name === 'test_fn_start') tellTime(event.test.timeout ?? testTimeout);
    if (event.name !== 'run_finish') return;
    const open = this.global[leftoversKey];
    // The newest first: a gateway before the registry it asks. Why a test failed is told already.
    const closing = [...(open ?? [])].toReversed().map((close) => close().catch(() => undefined));
    await Promise.race([Promise.all(closing), new Promise((resolve) => setTimeout(resolve, patience).unref())]);
    open?.clear();
  }
}
