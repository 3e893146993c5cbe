import type { Command } from 'commander';
import { addExamples, type CommandResult } from '../command.js';
import { formatFacts } from '../table.js';
import { addDeletionOptions, deleteByPlan, type DeletionOptions } from './deletion.js';
import {
  deleteRepository,
  listRepositories,
  type ListRepositoriesQuery,
  type OrderDirection,
  type RepositoryOrderField,
  showRepository,
} from './documents.js';
import { formatAge, formatSize, formatSome } from './format.js';
import { describeProblem, type ListShape, printSourced } from './listing.js';
import { parseLimit, parseChoice } from './options.js';
import { parseRepository } from './reference.js';
import { describeState } from './registryfacts.js';
import { foundRepository, type Remote, setRemoteAction, type Surroundings } from './remote.js';

const orders: Readonly<Record<string, RepositoryOrderField>> = {
  name: 'NAME',
  size: 'SIZE',
  tags: 'TAG_COUNT',
  updated: 'UPDATED_AT',
};

interface RepositoryListOptions {
  readonly contains?: string;
  readonly namespace?: string;
  readonly empty?: boolean;
  readonly order?: RepositoryOrderField;
  readonly desc?: boolean;
  readonly limit?: number;
}

/** `repo list|show|delete`. */
export function addRepositoryCommands(program: Command, around: Surroundings): void {
  const repo = program.command('repo').description('List, show and delete repositories.');

  const list = repo
    .command('list')
    .description('List the repositories of all registries, or of those named.')
    .argument('[registries...]', 'only of these')
    .option('--contains <text>', 'only those whose name has it')
    .option('--namespace <name>', 'only those with this before the last slash of their name')
    .option('--empty', 'only those without tags')
    .option('--order <by>', `one of ${Object.keys(orders).join(', ')}`, parseChoice(orders))
    .option('--desc', 'the last, largest or newest first')
    .option('--limit <count>', 'at the most so many; else all', parseLimit);
  addExamples(list, 'repo list', 'repo list hub --contains nginx --order updated --desc --limit 20');
  setRemoteAction(list, around, showAll);

  const show = repo
    .command('show')
    .description('Show a repository.')
    .argument('<repository>', 'with its registry before it: hub/library/nginx');
  addExamples(show, 'repo show hub/library/nginx');
  setRemoteAction(show, around, showOne);

  const remove = repo
    .command('delete')
    .description('Delete every tag and image of a repository, after showing what goes.')
    .argument('<repository>', 'with its registry before it: hub/library/nginx');
  addDeletionOptions(remove);
  addExamples(remove, 'repo delete local/old/app --dry-run', 'repo delete local/old/app --yes');
  setRemoteAction(remove, around, deleteOne);
}

type ListedRepository = ListRepositoriesQuery['repositories']['nodes'][number];

async function showAll(remote: Remote, registries: readonly string[], options: RepositoryListOptions): Promise<null> {
  const { contains, namespace, empty, order, desc, limit = null } = options;
  const filter = {
    ...(registries.length > 0 && { registries }),
    ...(contains !== undefined && { nameContains: contains }),
    ...(namespace !== undefined && { namespace }),
    ...(empty && { empty }),
  };
  const orderBy = { field: order ?? 'NAME', direction: (desc ? 'DESC' : 'ASC') satisfies OrderDirection } as const;
  const ask = async (first: number, after: string | null) =>
    (await remote.client.ask(listRepositories, { first, after, filter, orderBy })).repositories;
  const shape: ListShape<ListedRepository> = {
    headings: ['REPOSITORY', 'TAGS', 'SIZE', 'UPDATED', 'LATEST'],
    toCells: ({ registry, name, tagCount, size, updatedAt, latestTag }) => [
      `${registry.name}/${name}`,
      String(tagCount),
      formatSize(size),
      formatAge(updatedAt, remote.clock()),
      latestTag?.name ?? '-',
    ],
    nothing: 'There are no such repositories.',
  };
  await printSourced(remote, ask, shape, limit);
  return null;
}

async function showOne(remote: Remote, text: string): Promise<CommandResult> {
  const { registry, repository: name } = parseRepository(text);
  const answer = await remote.client.ask(showRepository, { registry, name });
  const repository = foundRepository(remote, answer.repository, text);
  const { latestTag, freshness, deletionBlockers } = repository;
  const facts = formatFacts(remote.io, [
    ['Repository', `${repository.registry.name}/${repository.name}`],
    ['Registry', repository.registry.addr],
    ['State', describeState(freshness, remote.clock())],
    ['Tags', String(repository.tagCount)],
    ['Size', `${formatSize(repository.size)}, of which ${formatSize(repository.uniqueSize)} no other repository uses`],
    ['Updated', formatAge(repository.updatedAt, remote.clock())],
    ['Latest tag', latestTag === null ? '-' : `${latestTag.name} ${latestTag.digest ?? ''}`.trim()],
    [
      'Deletable',
      repository.viewerCanDelete ? 'yes' : `no: ${deletionBlockers.map(({ message }) => message).join(' ')}`,
    ],
    [
      'Names left out',
      repository.droppedTags === 0 ? 'none' : formatSome(repository.droppedTagExamples, repository.droppedTags),
    ],
  ]);
  const problem = describeProblem(repository.registry.name, freshness);
  return { data: repository, text: problem === null ? facts : `${facts}\n${problem}\n` };
}

async function deleteOne(remote: Remote, text: string, options: DeletionOptions): Promise<CommandResult> {
  const { registry, repository } = parseRepository(text);
  const send = async (how: { readonly dryRun: boolean; readonly planToken?: string }) =>
    (await remote.client.ask(deleteRepository, { input: { registry, repository, wait: false, ...how } }))
      .deleteRepository;
  return deleteByPlan(remote, text, await send({ dryRun: true }), options, (planToken) =>
    send({ dryRun: false, planToken }),
  );
}
