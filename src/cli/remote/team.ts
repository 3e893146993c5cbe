import type { Command } from 'commander';
import { addExamples, type CommandResult } from '../command.js';
import { CommandError, exitCodes } from '../exit.js';
import { escapeControls } from '../table.js';
import { createTeam, deleteTeam, listTeams, updateTeam } from './documents.js';
import { formatGrants } from './grants.js';
import { printList, readPages } from './listing.js';
import { addOptionValue, confirm, parseLimit } from './options.js';
import { assertDone } from './refusal.js';
import { type Remote, setRemoteAction, type Surroundings } from './remote.js';

interface TeamAddOptions {
  readonly description?: string;
  readonly member?: readonly string[];
}

interface TeamUpdateOptions {
  readonly description?: string;
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

/** `team list|add|update|remove`. */
export function addTeamCommands(program: Command, around: Surroundings): void {
  const team = program
    .command('team')
    .description('Put accounts into teams, to give them rights together. For admins.');

  const list = team
    .command('list')
    .description('List the teams by name, their members, and what they were given.')
    .option('--limit <count>', 'so many at the most', parseLimit);
  addExamples(list, 'team list', 'team list --json');
  setRemoteAction(list, around, showTeams);

  const add = team
    .command('add')
    .description('Make a team. "grant add" gives it rights.')
    .argument('<name>', 'its name')
    .option('--description <text>', 'what it is for')
    .option('--member <account>', 'an account in it; may be given several times', addOptionValue);
  addExamples(add, 'team add builders --member ann --member ci');
  setRemoteAction(add, around, addTeam);

  const update = team
    .command('update')
    .description('Change a team. Members have its rights from their next request on, and others no more.')
    .argument('<name>', 'the team')
    .option('--description <text>', 'what it is for')
    .option('--add <account>', 'an account that is in it from now on; may be given several times', addOptionValue)
    .option('--remove <account>', 'an account that is not in it any more; may be given several times', addOptionValue);
  addExamples(update, 'team update builders --add ben --remove ann');
  setRemoteAction(update, around, changeTeam);

  const remove = team
    .command('remove')
    .description('Remove a team and what it was given. Its members stay, without that.')
    .argument('<name>', 'the team')
    .option('--yes', 'do not ask');
  addExamples(remove, 'team remove builders --yes');
  setRemoteAction(remove, around, removeTeam);
}

async function showTeams(remote: Remote, { limit }: { readonly limit?: number }): Promise<null> {
  const pages = readPages(
    async (first, after) => (await remote.client.ask(listTeams, { first, after })).teams,
    limit ?? null,
  );
  await printList(remote, pages, {
    headings: ['TEAM', 'MEMBERS', 'GRANTS', 'DESCRIPTION'],
    toCells: ({ name, members, grants, description }) => [name, members.join(' '), formatGrants(grants), description],
    nothing: 'There are no teams.',
  });
  return null;
}

async function addTeam(
  remote: Remote,
  name: string,
  { description = '', member: members = [] }: TeamAddOptions,
): Promise<CommandResult> {
  const input = { name, description, members };
  const { team, userErrors } = (await remote.client.ask(createTeam, { input })).createTeam;
  assertDone(userErrors);
  return { data: team, text: `The team ${escapeControls(name)} is made.\n` };
}

async function changeTeam(remote: Remote, name: string, options: TeamUpdateOptions): Promise<CommandResult> {
  const { description, add, remove } = options;
  if (description === undefined && !add && !remove) throw new CommandError('USAGE', 'Say what to change: see --help.');
  const input = {
    name,
    ...(description !== undefined && { description }),
    ...(add && { addMembers: add }),
    ...(remove && { removeMembers: remove }),
  };
  const { team, userErrors } = (await remote.client.ask(updateTeam, { input })).updateTeam;
  assertDone(userErrors);
  const members = team === null || team.members.length === 0 ? 'nobody' : team.members.join(', ');
  return { data: team, text: `${escapeControls(`In the team ${name}: ${members}`)}.\n` };
}

async function removeTeam(
  remote: Remote,
  name: string,
  { yes = false }: { readonly yes?: boolean },
): Promise<CommandResult> {
  if (!(await confirm(remote, yes, `Remove the team ${name}, and what it was given?`)))
    return { data: { removed: null }, text: 'Nothing was changed.\n', exitCode: exitCodes.refused };
  const { deletedName, userErrors } = (await remote.client.ask(deleteTeam, { input: { name } })).deleteTeam;
  assertDone(userErrors);
  return { data: { removed: deletedName }, text: `The team ${escapeControls(deletedName ?? name)} is removed.\n` };
}
