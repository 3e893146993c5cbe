import { type Command, Option } from 'commander';
import { readClientSettings } from '../../settings/client.js';
import { addExamples, type CommandResult, setAction } from '../command.js';
import { CommandError } from '../exit.js';
import { escapeControls } from '../table.js';
import { type Address, parseAddress } from './address.js';
import { Client } from './client.js';
import { warnOf } from './connection.js';
import { logInByDevice } from './devicelogin.js';
import { logIn, logOut, whoAmI } from './documents.js';
import { readPassword } from './options.js';
import { assertProfileName, defaultProfile, type Profile, readProfiles, writeProfiles } from './profiles.js';
import { assertDone } from './refusal.js';
import type { Surroundings } from './remote.js';

interface LoginOptions {
  readonly url?: string;
  readonly username: string;
  readonly passwordStdin?: boolean;
  readonly sso?: boolean;
  readonly profile: string;
}

/** A token, and whose it is. */
interface Session {
  readonly token: string;
  readonly username: string;
  readonly roles: readonly string[];
  /** How long it is good, in words that go on from "Logged in". */
  readonly until: string;
}

/** `login` and `logout`: what a profile is, and that it is gone. */
export function addLoginCommands(program: Command, around: Surroundings): void {
  const login = program
    .command('login')
    .description(
      'Log in to a gateway, and keep its address and a token as a profile, in a file only you can read. With a ' +
        'password the token is good for 24 hours, with --sso as long as the gateway has it.',
    )
    .option(
      '--url <address>',
      'the gateway; else REGISTRY_GATEWAY_URL, else that of the profile, else http://127.0.0.1:4000',
    )
    .option('--username <name>', 'the account', 'admin')
    .option('--password-stdin', 'read the password from standard input')
    .addOption(
      new Option(
        '--sso',
        'by single sign-on: shows a code, which you enter in a browser on this or another device',
      ).conflicts(['username', 'passwordStdin']),
    )
    .option('--profile <name>', 'what to call it', defaultProfile);
  addExamples(
    login,
    'login --url https://gateway.example.com --username ann',
    'login --url https://gateway.example.com --sso',
    'login --profile staging --password-stdin < password.txt',
  );
  setAction(login, around.io, (options: LoginOptions) => logInTo(around, options));

  const logout = program
    .command('logout')
    .description('Forget a profile, and have its gateway end its token.')
    .option('--profile <name>', 'which', defaultProfile);
  addExamples(logout, 'logout', 'logout --profile staging');
  setAction(logout, around.io, ({ profile }: { readonly profile: string }) => forget(around, profile));
}

async function logInTo(around: Surroundings, options: LoginOptions): Promise<CommandResult> {
  const { url: given, profile, sso: isSso = false } = options;
  const { io } = around;
  assertProfileName(profile);
  const { folder, url: ofEnvironment } = readClientSettings(io.env);
  const profiles = await readProfiles(folder);
  const source = given === undefined ? 'REGISTRY_GATEWAY_URL' : '--url';
  const address = parseAddress(given ?? ofEnvironment ?? profiles.get(profile)?.url ?? 'http://127.0.0.1:4000', source);
  const warning = warnOf(address);
  if (warning !== null) io.err(`${isSso ? warning : warning.replace('the token', 'the password and the token')}\n`);
  const { token, username, roles, until } = await (isSso
    ? logInBySso(around, address)
    : logInByPassword(around, address, options));
  // Read again: another login may have ended while this one went on.
  const path = await writeProfiles(
    folder,
    new Map(await readProfiles(folder)).set(profile, { url: address, username, token }),
  );
  const who = escapeControls(username);
  const text = `Logged in to ${address} as ${who} ${until}. The profile ${profile} is kept in ${path}.\n`;
  return { data: { profile, url: address, username, roles, file: path }, text };
}

async function logInByPassword(
  around: Surroundings,
  address: Address,
  { username, passwordStdin = false }: LoginOptions,
): Promise<Session> {
  const password = await readPassword(around, passwordStdin, `Password of ${username} at ${address}: `);
  const { login } = await createClient(around, address, null).ask(logIn, { input: { username, password } });
  assertDone(login.userErrors);
  const { token, viewer } = login;
  if (token === null || viewer === null) throw new CommandError('INTERNAL', 'The gateway gave no token.');
  return { token, ...viewer, until: 'for 24 hours' };
}

async function logInBySso(around: Surroundings, address: Address): Promise<Session> {
  const { timer, io } = around;
  const tell = (sentence: string): void => io.err(`${sentence}\n`);
  const { token, username, expiresAt } = await logInByDevice({ address, token: null, timer, tell });
  const { viewer } = await createClient(around, address, `${username}:${token}`).ask(whoAmI, {});
  if (viewer === null) throw new CommandError('INTERNAL', 'The gateway gave a token that it does not know.');
  return { token, ...viewer, until: `until ${expiresAt.toISOString().slice(0, 16).replace('T', ' ')} UTC` };
}

function createClient({ timer, io }: Surroundings, address: Address, token: string | null): Client {
  return new Client({ address, token, remedy: '', timer, tell: (sentence) => io.err(`${sentence}\n`) });
}

async function forget(around: Surroundings, profile: string): Promise<CommandResult> {
  const { folder } = readClientSettings(around.io.env);
  const profiles = new Map(await readProfiles(folder));
  const known = profiles.get(profile);
  if (!known) return { data: { profile, forgotten: false, ended: false }, text: `There is no profile ${profile}.\n` };
  // Forgotten here whatever the gateway says: it may be gone.
  const problem = await endToken(around, known);
  profiles.delete(profile);
  await writeProfiles(folder, profiles);
  const ends =
    problem === null
      ? 'Its token is ended.'
      : `Its token could not be ended, and stays valid until its time is over: ${problem}`;
  const data = { profile, forgotten: true, ended: problem === null };
  return { data, text: `The profile ${profile} is forgotten here. ${ends}\n` };
}

/** Why the gateway did not end it; null: it did, or the token counts for nothing any more. */
async function endToken(around: Surroundings, { url, username, token }: Profile): Promise<string | null> {
  try {
    const client = createClient(around, url, `${username}:${token}`);
    assertDone((await client.ask(logOut, {})).logout.userErrors);
    return null;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return error.code === 'UNAUTHENTICATED' ? null : error.message;
  }
}
