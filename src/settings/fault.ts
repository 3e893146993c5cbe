/** Every fault of the settings at once, each beginning with its variable. The process exits with 78 (EX_CONFIG). */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly faults: readonly string[]) {
    super(`The settings are wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}

/** Nothing can listen on HOST and PORT; `errno` says why, as `EADDRINUSE`. */
export class ListenError extends ConfigError {
  constructor(
    readonly host: string,
    readonly port: number,
    readonly errno: string,
  ) {
    super([`HOST and PORT: the gateway cannot listen on ${host}:${port} (${errno}).`]);
  }
}

/** One variable's: the text goes on from its name. */
export class Fault {
  constructor(readonly text: string) {}
}
