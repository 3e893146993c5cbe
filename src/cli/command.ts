import type { Command } from 'commander';
import { type ExitCode, exitCodes } from './exit.js';
import type { Io } from './io.js';

/** A command's result, for programs and for people. */
export interface CommandResult {
  /** Printed as one JSON document with --json. */
  readonly data: unknown;
  /** Printed as it is without: whole lines. */
  readonly text: string;
  /** 0 where it is left out; another for a result that says that something is wrong. */
  readonly exitCode?: ExitCode;
}

/** Thrown to end the program when a command's result is printed, and is not good. */
export class Ended extends Error {
  override readonly name = 'Ended';
  constructor(readonly exitCode: ExitCode) {
    super(`ended with ${exitCode}`);
  }
}

/**
 * Makes `work` what the command does. It gets the arguments and the options as commander gives them, and its outcome is
 * printed; null: it has printed everything itself, or goes on.
 */
export function setAction<A extends unknown[]>(
  command: Command,
  io: Io,
  work: (...args: A) => Promise<CommandResult | null> | CommandResult | null,
): Command {
  return command.action(async (...args: unknown[]) => {
    // The last argument is the command itself.
    const outcome = await work(...(args.slice(0, -1) as A));
    if (outcome === null) return;
    io.out(isJson(command) ? `${JSON.stringify(outcome.data, null, 2)}\n` : outcome.text);
    if (outcome.exitCode !== undefined && outcome.exitCode !== exitCodes.done) throw new Ended(outcome.exitCode);
  });
}

/** Whether --json was given, before or after the command. */
export function isJson(command: Command): boolean {
  return command.optsWithGlobals<{ json?: boolean }>().json === true;
}

/** Command lines below the help, without the program's name. */
export function addExamples(command: Command, ...lines: readonly string[]): Command {
  return command.addHelpText(
    'after',
    `\nExamples:\n${lines.map((line) => `  registry-gateway ${line}\n`).join('')}`.trimEnd(),
  );
}
