import type { Command } from 'commander';
import { addExamples } from '../command.js';
import { search, type SearchQuery } from './documents.js';
import { formatCount, formatSize } from './format.js';
import { printSourced } from './listing.js';
import { parseLimit } from './options.js';
import { type Remote, setRemoteAction, type Surroundings } from './remote.js';

type FoundNode = SearchQuery['search']['nodes'][number];

const usualLimit = 20;

export function addSearchCommand(program: Command, around: Surroundings): void {
  const command = program
    .command('search')
    .description(
      'Find registries, repositories, tags and images by words of names, digests, labels or a reference, ' +
        'the best match first.',
    )
    .argument('<words...>', 'all of them are looked for; a label as key=value')
    .option('--limit <count>', 'at the most so many', parseLimit, usualLimit);
  addExamples(
    command,
    'search nginx',
    'search maintainer=ann --limit 100',
    'search hub/nginx:1.2',
    'search sha256:4f53cda1 --json',
  );
  setRemoteAction(command, around, find);
}

async function find(remote: Remote, words: readonly string[], { limit }: { readonly limit: number }): Promise<null> {
  const query = words.join(' ');
  const ask = async (first: number, after: string | null) =>
    (await remote.client.ask(search, { query, first, after })).search;
  const headings = ['KIND', 'NAME', 'SIZE', 'WHAT'];
  await printSourced<FoundNode>(remote, ask, { headings, toCells, nothing: 'Nothing was found.' }, limit);
  return null;
}

function toCells(result: FoundNode): string[] {
  switch (result.__typename) {
    case 'Registry':
      return ['registry', result.name, '', result.addr];
    case 'Repository':
      return [
        'repository',
        `${result.registry.name}/${result.name}`,
        formatSize(result.repositorySize),
        formatCount(result.tagCount, 'tag'),
      ];
    case 'Tag': {
      const { repository, name, tagSize, tagDigest } = result;
      const place = repository ? `${repository.registry.name}/${repository.name}:${name}` : name;
      return ['tag', place, formatSize(tagSize), tagDigest ?? ''];
    }
    case 'Image':
      return [
        result.kind.toLowerCase(),
        result.locations.nodes[0]?.reference ?? '',
        formatSize(result.imageSize),
        result.digest ?? '',
      ];
  }
}
