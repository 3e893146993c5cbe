import type { Command } from 'commander';
import { addExamples, type CommandResult } from '../command.js';
import { type ExitCode, exitCodes } from '../exit.js';
import { escapeControls } from '../table.js';
import { type JobFactsFragment, listRegistries, refresh, showRepository } from './documents.js';
import { describeJob, exitCodeOf, followJob } from './jobs.js';
import { nothingAttached } from './listing.js';
import { parseRepository } from './reference.js';
import { assertDone } from './refusal.js';
import { find } from './registry.js';
import { foundRepository, type Remote, setRemoteAction, type Surroundings } from './remote.js';

interface Thing {
  readonly id: string;
  readonly name: string;
}

export function addSyncCommand(program: Command, around: Surroundings): void {
  const command = program
    .command('sync')
    .description('Read registries or repositories again now: all registries, or those named.')
    .argument('[names...]', 'registries, and repositories as hub/library/nginx')
    .option('--wait', 'until all is read; ends with 1 when not all could be');
  addExamples(command, 'sync', 'sync hub --wait', 'sync hub/library/nginx');
  setRemoteAction(command, around, sync);
}

async function sync(
  remote: Remote,
  names: readonly string[],
  { wait = false }: { readonly wait?: boolean },
): Promise<CommandResult> {
  const things =
    names.length === 0 ? (await remote.client.ask(listRegistries, {})).registries : await findAll(remote, names);
  if (things.length === 0) return { data: [], text: `${nothingAttached}\n` };
  const begun: { readonly name: string; readonly job: JobFactsFragment | null }[] = [];
  for (const { id, name } of things) begun.push({ name, job: await begin(remote, id, wait) });
  const jobs: typeof begun = [];
  for (const { name, job } of begun)
    jobs.push({ name, job: wait && job ? await followJob(remote, job, `Reading ${name}`) : job });
  const exitCode = jobs.reduce<ExitCode>(
    (code, { job }) => (wait && job ? code || exitCodeOf(job) : code),
    exitCodes.done,
  );
  return { data: jobs, text: jobs.map(({ name, job }) => describe(name, job, wait)).join(''), exitCode };
}

/** A repository is waited for where it is asked for; a registry's job is looked at. */
async function begin({ client }: Remote, id: string, wait: boolean): Promise<JobFactsFragment | null> {
  const isRegistry = !/[^0-9a-f-]/.test(id);
  const {
    refresh: { job, userErrors },
  } = await client.ask(refresh, { input: { id, wait: wait && !isRegistry } });
  assertDone(userErrors);
  return job;
}

async function findAll(remote: Remote, names: readonly string[]): Promise<Thing[]> {
  const things: Thing[] = [];
  for (const name of names)
    things.push(name.includes('/') ? await findRepository(remote, name) : await find(remote, name));
  return things;
}

async function findRepository(remote: Remote, text: string): Promise<Thing> {
  const { registry, repository: name } = parseRepository(text);
  const { repository } = await remote.client.ask(showRepository, { registry, name });
  return { id: foundRepository(remote, repository, text).id, name: text };
}

function describe(name: string, job: JobFactsFragment | null, wait: boolean): string {
  const shown = escapeControls(name);
  if (job === null) return `${shown}: ${wait ? 'Read.' : 'It is being read.'}\n`;
  return wait
    ? `${shown}: ${describeJob(job)}`
    : `${shown}: It is being read. With --wait the command ends when it is done.\n`;
}
