import { Fault } from './fault.js';

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
