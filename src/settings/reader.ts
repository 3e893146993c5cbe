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

export type Environment = Readonly<Record<string, string | undefined>>;
/** Gives the value; notes what is wrong with the variable and goes on as if it were not set. */
export type ReadSetting = <T>(variable: string, absent: string, parse: (text: string) => T | Fault) => T;

/** `faults` gets the sentences of all that is wrong, `names` the variables that were looked at. */
export function createReader(env: Environment, faults: string[], names = new Set<string>()): ReadSetting {
  return (variable, absent, parse) => {
    names.add(variable);
    const value = parse(env[variable] || absent);
    if (!(value instanceof Fault)) return value;
    faults.push(`${variable} ${value.text}`);
    return parse(absent) as Exclude<typeof value, Fault>;
  };
}
