import type { Command } from 'commander';
import { createProgram } from '../../src/cli/program.js';

const io = {
  out: () => undefined,
  err: () => undefined,
  readInput: () => Promise.resolve(''),
  isTTY: false,
  isErrTTY: false,
  isInputTTY: false,
  columns: 80,
  colours: false,
  env: {},
};

export interface CommandPlace {
  readonly command: Command;
  /** The words that lead to it. */
  readonly words: readonly string[];
}

/** Every command of the program, those that only hold others too. */
export function listCommands(command: Command = createProgram(io), words: readonly string[] = []): CommandPlace[] {
  return command.commands.flatMap((each) => {
    const path = [...words, each.name()];
    return [{ command: each, words: path }, ...listCommands(each, path)];
  });
}
