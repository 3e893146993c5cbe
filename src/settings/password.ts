import { Fault } from './fault.js';
import { parsePassword } from './parsers.js';
import type { Environment, ReadSetting } from './reader.js';
import { readSecretFile } from './secretfile.js';

/**
 * From ADMIN_PASSWORD, or the one line of ADMIN_PASSWORD_FILE; null: neither is set, or it is faulty, which is noted.
 */
export function readAdminPassword(env: Environment, read: ReadSetting, faults: string[]): string | null {
  if (env['ADMIN_PASSWORD'] && env['ADMIN_PASSWORD_FILE']) {
    faults.push('ADMIN_PASSWORD and ADMIN_PASSWORD_FILE are both set: set one of them.');
    return null;
  }
  const given = read<string | null>('ADMIN_PASSWORD', '', parsePassword);
  return (
    given ?? read<string | null>('ADMIN_PASSWORD_FILE', '', (path) => (path ? readSecretFile(path, parseLine) : null))
  );
}

/** The line's end, which editors and commands add, is not of the password. */
function parseLine(text: string): string | null | Fault {
  const line = text.replace(/\r?\n$/, '');
  if (/[\r\n]/.test(line)) return new Fault('must have one line: the password.');
  return line ? parsePassword(line) : new Fault('is empty: it must have one line, the password.');
}
