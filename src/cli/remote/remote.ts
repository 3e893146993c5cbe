import type { Command } from 'commander';
import type { Timer } from '../../timer.js';
import { Ended, isJson, type CommandResult, setAction } from '../command.js';
import { CommandError, exitCodes } from '../exit.js';
import type { Io } from '../io.js';
import { Client } from './client.js';
import { type ConnectionOptions, findTarget, warnOf } from './connection.js';
import type { Prompt } from './prompt.js';

/** The surroundings of a command: the terminal, the time, and whoever sits there. */
export interface Surroundings {
  readonly io: Io;
  readonly timer: Timer;
  readonly clock: () => Date;
  readonly prompt: Prompt;
}

/** A command that speaks to a gateway has these. */
export interface Remote extends Surroundings {
  readonly client: Client;
  readonly isJson: boolean;
}

export function addConnectionOptions(command: Command): Command {
  return command
    .option('--url <address>', 'the gateway; else REGISTRY_GATEWAY_URL, else that of the profile')
    .option(
      '--token <token>',
      'its token, which other users of the machine can see here: better REGISTRY_GATEWAY_TOKEN, or "login"',
    )
    .option('--profile <name>', 'a login that "login" keeps');
}

/** Makes `work` what the command does at the gateway. An answer in part ends with 1, and says what is missing. */
export function setRemoteAction<A extends unknown[]>(
  command: Command,
  around: Surroundings,
  work: (remote: Remote, ...args: A) => Promise<CommandResult | null>,
): Command {
  return setAction(addConnectionOptions(command), around.io, async (...args: A) => {
    const remote = await connect(around, args.at(-1) as ConnectionOptions, isJson(command));
    const outcome = await work(remote, ...args);
    const { problems } = remote.client;
    if (problems.length === 0) return outcome;
    for (const { message } of problems) around.io.err(`Not all was answered: ${message}\n`);
    if (outcome === null) throw new Ended(exitCodes.refused);
    return { ...outcome, exitCode: outcome.exitCode || exitCodes.refused };
  });
}

async function connect(around: Surroundings, options: ConnectionOptions, isJson: boolean): Promise<Remote> {
  const { io, timer } = around;
  const { address, token, remedy } = await findTarget(io, options);
  const warning = warnOf(address);
  if (warning !== null) io.err(`${warning}\n`);
  const client = new Client({ address, token, remedy, timer, tell: (sentence) => io.err(`${sentence}\n`) });
  return { ...around, client, isJson };
}

/** Gives a value that must be there. Throws the gateway's reason, else NOT_FOUND. */
export function found<T>({ client }: Remote, value: T | null | undefined, sentence: string): T {
  if (value !== null && value !== undefined) return value;
  throw client.problems[0] ?? new CommandError('NOT_FOUND', sentence);
}

export function foundRegistry<T>(remote: Remote, value: T | null | undefined, name: string): T {
  return found(remote, value, `No registry is attached as ${JSON.stringify(name)}.`);
}

/** `text`: as it was typed, with its registry. */
export function foundRepository<T>(remote: Remote, value: T | null | undefined, text: string): T {
  return found(remote, value, `There is no repository ${JSON.stringify(text)}.`);
}
