/** Every fault of the settings at once, each beginning with its variable. The process exits with 78 (EX_CONFIG). */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly faults: readonly string[]) {
    super(`The settings are wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}

/** One variable's: the text goes on from its name. */
export class Fault {
  constructor(readonly text: string) {}
}
