import { GatewayError } from '../errors.js';
import { ConfigError } from '../settings/fault.js';
import type { Output } from './entry.js';

/** Runs a command's work. Exit codes: 0 done, 1 refused, 78 wrong settings, each said in a sentence. */
export async function runCommand(output: Output, work: () => Promise<string> | string): Promise<number> {
  try {
    output.out(await work());
    return 0;
  } catch (error) {
    if (!(error instanceof GatewayError || error instanceof ConfigError)) throw error;
    output.err(`${error.message}\n`);
    return error instanceof ConfigError ? 78 : 1;
  }
}
