import type { Command } from 'commander';
import { addExamples, type CommandResult } from '../command.js';
import { CommandError } from '../exit.js';
import { addDeletionOptions, deleteByPlan, type DeletionOptions } from './deletion.js';
import {
  deleteTags,
  listTags,
  type ListTagsQuery,
  type OrderDirection,
  showTag,
  type TagOrderField,
} from './documents.js';
import { formatAge, formatSize } from './format.js';
import { describeProblem, printList, readPages } from './listing.js';
import { parseLimit, parseChoice } from './options.js';
import { addPurgeCommand } from './purge.js';
import { parseRepository, parseTags } from './reference.js';
import { found, foundRepository, type Remote, setRemoteAction, type Surroundings } from './remote.js';
import { putBack, type RestoreTagOptions } from './restoration.js';
import { describeTag } from './tagfacts.js';

const orders: Readonly<Record<string, TagOrderField>> = {
  name: 'NAME',
  version: 'SEMVER',
  size: 'SIZE',
  updated: 'UPDATED_AT',
};

/** Of one mutation. */
const maxTags = 500;

interface TagListOptions {
  readonly contains?: string;
  readonly glob?: string;
  readonly semver?: string;
  readonly referrers?: boolean;
  readonly order?: TagOrderField;
  readonly desc?: boolean;
  readonly limit?: number;
}

/** `tag list|show|delete|purge|restore`. */
export function addTagCommands(program: Command, around: Surroundings): void {
  const tag = program.command('tag').description('List, show, delete and put back tags.');
  const place = 'a repository with its registry before it: hub/library/nginx';

  const list = tag
    .command('list')
    .description('List the tags of a repository.')
    .argument('<repository>', place)
    .option('--contains <text>', 'only those that have it')
    .option('--glob <pattern>', 'only those of a pattern with "*" and "?"')
    .option('--semver <range>', 'only versions in a range as npm writes it')
    .option('--referrers', 'signatures, attestations and fallback tags too')
    .option('--order <by>', `one of ${Object.keys(orders).join(', ')}`, parseChoice(orders))
    .option('--desc', 'the last, largest or newest first')
    .option('--limit <count>', 'at the most so many; else all', parseLimit);
  addExamples(
    list,
    'tag list hub/library/nginx --order version --desc --limit 10',
    'tag list local/app --semver ">=1.2 <2" --json',
  );
  setRemoteAction(list, around, showAll);

  const show = tag
    .command('show')
    .description('Show a tag and the image it points to.')
    .argument('<repository>', place)
    .argument('[tag]', 'the tag, where it is not behind a colon');
  addExamples(show, 'tag show hub/library/nginx:1.27', 'tag show hub/library/nginx 1.27 --json');
  setRemoteAction(show, around, showOne);

  const remove = tag
    .command('delete')
    .description(
      'Delete tags and no others, after showing what goes. Other tags on the same image stay, and so does the image.',
    )
    .argument('<repository>', place)
    .argument('[tags...]', `the tags, up to ${maxTags}, where one is not behind a colon`)
    .option('--with-siblings', 'delete their images whole, with every other tag on them');
  addDeletionOptions(remove);
  addExamples(remove, 'tag delete local/app 1.0 1.1 --dry-run', 'tag delete local/app:1.0 --yes');
  setRemoteAction(remove, around, deleteSome);

  addPurgeCommand(tag, around);

  const restore = tag
    .command('restore')
    .description('Put a tag back on what it pointed to before, as long as the registry still has that image.')
    .argument('<repository>', place)
    .argument('[tag]', 'the tag, where it is not behind a colon; it may be gone')
    .option('--digest <digest>', 'one of its history; else the latest that it no longer points to')
    .option('--yes', 'do not ask');
  addExamples(restore, 'tag restore local/app:1.0', 'tag restore local/app 1.0 --digest sha256:… --yes');
  setRemoteAction(restore, around, (remote, text: string, name: string | undefined, options: RestoreTagOptions) =>
    putBack(remote, parseOne(text, name), options),
  );
}

type Tags = NonNullable<ListTagsQuery['repository']>;

async function showAll(remote: Remote, text: string, options: TagListOptions): Promise<null> {
  const reference = parseRepository(text);
  const { contains, glob, semver, referrers, order, desc, limit = null } = options;
  const filter = {
    ...(contains !== undefined && { nameContains: contains }),
    ...(glob !== undefined && { glob }),
    ...(semver !== undefined && { semver }),
    ...(referrers && { includeReferrers: true }),
  };
  const orderBy = { field: order ?? 'NAME', direction: (desc ? 'DESC' : 'ASC') satisfies OrderDirection } as const;
  let problem: string | null = null;
  const pages = readPages(async (first, after) => {
    const answer = await remote.client.ask(listTags, { ...reference, first, after, filter, orderBy });
    const { tags, freshness } = foundRepository(remote, answer.repository, text);
    problem = describeProblem(reference.registry, freshness);
    return tags;
  }, limit);
  await printList<Tags['tags']['nodes'][number]>(remote, pages, {
    headings: ['TAG', 'SIZE', 'UPDATED', 'SAME IMAGE', 'DIGEST'],
    toCells: ({ name, size, updatedAt, siblingCount, digest }) => [
      name,
      formatSize(size),
      formatAge(updatedAt, remote.clock()),
      siblingCount === 0 ? '-' : `${siblingCount} more`,
      digest ?? '-',
    ],
    nothing: 'There are no such tags.',
  });
  if (problem !== null) remote.io.err(`${text}: ${String(problem)}\n`);
  return null;
}

function parseOne(text: string, name: string | undefined) {
  const {
    tags: [tag = ''],
    ...reference
  } = parseTags(text, name === undefined ? [] : [name]);
  return { ...reference, tag };
}

async function showOne(remote: Remote, text: string, name: string | undefined): Promise<CommandResult> {
  const reference = parseOne(text, name);
  const answer = await remote.client.ask(showTag, reference);
  const tag = found(
    remote,
    answer.repository?.tag,
    `There is no tag ${JSON.stringify(reference.tag)} in ${reference.registry}/${reference.repository}.`,
  );
  return { data: tag, text: describeTag(remote.io, tag, remote.clock()) };
}

async function deleteSome(
  remote: Remote,
  text: string,
  names: readonly string[],
  options: DeletionOptions & { readonly withSiblings?: boolean },
): Promise<CommandResult> {
  const { registry, repository, tags } = parseTags(text, names);
  if (tags.length > maxTags) throw new CommandError('USAGE', `Name up to ${maxTags} tags at a time.`);
  const { withSiblings = false } = options;
  const send = async (how: { readonly dryRun: boolean; readonly planToken?: string }) =>
    (await remote.client.ask(deleteTags, { input: { registry, repository, tags, withSiblings, wait: false, ...how } }))
      .deleteTags;
  return deleteByPlan(remote, `${registry}/${repository}`, await send({ dryRun: true }), options, (planToken) =>
    send({ dryRun: false, planToken }),
  );
}
