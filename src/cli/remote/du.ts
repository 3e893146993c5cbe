import type { Command } from 'commander';
import { addExamples } from '../command.js';
import { measureRepositories, type MeasureRepositoriesQuery } from './documents.js';
import { formatBar, formatSize } from './format.js';
import { type ListShape, printSourced } from './listing.js';
import { parseLimit } from './options.js';
import { type Remote, setRemoteAction, type Surroundings } from './remote.js';

type MeasuredRepository = MeasureRepositoriesQuery['repositories']['nodes'][number];

const usualLimit = 20;
/** Smaller than elsewhere: the bytes that only one repository uses are dear to count. */
const pageSize = 20;
const barWidth = 20;

export function addDiskUsageCommand(program: Command, around: Surroundings): void {
  const command = program
    .command('du')
    .description(
      'Show the largest repositories: what they store, what of it no other repository uses, and what they share.',
    )
    .argument('[registries...]', 'only of these')
    .option('--limit <count>', 'so many', parseLimit, usualLimit);
  addExamples(command, 'du', 'du local --limit 50', 'du --json');
  setRemoteAction(command, around, measure);
}

async function measure(
  remote: Remote,
  registries: readonly string[],
  { limit }: { readonly limit: number },
): Promise<null> {
  const filter = registries.length > 0 ? { registries } : {};
  let largest = 0;
  const ask = async (first: number, after: string | null) => {
    const { repositories } = await remote.client.ask(measureRepositories, { first, after, filter });
    largest ||= repositories.nodes[0]?.size ?? 0;
    return { ...repositories, nodes: repositories.nodes.map(addShared) };
  };
  const shape: ListShape<ReturnType<typeof addShared>> = {
    headings: ['REPOSITORY', 'TAGS', 'SIZE', 'UNIQUE', 'SHARED', '█ UNIQUE ░ SHARED'],
    toCells: ({ registry, name, tagCount, size, uniqueSize, sharedSize }) => {
      const sizes = [size, uniqueSize, sharedSize].map(formatSize);
      const bar = { text: formatBar(uniqueSize, size ?? 0, largest, barWidth), style: 'cyan' } as const;
      return [`${registry.name}/${name}`, String(tagCount), ...sizes, bar];
    },
    nothing: 'There are no repositories with anything in them.',
  };
  await printSourced(remote, ask, shape, limit, pageSize);
  return null;
}

/** Bytes of blobs that other repositories of the registry use too. */
function addShared(row: MeasuredRepository) {
  return { ...row, sharedSize: Math.max((row.size ?? 0) - row.uniqueSize, 0) };
}
