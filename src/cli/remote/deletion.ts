import type { Command } from 'commander';
import type { CommandResult } from '../command.js';
import { CommandError, exitCodes } from '../exit.js';
import { escapeControls } from '../table.js';
import type { JobFactsFragment, PlanFactsFragment, RefusalFragment } from './documents.js';
import { formatCount, formatSize, formatSome } from './format.js';
import { describeJob, exitCodeOf, followJob } from './jobs.js';
import { confirm, countTags } from './options.js';
import { assertDone } from './refusal.js';
import type { Remote } from './remote.js';

export interface DeletionOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** The answer of a mutation that deletes. */
export interface DeletionAnswer<Plan = PlanFactsFragment> {
  readonly plan: Plan | null;
  readonly job: JobFactsFragment | null;
  readonly userErrors: readonly RefusalFragment[];
}

export function addDeletionOptions(command: Command): Command {
  return command.option('--dry-run', 'only print what would go').option('--yes', 'do not ask');
}

/**
 * Shows what a plan removes, asks, has exactly that done, and shows how far it is until it has ended. `execute` gets
 * the plan's token: when anything has changed since, nothing is deleted. Ends with 1 when something is left.
 */
export function deleteByPlan(
  remote: Remote,
  name: string,
  planned: Omit<DeletionAnswer, 'job'>,
  options: DeletionOptions,
  execute: (planToken: string) => Promise<DeletionAnswer>,
): Promise<CommandResult> {
  return carryOut(remote, name, planned, (plan) => formatPlan(name, plan), options, execute);
}

/** As `deleteByPlan`, of a plan that `format` shows. */
export async function carryOut<Plan extends { readonly token: string }>(
  remote: Remote,
  name: string,
  planned: Omit<DeletionAnswer<Plan>, 'job'>,
  format: (plan: Plan) => string,
  options: DeletionOptions,
  execute: (planToken: string) => Promise<DeletionAnswer<Plan>>,
): Promise<CommandResult> {
  const { io, isJson } = remote;
  const { plan, userErrors } = planned;
  if (plan === null) {
    assertDone(userErrors);
    throw new CommandError('INTERNAL', 'The gateway gave no plan.');
  }
  const text = format(plan);
  if (options.dryRun) {
    if (!isJson) io.out(text);
    assertDone(userErrors);
    return { data: { plan, job: null }, text: '' };
  }
  // Results go to standard output; with --json that is one document.
  if (isJson) io.err(text);
  else io.out(text);
  assertDone(userErrors);
  if (!(await confirm(remote, options.yes === true, 'Delete this?'))) {
    return { data: { plan, job: null }, text: 'Nothing was deleted.\n', exitCode: exitCodes.refused };
  }
  const { job, userErrors: failures } = await execute(plan.token);
  if (job === null) {
    assertDone(failures);
    return { data: { plan, job }, text: 'There was nothing to delete.\n' };
  }
  const ended = await followJob(remote, job, `Deleting ${name}`);
  return { data: { plan, job: ended }, text: describeJob(ended), exitCode: exitCodeOf(ended) };
}

/** Lines that say what goes, what stays, and what is to be known before. */
export function formatPlan(name: string, plan: PlanFactsFragment): string {
  const { tagCount, manifestCount, tags, alsoRemovedTags, keepingImage, orphanedReferrers } = plan;
  const list = (some: readonly { readonly name: string }[], count = some.length): string =>
    formatSome(
      some.map((one) => one.name),
      count,
      20,
    );
  const isCut = tags.length < tagCount;
  const going = `${countTags(tagCount)} and ${formatCount(manifestCount, 'manifest')} go`;
  const orphans = formatCount(orphanedReferrers.length, 'signature or attestation', 'signatures and attestations');
  const stays = isCut ? 'Image stays (of the first hundred)' : 'Image stays';
  const lines = [
    `${name}: ${going}; ${formatSize(plan.reclaimable)} can be given back.`,
    `  Tags: ${list(tags, tagCount)}`,
    alsoRemovedTags.length > 0 && `  Of these, not asked for, on the same images: ${list(alsoRemovedTags)}`,
    keepingImage.length > 0 && `  ${stays}: ${list(keepingImage)}`,
    orphanedReferrers.length > 0 && `  ${orphans} about them would stay.`,
    plan.leavesEmptyRepository && '  The repository has no tags left then.',
    plan.needsApproval && '  A second person has to approve it, by another account, before anything goes.',
    ...plan.uncertainties.map((sentence) => `  Left, as not all is known: ${sentence}`),
    ...plan.deletionBlockers.map(
      ({ message, hint }) => `  Cannot be done now: ${message}${hint === null ? '' : ` ${hint}`}`,
    ),
  ];
  return lines
    .filter((line) => line !== false)
    .map((line) => `${escapeControls(line)}\n`)
    .join('');
}
