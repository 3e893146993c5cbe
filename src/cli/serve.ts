import type { Command } from 'commander';
import { type Config, readConfig } from '../config.js';
import { isServerUrl } from '../domain/databaseurl.js';
import { GatewayError } from '../errors.js';
import { addExamples, setAction } from './command.js';
import { CommandError } from './exit.js';
import type { Io } from './io.js';

export function addServeCommand(program: Command, io: Io): void {
  const command = program
    .command('serve')
    .description(
      'Start the gateway. This is the command where none is given. Its settings are environment variables ' +
        '(docs/settings.md).',
    );
  addExamples(command, 'serve');
  setAction(command, io, async () => {
    const config = readConfig(io.env);
    const { serve } = await import('../serve.js');
    await serve(config).catch((error: unknown) => failStart(error, config));
    return null;
  });
}

/**
 * A database or a key that is not fit to start with is a matter of the settings: starting again unchanged will not
 * help. It does where a server is away.
 */
function failStart(error: unknown, { databaseUrl }: Pick<Config, 'databaseUrl'>): never {
  if (!(error instanceof GatewayError)) throw error;
  throw isServerUrl(databaseUrl) && error.retryable ? error : new CommandError('CONFIG', error.message);
}
