import type { Io } from '../io.js';
import { escapeControls, formatFacts } from '../table.js';
import type { ShowTagQuery } from './documents.js';
import { formatAge, formatSize, formatSome } from './format.js';

type ShownTag = NonNullable<NonNullable<ShowTagQuery['repository']>['tag']>;
type ShownImage = NonNullable<ShownTag['image']>;

/** A tag, its image and the platforms of it, and what it pointed to before. */
export function describeTag(io: Pick<Io, 'colours'>, tag: ShownTag, now: Date): string {
  const { image, history } = tag;
  const source = tag.updatedAtSource.toLowerCase().replaceAll('_', ' ');
  const facts = formatFacts(io, [
    ['Tag', tag.reference],
    ['Digest', tag.digest ?? 'not known'],
    ['Kind', image === null ? 'not known' : describeKind(image)],
    ['Size', formatSize(tag.size)],
    ['Updated', `${formatAge(tag.updatedAt, now)} (${source})`],
    [
      'Same image',
      tag.siblingCount === 0
        ? 'no other tag'
        : formatSome(
            tag.siblings.map(({ name }) => name),
            tag.siblingCount,
          ),
    ],
    ['Deletable', tag.viewerCanDelete ? 'yes' : `no: ${tag.deletionBlockers.map(({ message }) => message).join(' ')}`],
  ]);
  const before = history.nodes.filter(({ until }) => until !== null);
  const problem = tag.freshness.lastError;
  return [
    facts,
    listLines('Platforms', image?.platforms.map(describePlatform) ?? []),
    listLines(
      'Before',
      before.map(({ digest, until }) => `${digest}, until ${formatAge(until, now)}`),
    ),
    listLines(
      'Not all of the image could be read',
      image?.problems.map(({ field, message }) => `${field}: ${message}`) ?? [],
    ),
    problem === null ? '' : `\n${escapeControls(`${problem.message} (${problem.code})`)}\n`,
  ].join('');
}

function describeKind({ kind, artifactType, mediaType }: ShownImage): string {
  return `${kind.toLowerCase()}, ${artifactType ?? mediaType}`;
}

function describePlatform({
  os,
  architecture,
  variant,
  osVersion,
  size,
  digest,
}: ShownImage['platforms'][number]): string {
  const name = [os, architecture, variant].filter((part) => part !== null).join('/');
  return `${name}${osVersion === null ? '' : ` ${osVersion}`}  ${formatSize(size)}  ${digest}`;
}

function listLines(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n${title}\n${lines.map((line) => `  ${escapeControls(line)}\n`).join('')}`;
}
