import type { Command } from 'commander';
import { addExamples, type CommandResult } from '../command.js';
import { CommandError } from '../exit.js';
import { escapeControls } from '../table.js';
import { addDeletionOptions, carryOut, type DeletionOptions } from './deletion.js';
import { type DeleteSelectionInput, deleteSelection, type SelectionFactsFragment } from './documents.js';
import { formatAge, formatCount, formatSize } from './format.js';
import { addOptionValue, countTags, parseCount } from './options.js';
import { type Remote, setRemoteAction, type Surroundings } from './remote.js';

const day = 24 * 60 * 60 * 1000;

/** Repositories that a plan names on the terminal. */
const mostNamed = 20;

interface PurgeOptions extends DeletionOptions {
  readonly registry?: readonly string[];
  readonly glob?: string;
  readonly semver?: string;
  readonly olderThan?: number;
}

/** `tag purge`. */
export function addPurgeCommand(tag: Command, around: Surroundings): void {
  const purge = tag
    .command('purge')
    .description(
      'Delete the tags that fit from many repositories, after showing what goes: by one plan of the index, in one job.',
    )
    .argument('[repositories...]', 'only of repositories of these patterns with "*" and "?": "team/*"')
    .option('--registry <name>', 'only of this registry; may be repeated', addOptionValue)
    .option('--glob <pattern>', 'only tags of a pattern with "*" and "?"')
    .option('--semver <range>', 'only versions in a range as npm writes it')
    .option(
      '--older-than <days>',
      'only tags that were last pushed so many days ago, or before',
      parseCount(1, 36_500),
    );
  addDeletionOptions(purge);
  addExamples(
    purge,
    'tag purge "team/*" --glob "pr-*" --older-than 30 --dry-run',
    'tag purge --registry local --registry edge --semver "<1.0" --yes',
  );
  setRemoteAction(purge, around, purgeTags);
}

async function purgeTags(
  remote: Remote,
  repositories: readonly string[],
  options: PurgeOptions,
): Promise<CommandResult> {
  const { registry, glob, semver, olderThan } = options;
  if (repositories.length === 0 && registry === undefined)
    throw new CommandError('USAGE', 'Say where: name repositories by a pattern, or give --registry.');
  const filter: DeleteSelectionInput['filter'] = {
    ...(registry && { registries: [...registry] }),
    ...(repositories.length > 0 && { repositoryGlobs: [...repositories] }),
    ...(glob !== undefined && { glob }),
    ...(semver !== undefined && { semver }),
    ...(olderThan !== undefined && {
      updatedBefore: new Date(remote.clock().getTime() - olderThan * day).toISOString(),
    }),
  };
  const send = async (how: { readonly dryRun: boolean; readonly planToken?: string }) =>
    (await remote.client.ask(deleteSelection, { input: { filter, ...how } })).deleteSelection;
  const format = (plan: SelectionFactsFragment): string => formatSelection(plan, remote.clock());
  return carryOut(remote, 'many repositories', await send({ dryRun: true }), format, options, (planToken) =>
    send({ dryRun: false, planToken }),
  );
}

function describePlace(place: SelectionFactsFragment['repositories'][number]): string {
  const { registry, repository, tagCount, needsApproval } = place;
  const waits = needsApproval ? ', once a second person has approved it' : '';
  return `  ${registry.name}/${repository.name}: ${countTags(tagCount)}${waits}`;
}

/** Lines that say what goes, from where, and what is to be known before. */
function formatSelection(plan: SelectionFactsFragment, now: Date): string {
  const { tagCount, manifestCount, repositoryCount, repositories, confirmedAt } = plan;
  const named = repositories.slice(0, mostNamed);
  const going = `${countTags(tagCount)} and ${formatCount(manifestCount, 'manifest')}`;
  const places = formatCount(repositoryCount, 'repository', 'repositories');
  const lines = [
    `${going} of ${places} go; ${formatSize(plan.reclaimable)} can be given back.`,
    ...named.map(describePlace),
    repositoryCount > named.length && `  … and ${repositoryCount - named.length} more`,
    plan.protectedTagCount > 0 && `  ${countTags(plan.protectedTagCount)} stay, as rules protect them.`,
    plan.unknownTagCount > 0 && `  ${countTags(plan.unknownTagCount)} stay, as it is not known what they point to.`,
    plan.unreadRepositoryCount > 0 &&
      `  More may fit: ${formatCount(plan.unreadRepositoryCount, 'repository', 'repositories')} were never read whole.`,
    `  By the index, which was last read ${confirmedAt === null ? 'never' : formatAge(confirmedAt, now)}.`,
  ];
  return lines
    .filter((line) => line !== false)
    .map((line) => `${escapeControls(line)}\n`)
    .join('');
}
