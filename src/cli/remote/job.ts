import type { Command } from 'commander';
import { addExamples, type CommandResult } from '../command.js';
import { isEnded } from '../../domain/job.js';
import { CommandError, exitCodes } from '../exit.js';
import type { Io } from '../io.js';
import { styleState, type Text } from '../style.js';
import { createTable, formatFacts } from '../table.js';
import { addApprovalCommands } from './approvals.js';
import {
  cancelJob,
  type JobDetailsFragment,
  type JobKind,
  listJobs,
  listRegistries,
  listWaitingJobs,
  showJob,
} from './documents.js';
import { formatAge } from './format.js';
import { describeJob, followJob, placeOf } from './jobs.js';
import { createArray, nothingAttached } from './listing.js';
import { addOptionValue, parseCount, parseChoice } from './options.js';
import { assertDone } from './refusal.js';
import { addUndoCommand } from './undoing.js';
import { found, foundRegistry, type Remote, setRemoteAction, type Surroundings } from './remote.js';

const kinds: Readonly<Record<string, JobKind>> = {
  crawl: 'CRAWL',
  'delete-repository': 'DELETE_REPOSITORY',
  'delete-tags': 'DELETE_TAGS',
  retention: 'RETENTION',
  'retention-run': 'RETENTION_RUN',
  'restore-tags': 'RESTORE_TAGS',
};

/** Of one registry: what the gateway gives of them at a time. */
const mostJobs = 100;

interface JobListOptions {
  readonly kind?: readonly string[];
  readonly running?: boolean;
  readonly waiting?: boolean;
  readonly limit: number;
}

/** `job list|show|cancel`. */
export function addJobCommands(program: Command, around: Surroundings): void {
  const job = program.command('job').description('List, show and stop what the gateway does: crawls and deletions.');

  const list = job
    .command('list')
    .description('List the newest jobs of all registries, or of those named, the newest of each first.')
    .argument('[registries...]', 'only of these')
    .option('--kind <kind>', `only of this kind; may be repeated: ${Object.keys(kinds).join(', ')}`, collectKind)
    .option('--running', `only those of the newest ${mostJobs} that have not ended`)
    .option('--waiting', 'only deletions that wait for a second person, the oldest first')
    .option('--limit <count>', 'of each registry at the most so many', parseCount(1, mostJobs), 20);
  addExamples(
    list,
    'job list',
    'job list local --running',
    'job list --waiting',
    'job list --kind delete-tags --kind retention --json',
  );
  setRemoteAction(list, around, showAll);

  const show = job
    .command('show')
    .description('Show a job, how far it is, and what went wrong.')
    .argument('<id>', 'as "job list" has it');
  addExamples(show, 'job show 0199f2c4-0000-7000-8000-000000000000');
  setRemoteAction(show, around, showOne);

  const cancel = job
    .command('cancel')
    .description('Stop a job before its next piece. What was done before stays done.')
    .argument('<id>', 'as "job list" has it');
  addExamples(cancel, 'job cancel 0199f2c4-0000-7000-8000-000000000000');
  setRemoteAction(cancel, around, cancelOne);
  addApprovalCommands(job, around);
  addUndoCommand(job, around);
}

/** One registry after the other, printed as they are asked. */
async function showAll(remote: Remote, names: readonly string[], options: JobListOptions): Promise<null> {
  const { io, isJson, client, clock } = remote;
  const registries =
    names.length > 0 ? names : (await client.ask(listRegistries, {})).registries.map(({ name }) => name);
  const table = createTable(io, ['JOB', 'KIND', 'STATE', 'OF', 'DONE', 'BEGAN', 'BY'], { hasIds: true });
  const array = createArray(io);
  let count = 0;
  for (const name of registries) {
    const jobs = await readJobs(remote, name, options);
    count += jobs.length;
    if (isJson) for (const one of jobs) array.add(one);
    else if (jobs.length > 0) io.out(table.format(jobs.map((one) => toCells(one, clock()))));
  }
  if (isJson) array.end();
  else if (registries.length === 0) io.err(`${nothingAttached}\n`);
  else if (count === 0) io.err('There are no such jobs.\n');
  return null;
}

async function readJobs(
  remote: Remote,
  name: string,
  { kind, running = false, waiting = false, limit }: JobListOptions,
): Promise<JobDetailsFragment[]> {
  if (waiting) {
    const { registry } = await remote.client.ask(listWaitingJobs, { registry: name });
    const isWanted = (job: JobDetailsFragment): boolean => !kind || kind.some((word) => kinds[word] === job.kind);
    return foundRegistry(remote, registry, name).awaitingApproval.filter(isWanted).slice(0, limit);
  }
  const first = running ? mostJobs : limit;
  const wanted = (kind ?? Object.keys(kinds)).flatMap((word) => kinds[word] ?? []);
  const { registry } = await remote.client.ask(listJobs, { registry: name, first, kinds: wanted });
  const { jobs } = foundRegistry(remote, registry, name);
  return jobs.filter((one) => !running || !isEnded(one)).slice(0, limit);
}

function toCells(job: JobDetailsFragment, now: Date): Text[] {
  const { id, kind, state, createdAt, requestedBy } = job;
  return [
    id,
    toWord(kind),
    styleState(state, toWord(state)),
    placeOf(job),
    countOf(job),
    formatAge(createdAt, now),
    requestedBy,
  ];
}

async function showOne(remote: Remote, id: string): Promise<CommandResult> {
  const { job } = await remote.client.ask(showJob, { id });
  const shown = found(remote, job, `There is no job ${JSON.stringify(id)}. See registry-gateway job list`);
  return { data: shown, text: `${describe(remote.io, shown, remote.clock())}\n${describeJob(shown)}` };
}

async function cancelOne(remote: Remote, id: string): Promise<CommandResult> {
  const {
    cancelJob: { job, userErrors },
  } = await remote.client.ask(cancelJob, { input: { id } });
  assertDone(userErrors);
  if (job === null) throw new CommandError('INTERNAL', 'The gateway gave no job.');
  const ended = { ...job, ...(await followJob(remote, job, `Stopping ${toWord(job.kind)} of ${placeOf(job)}`)) };
  // It may have been over, or have come to its end meanwhile: then nothing was stopped.
  const isStopped = ended.state === 'CANCELLED';
  const text = isStopped ? describeJob(ended) : `It had ended before it could be stopped. ${describeJob(ended)}`;
  return { data: ended, text, exitCode: isStopped ? exitCodes.done : exitCodes.refused };
}

function describe(io: Pick<Io, 'colours'>, job: JobDetailsFragment, now: Date): string {
  const { id, kind, state, createdAt, finishedAt, requestedBy, cancelledBy, approvedBy, approvalExpiresAt } = job;
  return formatFacts(io, [
    ['Job', id],
    ['Kind', toWord(kind)],
    ['Of', placeOf(job)],
    ['State', styleState(state, toWord(state))],
    ['Done', countOf(job)],
    ['Asked for by', requestedBy],
    ['Began', formatAge(createdAt, now)],
    ['Ended', formatAge(finishedAt, now)],
    ...(approvedBy === null ? [] : ([['Approved by', approvedBy]] as const)),
    ...(state !== 'AWAITING_APPROVAL' || approvalExpiresAt === null
      ? []
      : ([['Waits for approval until', approvalExpiresAt]] as const)),
    ...(cancelledBy === null ? [] : ([['Cancelled by', cancelledBy]] as const)),
  ]);
}

function countOf({ done, total }: JobDetailsFragment): string {
  return total > 0 ? `${done}/${total}` : String(done);
}

function toWord(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

const parseKind = parseChoice(kinds);

/** Keeps the word: commander would give the enum's value back to the next call. */
function collectKind(text: string, before: readonly string[] | undefined): readonly string[] {
  parseKind(text);
  return addOptionValue(text, before);
}
