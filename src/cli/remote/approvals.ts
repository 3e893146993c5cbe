import type { Command } from 'commander';
import { addExamples, type CommandResult } from '../command.js';
import { CommandError } from '../exit.js';
import { escapeControls } from '../table.js';
import { approveDeletion, rejectDeletion, type RuleFactsFragment, setProtection } from './documents.js';
import { describeJob, exitCodeOf, followJob, placeOf } from './jobs.js';
import { assertDone } from './refusal.js';
import { type Remote, setRemoteAction, type Surroundings } from './remote.js';
import { readChanged, readRules } from './rules.js';

type Rule = RuleFactsFragment['approvals'][number];

/** Days that a deletion waits where nothing else is said. */
const usualDays = 7;

/** `job approve|reject`. */
export function addApprovalCommands(job: Command, around: Surroundings): void {
  const approve = job
    .command('approve')
    .description('Have a deletion begin that somebody else asked for, and that waits for a second person.')
    .argument('<id>', 'as "job list --waiting" has it');
  addExamples(approve, 'job approve 0199f2c4-0000-7000-8000-000000000000');
  setRemoteAction(approve, around, approveOne);

  const reject = job
    .command('reject')
    .description('Cancel a deletion that waits for a second person.')
    .argument('<id>', 'as "job list --waiting" has it');
  addExamples(reject, 'job reject 0199f2c4-0000-7000-8000-000000000000');
  setRemoteAction(reject, around, rejectOne);
}

/** `protection approvals`. */
export function addApprovalRuleCommand(protection: Command, around: Surroundings): void {
  const approvals = protection
    .command('approvals')
    .description('Say which deletions of a registry wait for a second person, in place of what was said. For admins.')
    .argument('<registry>', 'the registry')
    .argument('[rules...]', 'repositories:above[:days]: "team/*:10" lets one delete 10 tags alone; waits 7 days')
    .option('--off', 'none waits');
  addExamples(approvals, 'protection approvals local "*:100" "prod/*:0:14"', 'protection approvals local --off');
  setRemoteAction(approvals, around, setApprovals);
}

/** As `setApprovals` takes it. */
export function formatApproval({ repository, above, days }: Rule): string {
  return `${repository}:${above}:${days}`;
}

async function approveOne(remote: Remote, id: string): Promise<CommandResult> {
  const {
    approveDeletion: { job, userErrors },
  } = await remote.client.ask(approveDeletion, { input: { id } });
  assertDone(userErrors);
  if (job === null) throw new CommandError('INTERNAL', 'The gateway gave no job.');
  const ended = {
    ...job,
    ...(await followJob(remote, job, `Deleting in ${placeOf(job)}`)),
  };
  return { data: ended, text: describeJob(ended), exitCode: exitCodeOf(ended) };
}

async function rejectOne(remote: Remote, id: string): Promise<CommandResult> {
  const {
    rejectDeletion: { job, userErrors },
  } = await remote.client.ask(rejectDeletion, { input: { id } });
  assertDone(userErrors);
  return { data: job, text: 'It was rejected: nothing of it was done.\n' };
}

async function setApprovals(
  remote: Remote,
  name: string,
  texts: readonly string[],
  { off = false }: { readonly off?: boolean },
): Promise<CommandResult> {
  if (off === texts.length > 0) throw new CommandError('USAGE', 'Name rules, or give --off: one of both.');
  const rules = texts.map(parseRule);
  const { id } = await readRules(remote, name);
  const answer = await remote.client.ask(setProtection, { input: { id, approvals: rules } });
  const after: RuleFactsFragment = readChanged(answer.setProtection);
  const shown = after.approvals.map(formatApproval).join(', ');
  const what =
    shown === '' ? 'No deletion waits for a second person' : `Deletions wait for a second person by ${shown}`;
  return {
    data: { registry: after.name, approvals: after.approvals },
    text: `${escapeControls(`${what}: ${after.name}.`)}\n`,
  };
}

/** Throws USAGE. */
function parseRule(text: string): Rule {
  const [repository, above, days = `${usualDays}`, ...rest] = text.split(':');
  if (repository && isNumber(above) && isNumber(days) && rest.length === 0)
    return { repository, above: Number(above), days: Number(days) };
  const shown = JSON.stringify(text.slice(0, 300));
  throw new CommandError(
    'USAGE',
    `A rule is repositories:above, or repositories:above:days: "team/*:10". ${shown} is none.`,
  );
}

function isNumber(text: string | undefined): boolean {
  return text !== undefined && /^\d{1,7}$/.test(text);
}
