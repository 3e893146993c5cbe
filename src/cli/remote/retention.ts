import type { Command } from 'commander';
import { addExamples, type CommandResult } from '../command.js';
import { isEnded } from '../../domain/job.js';
import { CommandError, exitCodes } from '../exit.js';
import { escapeControls } from '../table.js';
import { addDeletionOptions, deleteByPlan, type DeletionOptions, formatPlan } from './deletion.js';
import {
  applyRetention,
  type JobFactsFragment,
  listRepositories,
  listRetentionJobs,
  previewRetention,
  type PreviewRetentionQuery,
} from './documents.js';
import { formatCount } from './format.js';
import { describeJob, exitCodeOf, followJob } from './jobs.js';
import { createArray, readPages } from './listing.js';
import { confirm } from './options.js';
import { parseRepository, type RepositoryReference } from './reference.js';
import { assertDone } from './refusal.js';
import { describeRules } from './registryfacts.js';
import { found, type Remote, setRemoteAction, type Surroundings } from './remote.js';
import { addRetentionRuleCommands } from './retentionrules.js';
import { readRules } from './rules.js';

/** `retention preview|apply`, and its rules. */
export function addRetentionCommands(program: Command, around: Surroundings): void {
  const retention = program
    .command('retention')
    .description('Say which tags to keep, and see and delete what these rules let go.');
  const place = 'a registry, or a repository with its registry before it: hub/library/nginx';

  addRetentionRuleCommands(retention, around);

  const preview = retention
    .command('preview')
    .description('Print what would go, as the registry has it now. Nothing is deleted.')
    .argument('<place>', place);
  addExamples(preview, 'retention preview local/app', 'retention preview local --json');
  setRemoteAction(preview, around, (remote, text: string) =>
    text.includes('/') ? previewOne(remote, text) : previewAll(remote, text),
  );

  const apply = retention
    .command('apply')
    .description('Delete what the rules let go, after showing it.')
    .argument('<place>', place);
  addDeletionOptions(apply);
  addExamples(apply, 'retention apply local/app', 'retention apply local --yes');
  setRemoteAction(apply, around, (remote, text: string, options: DeletionOptions) => {
    if (text.includes('/')) return applyToOne(remote, text, options);
    return options.dryRun ? previewAll(remote, text) : applyToAll(remote, text, options);
  });
}

type Preview = NonNullable<PreviewRetentionQuery['retentionPreview']>;

async function look(remote: Remote, { registry, repository }: RepositoryReference): Promise<Preview> {
  const { retentionPreview } = await remote.client.ask(previewRetention, { registry, repository });
  return found(remote, retentionPreview, `There is no repository ${repository} in ${registry}.`);
}

async function previewOne(remote: Remote, text: string): Promise<CommandResult> {
  const preview = await look(remote, parseRepository(text));
  const kept = `${formatCount(preview.keptCount, 'tag stays', 'tags stay')}.\n`;
  const reasons = preview.kept
    .map(
      ({ tag, reasons }) => `  ${escapeControls(tag.name)}: ${reasons.join(', ').toLowerCase().replaceAll('_', ' ')}\n`,
    )
    .join('');
  const going = preview.plan === null ? `${text}: nothing goes.\n` : formatPlan(text, preview.plan);
  return { data: { repository: text, ...preview }, text: `${going}${kept}${reasons}` };
}

/** One repository after the other, printed as they are looked at. */
async function previewAll(remote: Remote, registry: string): Promise<CommandResult | null> {
  const { io, isJson } = remote;
  const { retention } = await readRules(remote, registry);
  if (!isJson) io.out(`${registry}: ${escapeControls(describeRules(retention))}\n`);
  const array = createArray(io);
  let count = 0;
  for await (const [place, { plan, keptCount }] of retention.rules.length === 0 ? [] : lookThrough(remote, registry)) {
    if (plan === null) continue;
    count++;
    if (isJson) array.add({ repository: place, keptCount, plan });
    else io.out(formatPlan(place, plan));
  }
  if (isJson) array.end();
  else if (count === 0) io.out('Nothing goes.\n');
  return null;
}

async function* lookThrough(remote: Remote, registry: string): AsyncGenerator<readonly [place: string, Preview]> {
  const filter = { registries: [registry] };
  const ask = async (first: number, after: string | null) =>
    (await remote.client.ask(listRepositories, { first, after, filter })).repositories;
  for await (const repositories of readPages(ask, null)) {
    for (const { name } of repositories) {
      yield [`${registry}/${name}`, await look(remote, { registry, repository: name })];
    }
  }
}

async function applyToOne(remote: Remote, text: string, options: DeletionOptions): Promise<CommandResult> {
  const { registry, repository } = parseRepository(text);
  const { plan } = await look(remote, { registry, repository });
  if (plan === null) return { data: { plan, job: null }, text: `${text}: nothing goes.\n` };
  const execute = async (planToken: string) =>
    (await remote.client.ask(applyRetention, { input: { registry, repository, planToken } })).applyRetention;
  return deleteByPlan(remote, text, { plan, userErrors: [] }, options, execute);
}

/** The gateway looks through the registry itself: there is no plan of it all. Its deletions are followed too. */
async function applyToAll(remote: Remote, registry: string, { yes = false }: DeletionOptions): Promise<CommandResult> {
  const { io, isJson, client } = remote;
  const advice = `See what would go: registry-gateway retention preview ${registry}`;
  const rules = escapeControls(describeRules((await readRules(remote, registry)).retention));
  const told = `${registry}: ${rules}\n${advice}\n`;
  if (isJson) io.err(told);
  else io.out(told);
  if (!(await confirm(remote, yes, `Delete what these rules let go, in the whole of ${registry}?`))) {
    return { data: { job: null, deletions: [] }, text: 'Nothing was deleted.\n', exitCode: exitCodes.refused };
  }
  const {
    applyRetention: { job, userErrors },
  } = await client.ask(applyRetention, { input: { registry } });
  assertDone(userErrors);
  if (job === null) throw new CommandError('INTERNAL', 'The gateway began no job.');
  const run = await followJob(remote, job, `Looking through ${registry}`);
  const deletions = await followDeletions(remote, registry, run);
  const all = [run, ...deletions];
  const text = [
    describeJob(run),
    ...deletions.map((one) => `${escapeControls(one.repository ?? registry)}: ${describeJob(one)}`),
  ].join('');
  return {
    data: { job: run, deletions },
    text,
    exitCode: all.map(exitCodeOf).find((code) => code !== exitCodes.done) ?? exitCodes.done,
  };
}

/** Those of the newest fifty that began with the run or after it. */
async function followDeletions(
  remote: Remote,
  name: string,
  { createdAt }: JobFactsFragment,
): Promise<JobFactsFragment[]> {
  const { registry } = await remote.client.ask(listRetentionJobs, { registry: name });
  const deletions: JobFactsFragment[] = [];
  for (const job of registry?.jobs ?? []) {
    if ((job.createdAt ?? '') < (createdAt ?? '')) continue;
    deletions.push(isEnded(job) ? job : await followJob(remote, job, `Deleting in ${name}/${job.repository ?? ''}`));
  }
  return deletions;
}
