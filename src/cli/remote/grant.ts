import type { Command } from 'commander';
import { addExamples, type CommandResult } from '../command.js';
import { CommandError } from '../exit.js';
import { escapeControls, formatTable } from '../table.js';
import { getHolder, grantAccess, type GrantRowFragment, revokeGrant } from './documents.js';
import { formatGrant, grantHelp, parseGrant } from './grants.js';
import { assertDone } from './refusal.js';
import { found, type Remote, setRemoteAction, type Surroundings } from './remote.js';

interface HolderOptions {
  readonly team?: boolean;
}

const teamHelp = 'the name is of a team';

/** `grant list|add|remove`: rights to repositories, beside what roles give everywhere. */
export function addGrantCommands(program: Command, around: Surroundings): void {
  const grant = program
    .command('grant')
    .description(
      'Give accounts and teams rights to repositories, beside what their roles give everywhere. For admins.',
    );

  const list = grant
    .command('list')
    .description('List what an account or a team was given.')
    .argument('<name>', 'the account, or the team')
    .option('--team', teamHelp);
  addExamples(list, 'grant list ann', 'grant list builders --team --json');
  setRemoteAction(list, around, showGrants);

  const add = grant
    .command('add')
    .description('Give rights, each in the place of the one that there was for the same pattern.')
    .argument('<name>', 'the account, or the team')
    .argument('<grants...>', grantHelp)
    .option('--team', teamHelp);
  addExamples(add, 'grant add ann "local:team-a/*:delete"', 'grant add builders "*:base/*:read" --team');
  setRemoteAction(add, around, giveGrants);

  const remove = grant
    .command('remove')
    .description('Take grants back: they are good for nothing from the next request on.')
    .argument('<ids...>', 'as "grant list" has them');
  addExamples(remove, 'grant remove 0199f2c4-0000-7000-8000-000000000000');
  setRemoteAction(remove, around, takeGrants);
}

async function showGrants(remote: Remote, name: string, { team = false }: HolderOptions): Promise<CommandResult> {
  const { account, team: one } = await remote.client.ask(getHolder, { name, isTeam: team });
  const kind = team ? 'team' : 'account';
  const { grants } = found(remote, team ? one : account, `There is no ${kind} ${JSON.stringify(name)}.`);
  const rows = grants.map(toRow);
  const text =
    rows.length === 0
      ? `${escapeControls(name)} was given nothing.\n`
      : formatTable(remote.io, ['ID', 'GRANT', 'GIVEN BY', 'GIVEN'], rows, { hasIds: true });
  return { data: grants, text };
}

function toRow(grant: GrantRowFragment): string[] {
  return [grant.id, formatGrant(grant), grant.givenBy, grant.givenAt.slice(0, 10)];
}

async function giveGrants(
  remote: Remote,
  name: string,
  texts: readonly string[],
  { team = false }: HolderOptions,
): Promise<CommandResult> {
  const holder = team ? { team: name } : { account: name };
  const given: GrantRowFragment[] = [];
  for (const wanted of texts.map(readGrant)) {
    const { grant, userErrors } = (await remote.client.ask(grantAccess, { input: { ...holder, ...wanted } }))
      .grantAccess;
    assertDone(userErrors);
    if (grant) given.push(grant);
  }
  const lines = given.map(
    (grant) => `${escapeControls(name)} has ${escapeControls(formatGrant(grant))} (${grant.id}).\n`,
  );
  return { data: given, text: lines.join('') };
}

/** Before anything is given. Throws USAGE. */
function readGrant(text: string): ReturnType<typeof parseGrant> {
  try {
    return parseGrant(text);
  } catch {
    throw new CommandError('USAGE', `${JSON.stringify(text.slice(0, 300))} is no grant: ${grantHelp}.`);
  }
}

async function takeGrants(remote: Remote, ids: readonly string[]): Promise<CommandResult> {
  const taken: GrantRowFragment[] = [];
  for (const id of ids) {
    const { grant, userErrors } = (await remote.client.ask(revokeGrant, { input: { id } })).revokeGrant;
    assertDone(userErrors);
    if (grant) taken.push(grant);
  }
  return { data: taken, text: taken.map((grant) => `Took ${escapeControls(formatGrant(grant))} back.\n`).join('') };
}
