import type { Command } from 'commander';
import { addExamples, type CommandResult } from '../command.js';
import { CommandError, exitCodes } from '../exit.js';
import { createTable, escapeControls } from '../table.js';
import {
  addRegistry,
  findRegistry,
  type FindRegistryQuery,
  listRegistries,
  removeRegistry,
  showRegistry,
  updateRegistry,
  type UpdateRegistryInput,
} from './documents.js';
import { formatCount } from './format.js';
import { describeProblem, nothingAttached } from './listing.js';
import { addOptionValue, confirm } from './options.js';
import { assertDone } from './refusal.js';
import { describeRegistry, registryHeadings, toRegistryCells } from './registryfacts.js';
import { addTestCommand } from './registrytest.js';
import { addRegistrySettings, readRegistrySettings, type RegistrySettingOptions } from './registrysettings.js';
import { foundRegistry, type Remote, setRemoteAction, type Surroundings } from './remote.js';

interface AddOptions extends RegistrySettingOptions {
  readonly follow?: readonly string[];
  readonly tlsSkipVerify?: boolean;
  readonly dryRun?: boolean;
}

interface SetOptions extends RegistrySettingOptions {
  readonly name?: string;
  readonly addr?: string;
  readonly credentials: boolean;
  readonly eventsSecret: boolean;
  readonly tlsSkipVerify?: boolean;
  readonly tlsVerify?: boolean;
}

/** `registry add|list|show|set|remove|follow|test`. */
export function addRegistryCommands(program: Command, around: Surroundings): void {
  const registry = program
    .command('registry')
    .description('Attach registries to the gateway, and change and detach them.');
  addSettingCommands(registry, around);
  addPlainCommands(registry, around);
  addTestCommand(registry, around, find);
}

function addSettingCommands(registry: Command, around: Surroundings): void {
  const add = addRegistrySettings(
    registry.command('add').description('Test the connection to a registry, then attach it.'),
  )
    .argument('<name>', 'a unique name: letters, digits, ".", "_" and "-"')
    .argument('<address>', 'its base address: https://registry.example.com')
    .option('--tls-skip-verify', 'do not check its certificate; --ca-certificate is better')
    .option(
      '--follow <repository>',
      'read this repository, or those of a pattern, and no others; may be repeated',
      addOptionValue,
    )
    .option('--dry-run', 'only test the connection');
  addExamples(
    add,
    'registry add local http://127.0.0.1:5000',
    'registry add hub https://registry-1.docker.io --auth-realm https://auth.docker.io/token --username ann',
    'registry add team https://registry.example.com --follow "team/*" --ca-certificate ca.pem',
  );
  setRemoteAction(add, around, attach);

  const set = addRegistrySettings(
    registry
      .command('set')
      .description('Change settings of a registry, after testing them. What is not named stays as it is.'),
  )
    .argument('<name>', 'the registry')
    .option('--name <name>', 'a new name')
    .option('--addr <address>', 'a new base address; the account is kept only on the same scheme, host and port')
    .option('--no-credentials', 'ask it without an account')
    .option('--no-auth-realm', 'send the credentials to no other host')
    .option('--no-pull-host', 'clients pull from its address')
    .option('--no-ca-certificate', 'trust the authorities of the system only')
    .option('--no-client-certificate', 'show it no certificate')
    .option('--no-events-secret', 'take no notifications from it any more')
    .option('--tls-skip-verify', 'do not check its certificate')
    .option('--tls-verify', 'check its certificate again');
  addExamples(set, 'registry set hub --username ann', 'registry set local --addr http://127.0.0.1:5001 --max-age 60');
  setRemoteAction(set, around, change);
}

/** Those that need no settings. */
function addPlainCommands(registry: Command, around: Surroundings): void {
  const list = registry
    .command('list')
    .description('List the registries that are attached, and what is wrong with them.');
  addExamples(list, 'registry list', 'registry list --json');
  setRemoteAction(list, around, showAll);

  const show = registry
    .command('show')
    .description('Show all that is known of a registry.')
    .argument('<name>', 'the registry');
  addExamples(show, 'registry show local');
  setRemoteAction(show, around, showOne);

  const remove = registry
    .command('remove')
    .description('Detach a registry, and forget what was known of it. Nothing in the registry is touched.')
    .argument('<name>', 'the registry')
    .option('--yes', 'do not ask');
  addExamples(remove, 'registry remove local --yes');
  setRemoteAction(remove, around, detach);

  const follow = registry
    .command('follow')
    .description('Say which repositories of a registry are read: these, and no others. Without any, print which are.')
    .argument('<name>', 'the registry')
    .argument('[repositories...]', 'names, and patterns with "*" and "?"; "!" before one leaves it out')
    .option('--all', 'read all that its catalogue lists');
  addExamples(follow, 'registry follow hub library/nginx "team/*" "!team/tmp-*"', 'registry follow hub --all');
  setRemoteAction(follow, around, chooseRepositories);
}

async function attach(remote: Remote, name: string, addr: string, options: AddOptions): Promise<CommandResult> {
  const { follow, tlsSkipVerify = false, dryRun = false } = options;
  const settings = await readRegistrySettings(remote, options);
  const input = { ...settings, name, addr, tlsSkipVerify, dryRun, ...(follow && { followedRepositories: follow }) };
  const {
    addRegistry: { registry, health, userErrors },
  } = await remote.client.ask(addRegistry, { input });
  assertDone(userErrors, true);
  if (registry === null)
    return {
      data: { registry, health },
      text: `${addr} answers in ${health?.latencyMs ?? '?'} ms. It was not attached (--dry-run).\n`,
    };
  const shown = escapeControls(registry.name);
  const attached = `${shown} is attached, and is being read. Next: registry-gateway repo list ${shown}\n`;
  const text = attached + tellEventsAddress(remote, shown, settings.eventsSecret);
  return { data: { registry, health }, text };
}

/**
 * Where a registry is to send its notifications: the way that the command line takes may be another than the
 * registry's.
 */
function tellEventsAddress({ client }: Remote, name: string, secret: string | null | undefined): string {
  if (secret === null || secret === undefined) return '';
  return (
    `Let it send its notifications to ${client.address}/events/${name}, or as it reaches the gateway ` +
    `(docs/notifications.md).\n`
  );
}

async function showAll({ client, io }: Remote): Promise<CommandResult> {
  const { registries } = await client.ask(listRegistries, {});
  if (registries.length === 0) {
    return { data: [], text: `${nothingAttached}\n` };
  }
  const problems = registries.flatMap(({ name, freshness }) => {
    const problem = describeProblem(name, freshness);
    return problem === null ? [] : [`${escapeControls(name)}: ${problem}\n`];
  });
  const table = createTable(io, registryHeadings).format(registries.map(toRegistryCells));
  if (io.isTTY)
    return { data: registries, text: [table, ...(problems.length > 0 ? ['\n', ...problems] : [])].join('') };
  for (const problem of problems) io.err(problem);
  return { data: registries, text: table };
}

async function showOne(remote: Remote, name: string): Promise<CommandResult> {
  const answer = await remote.client.ask(showRegistry, { name });
  const registry = foundRegistry(remote, answer.registry, name);
  return { data: registry, text: describeRegistry(remote.io, registry, remote.clock()) };
}

type Found = NonNullable<FindRegistryQuery['registry']>;

export async function find(remote: Remote, name: string): Promise<Found> {
  return foundRegistry(remote, (await remote.client.ask(findRegistry, { name })).registry, name);
}

async function change(remote: Remote, name: string, options: SetOptions): Promise<CommandResult> {
  const { credentials, eventsSecret, tlsSkipVerify, tlsVerify, name: newName, addr } = options;
  if (tlsSkipVerify && tlsVerify)
    throw new CommandError('USAGE', '--tls-skip-verify and --tls-verify exclude each other.');
  if (!credentials && options.username !== undefined)
    throw new CommandError('USAGE', '--username and --no-credentials exclude each other.');
  const changes = {
    ...(newName !== undefined && { name: newName }),
    ...(addr !== undefined && { addr }),
    ...(!credentials && { credentials: null }),
    ...(!eventsSecret && { eventsSecret: null }),
    ...((tlsSkipVerify ?? tlsVerify) && { tlsSkipVerify: tlsSkipVerify === true }),
    ...(await readRegistrySettings(remote, options)),
  };
  if (Object.keys(changes).length === 0)
    throw new CommandError('USAGE', 'Say what to change: see registry-gateway registry set --help');
  return update(remote, { id: (await find(remote, name)).id, ...changes });
}

async function update(remote: Remote, input: UpdateRegistryInput): Promise<CommandResult> {
  const {
    updateRegistry: { registry, userErrors },
  } = await remote.client.ask(updateRegistry, { input });
  assertDone(userErrors);
  if (!registry) return { data: registry, text: 'The registry is changed.\n' };
  const shown = escapeControls(registry.name);
  const advice = tellEventsAddress(remote, shown, input.eventsSecret);
  return { data: registry, text: `${shown} is changed.\n${advice}` };
}

async function detach(
  remote: Remote,
  name: string,
  { yes = false }: { readonly yes?: boolean },
): Promise<CommandResult> {
  const { id, repositoryCount, ...registry } = await find(remote, name);
  const what = `${registry.name} (${registry.addr}, ${formatCount(repositoryCount, 'repository', 'repositories')})`;
  if (!(await confirm(remote, yes, `Detach ${what}?`)))
    return { data: { removed: null }, text: 'Nothing was done.\n', exitCode: exitCodes.refused };
  const { removeRegistry: removal } = await remote.client.ask(removeRegistry, { input: { id } });
  assertDone(removal.userErrors);
  return {
    data: { removed: { id, name: registry.name } },
    text: `${escapeControls(registry.name)} is detached. Nothing in it was touched.\n`,
  };
}

async function chooseRepositories(
  remote: Remote,
  name: string,
  repositories: readonly string[],
  { all }: { readonly all?: boolean },
): Promise<CommandResult> {
  if (all && repositories.length > 0) throw new CommandError('USAGE', 'Name repositories, or give --all: not both.');
  const registry = await find(remote, name);
  if (all || repositories.length > 0) return update(remote, { id: registry.id, followedRepositories: repositories });
  const { followedRepositories } = registry;
  const text =
    followedRepositories.length === 0
      ? `All that the catalogue of ${escapeControls(registry.name)} lists.\n`
      : followedRepositories.map((one) => `${escapeControls(one)}\n`).join('');
  return { data: followedRepositories, text };
}
