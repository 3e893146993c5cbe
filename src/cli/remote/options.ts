import { InvalidArgumentError } from 'commander';
import { CommandError } from '../exit.js';
import { escapeControls } from '../table.js';
import { formatCount } from './format.js';
import type { Remote } from './remote.js';

/** Reads a whole number of an option. Throws InvalidArgumentError, which commander shows with the option's name. */
export function parseCount(least: number, most: number): (text: string) => number {
  return (text) => {
    if (/^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** Of --limit. */
export const parseLimit = parseCount(1, 100_000_000);

/** Reads one of several words; `values` has what each stands for. */
export function parseChoice<T>(values: Readonly<Record<string, T>>): (text: string) => T {
  return (text) => {
    const value = Object.hasOwn(values, text) ? values[text] : undefined;
    if (value !== undefined) return value;
    throw new InvalidArgumentError(`It must be one of ${Object.keys(values).join(', ')}.`);
  };
}

/** Adds what an option that may be given several times got. */
export function addOptionValue(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}

/** A password that no list of processes shows: the one line of standard input, or typed unseen. Throws USAGE. */
export async function readPassword(
  { io, prompt }: Pick<Remote, 'io' | 'prompt'>,
  isStdin: boolean,
  question: string,
): Promise<string> {
  if (!isStdin && !io.isInputTTY)
    throw new CommandError(
      'USAGE',
      'There is no terminal to ask for the password: give it on standard input, with --password-stdin.',
    );
  const password = isStdin
    ? (await io.readInput()).replace(/\r?\n$/, '')
    : await prompt.askSecret(escapeControls(question));
  if (password !== '' && !/[\r\n]/.test(password)) return password;
  throw new CommandError('USAGE', password === '' ? 'The password is empty.' : 'The password has more than one line.');
}

/** Asks whether to go on. Throws USAGE where nobody can answer; gives false for anything but yes. */
export async function confirm(
  { io, prompt }: Pick<Remote, 'io' | 'prompt'>,
  isYes: boolean,
  question: string,
): Promise<boolean> {
  if (isYes) return true;
  if (!io.isInputTTY)
    throw new CommandError(
      'USAGE',
      'Nothing was done: there is no terminal to ask at. Give --yes to go on without a question.',
    );
  return /^y(?:es)?$/i.test((await prompt.ask(`${escapeControls(question)} [y/N] `)).trim());
}

/** Says "1 tag", or "3 tags". */
export function countTags(count: number): string {
  return formatCount(count, 'tag');
}
