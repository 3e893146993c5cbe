import type { Command } from 'commander';
import { readClientSettings } from '../../settings/client.js';
import { addExamples, type CommandResult, setAction } from '../command.js';
import { CommandError } from '../exit.js';
import { escapeControls } from '../table.js';
import { parseAddress } from './address.js';
import { Client } from './client.js';
import { warnOf } from './connection.js';
import { changePassword } from './documents.js';
import { formatCount } from './format.js';
import { assertProfileName, defaultProfile, readProfiles } from './profiles.js';
import { assertDone } from './refusal.js';
import type { Surroundings } from './remote.js';

interface PasswordChangeOptions {
  readonly url?: string;
  readonly username?: string;
  readonly passwordStdin?: boolean;
  readonly profile: string;
}

/** `password`: the owner of an account changes its password, with the old one, or with a one-time password. */
export function addPasswordCommand(program: Command, around: Surroundings): void {
  const command = program
    .command('password')
    .description('Change your password, with the old one or a one-time password. Your other tokens are ended.')
    .option('--url <address>', 'the gateway; else REGISTRY_GATEWAY_URL, else that of the profile')
    .option('--username <name>', 'the account; else that of the profile')
    .option('--password-stdin', 'read two lines of standard input: the password until now, and the next one')
    .option('--profile <name>', 'a login that "login" keeps', defaultProfile);
  addExamples(
    command,
    'password',
    'password --url https://gateway.example.com --username ann',
    'password --password-stdin < two-lines.txt',
  );
  setAction(command, around.io, (options: PasswordChangeOptions) => change(around, options));
}

async function change(around: Surroundings, options: PasswordChangeOptions): Promise<CommandResult> {
  const { io, timer } = around;
  const { url: given, username: named, passwordStdin = false, profile } = options;
  assertProfileName(profile);
  const { folder, url: ofEnvironment } = readClientSettings(io.env);
  const known = (await readProfiles(folder)).get(profile);
  const source = given === undefined ? 'REGISTRY_GATEWAY_URL' : '--url';
  const address = parseAddress(given ?? ofEnvironment ?? known?.url ?? 'http://127.0.0.1:4000', source);
  const own = known?.url === address ? known : undefined;
  const username = named ?? own?.username;
  if (username === undefined)
    throw new CommandError('USAGE', `No account is known at ${address}: give its name, with --username.`);
  const warning = warnOf(address);
  if (warning !== null) io.err(`${warning.replace('the token', 'the passwords')}\n`);
  const { currentPassword, newPassword } = await readPasswords(around, passwordStdin, username);
  // With the token of the profile, that one stays.
  const token = own?.username === username ? `${username}:${own.token}` : null;
  const client = new Client({ address, token, remedy: '', timer, tell: (sentence) => io.err(`${sentence}\n`) });
  const { changePassword: changed } = await client.ask(changePassword, {
    input: { username, currentPassword, newPassword },
  });
  assertDone(changed.userErrors);
  const endedTokens = changed.endedTokens ?? 0;
  const text = `${escapeControls(username)} has another password. ${formatCount(endedTokens, 'token')} ended.\n`;
  return { data: { username, endedTokens }, text };
}

async function readPasswords(
  { io, prompt }: Surroundings,
  isStdin: boolean,
  username: string,
): Promise<{ readonly currentPassword: string; readonly newPassword: string }> {
  if (isStdin) {
    const lines = (await io.readInput()).replace(/\r?\n$/, '').split(/\r?\n/);
    const [currentPassword, newPassword] = lines;
    if (lines.length === 2 && currentPassword && newPassword) return { currentPassword, newPassword };
    throw new CommandError('USAGE', 'Standard input must be two lines: the password until now, and the next one.');
  }
  if (!io.isInputTTY)
    throw new CommandError(
      'USAGE',
      'There is no terminal to ask for the passwords: give them on standard input, with --password-stdin.',
    );
  const currentPassword = await prompt.askSecret(`Password of ${escapeControls(username)} until now: `);
  const newPassword = await prompt.askSecret('The next one: ');
  if (newPassword !== (await prompt.askSecret('The next one again: ')))
    throw new CommandError('USAGE', 'The two are not the same. Nothing was changed.');
  return { currentPassword, newPassword };
}
