import { Command, CommanderError } from 'commander';
import { readVersion } from '../version.js';
import { addBackupCommands } from './backup.js';
import { addCheckCommand } from './check.js';
import { addCompletionCommand } from './completion.js';
import { addKeysCommands } from './keys.js';
import { Ended } from './command.js';
import { addDemoCommand } from './demo.js';
import { exitCodes, toFailure } from './exit.js';
import { addHealthcheckCommand } from './healthcheck.js';
import type { Io } from './io.js';
import { addMigrateStoreCommand } from './migratestore.js';
import { addRemoteCommands } from './remote/commands.js';
import type { Surroundings } from './remote/remote.js';
import { addServeCommand } from './serve.js';
import { guardTerminal } from './terminal.js';
import { addTokenCommands } from './token.js';
import { addUserCommands } from './user.js';

/**
 * Runs one command line, without the program's name; without any argument it serves. Returns the exit code. Throws only
 * what nobody expected. `surroundings`: another timer, clock or prompt than the process's own.
 */
export async function runProgram(
  args: readonly string[],
  given: Io,
  surroundings: Partial<Surroundings> = {},
): Promise<number> {
  const io = guardTerminal(args.includes('--no-color') ? { ...given, colours: false } : given);
  const program = createProgram(io, surroundings);
  try {
    await program.parseAsync(args.length > 0 ? args : ['serve'], { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof Ended) return error.exitCode;
    // Its sentence is printed already; asking for help or the version ends with 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const failure = toFailure(error);
    if (failure === null) throw error;
    const { exitCode, code, message } = failure;
    io.err(args.includes('--json') ? `${JSON.stringify({ error: { code, message } })}\n` : `${message}\n`);
    return exitCode;
  }
}

/**
 * All commands. What a command needs is loaded when it runs: help, completion and version load nothing of the gateway.
 */
export function createProgram(io: Io, given: Partial<Surroundings> = {}): Command {
  const program = new Command('registry-gateway')
    .description(
      'One GraphQL API, and the documented Shipyard REST routes, in front of any number of Docker/OCI registries.',
    )
    .version(readVersion(), '-V, --version', 'Print the version.')
    .helpOption('-h, --help', 'Print what the command does, and examples.')
    .helpCommand('help [command]', 'Print what a command does.')
    .option('--json', 'Print results, and errors, as JSON.')
    .option('--no-color', 'Print no colours. NO_COLOR says the same, and FORCE_COLOR the opposite.')
    .showHelpAfterError('Run it with --help for its usage.')
    .configureHelp({ showGlobalOptions: true, helpWidth: io.columns })
    .configureOutput({
      writeOut: (text) => io.out(text),
      writeErr: (text) => io.err(text),
      getOutHasColors: () => io.colours,
      getErrHasColors: () => io.colours,
    })
    .exitOverride();
  for (const add of [
    addServeCommand,
    addDemoCommand,
    addHealthcheckCommand,
    addTokenCommands,
    addUserCommands,
    addBackupCommands,
    addKeysCommands,
    addMigrateStoreCommand,
  ])
    add(program, io);
  addCheckCommand(program, io, given);
  addRemoteCommands(program, io, given);
  addCompletionCommand(program, io);
  // Of every command, below its examples.
  program.addHelpText('afterAll', exitCodeHelp);
  return program;
}

const exitCodeHelp = `
Exit codes: 0 done, 1 refused or failed, 64 wrong usage, 69 no gateway answers, 77 not allowed, 78 wrong settings,
141 who reads the output left before its end.`;
