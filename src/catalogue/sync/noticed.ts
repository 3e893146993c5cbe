import type { Repository, Tag } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { RepositoryName, TagName } from '../../domain/name.js';
import type { Registry } from '../../domain/registry.js';
import type { NewImage } from '../../store/index/newimages.js';
import { chunk } from '../../store/sql/rows.js';
import type { TagReading } from '../../store/index/tags.js';
import type { SyncParts } from './crawl.js';
import type { Expectation, Sight } from './expectation.js';
import type { Singleflight } from './singleflight.js';
import { readContents, readTagNames } from './indexer.js';
import { attempt, openReading, type ReadOutcome, type Reading, type ReadOptions, toProblem } from './reading.js';

/** Tags on a deleted digest that are looked at by name. */
const maxTagsOnDigest = 1000;

/** Tags of an unknown repository that are asked for together, until one shows. */
const atATime = 8;

export interface NoticedParts {
  readonly parts: SyncParts;
  readonly flights: Singleflight;
  /** A repository that was not known is read whole, besides. */
  readonly readWhole: (registryId: string, name: RepositoryName, at: Date) => void;
}

/** One look at what one repository's notices told of. */
interface Look {
  readonly reading: Reading;
  readonly expected: readonly Expectation[];
  /** What each tag that was asked for shows; a digest of null: nothing. */
  readonly shown: Map<TagName, ReadOutcome<TagName, Digest | null>>;
  readonly sights: Map<Expectation, Sight>;
  hasChanged: boolean;
}

/**
 * Asks the registry for what notices told of, and writes down what it shows, whatever that is: one conditional request
 * for each tag that was pushed, the list of tags for those that were deleted, and nothing for content without a tag
 * that no index waits for. May run beside a reading of the whole repository: neither undoes what the other saw later.
 */
export async function lookAtNoticed(
  noticed: NoticedParts,
  registryId: string,
  name: RepositoryName,
  expected: readonly Expectation[],
  options: ReadOptions,
): Promise<ReadonlyMap<Expectation, Sight>> {
  const { parts } = noticed;
  const registry = await parts.registries.find(registryId);
  if (!registry) return new Map(expected.map((each) => [each, 'shown']));
  try {
    const known = await parts.repositories.find(registryId, name);
    const repository = known ?? (await discover(noticed, registry, name, expected, options));
    if (!repository)
      return new Map(
        expected.map((each) => [each, each.notice.tag && each.notice.action === 'push' ? 'missing' : 'shown']),
      );
    const look = await open(parts, registry, repository, expected, options);
    await lookForDeleted(look);
    await lookForTags(look);
    await lookForContent(look, noticed.flights);
    if (look.hasChanged) {
      // What was never read whole is being read, or will be: all of its content is not a look's business.
      if (repository.tagsConfirmedAt) await readContents(look.reading);
      await parts.contents.settle(repository.key);
      await judgeContent(look, noticed.flights);
    }
    return look.sights;
  } catch (error) {
    const { retryAfter } = toProblem(parts, error);
    return new Map(expected.map((each) => [each, { failed: true, retryAfter }]));
  }
}

/**
 * A name that only notices know is taken in once the registry shows a tag that they told of. Throws the registry's
 * failure.
 */
async function discover(
  { parts, readWhole }: NoticedParts,
  registry: Registry,
  name: RepositoryName,
  expected: readonly Expectation[],
  options: ReadOptions,
): Promise<Repository | null> {
  const upstream = await parts.clients.open(registry.id);
  const pushed = expected.filter(({ notice }) => notice.tag !== null && notice.action === 'push');
  for (const some of chunk(pushed, atATime)) {
    // Without content: that is read with the tag, once the repository is known.
    const digests = await Promise.all(some.map(({ notice }) => upstream.headManifest(name, notice.tag!, options)));
    if (digests.every((digest) => digest === null)) continue;
    const found = await parts.indexer.lookUp(registry, name, options);
    if (found) readWhole(registry.id, name, some[0]!.at);
    return found;
  }
  return null;
}

async function open(
  parts: SyncParts,
  registry: Registry,
  repository: Repository,
  expected: readonly Expectation[],
  options: ReadOptions,
): Promise<Look> {
  const upstream = await parts.clients.open(registry.id);
  const when = { at: expected[0]!.at, source: 'NOTIFICATION' } as const;
  const reading = openReading(parts, upstream, { registry, repository }, options, when);
  return { reading, expected, shown: new Map(), sights: new Map(), hasChanged: false };
}

/** A tag goes by complete lists only: one that lists still name is dangling, and stays. */
async function lookForDeleted(look: Look): Promise<void> {
  const { reading, expected, sights } = look;
  const { parts, repository } = reading;
  const deletions = expected.filter(({ notice }) => notice.action === 'delete');
  const tagsOf = new Map<Expectation, readonly Tag[]>();
  for (const each of deletions) tagsOf.set(each, await findDeleted(reading, each));
  const keys = [...tagsOf.values()].flat().map(({ key }) => key);
  if (keys.length === 0) return deletions.forEach((each) => !each.notice.tag && sights.set(each, 'shown'));
  look.hasChanged = (await readTagNames(reading)).hasChanged || look.hasChanged;
  const left = new Set(
    (await parts.tags.findMany(keys)).filter((tag) => tag.repositoryKey === repository.key).map(({ key }) => key),
  );
  for (const [each, tags] of tagsOf) {
    const isGone = tags.every(({ key }) => !left.has(key));
    if (isGone && (tags.length > 0 || !each.notice.tag)) sights.set(each, 'shown');
  }
}

/** A deleted digest took its tags with it; a registry that says so of each of them, says it again. */
function findDeleted({ parts, repository }: Reading, { notice }: Expectation): Promise<Tag[]> {
  if (notice.tag) return parts.tags.findNamed(repository.key, [notice.tag]);
  return parts.tags.listOn(repository.key, notice.digest!, maxTagsOnDigest);
}

async function lookForTags(look: Look): Promise<void> {
  const { reading, expected, shown, sights } = look;
  const { parts } = reading;
  const asked = expected.filter((each) => !sights.has(each) && each.notice.tag !== null);
  const known = await mapTags(
    reading,
    asked.map(({ notice }) => notice.tag!),
  );
  const found: NewImage[] = [];
  await Promise.all(
    asked.map(async ({ notice: { tag } }) => {
      shown.set(
        tag!,
        await attempt<TagName, Digest | null>(reading, tag!, () =>
          readTag(reading, tag!, known.get(tag!)?.digest ?? null, found),
        ),
      );
    }),
  );
  const keys = await parts.images.save(found, parts.clock());
  for (const [at, some] of Map.groupBy(asked, (each) => each.at.getTime())) {
    look.hasChanged = (await write(look, some, known, keys, new Date(at))) || look.hasChanged;
  }
  for (const each of asked)
    sights.set(each, judge(each, known.get(each.notice.tag!)?.digest ?? null, shown.get(each.notice.tag!)!));
  look.hasChanged = (await recordPushes(look, asked)) || look.hasChanged;
  // Told of as deleted by its digest, and still there by name.
  for (const each of expected) if (!sights.has(each) && each.notice.action === 'delete') sights.set(each, 'missing');
}

/** A tag that the first listing had, and that was pushed since on what it shows: its image's time is too old for it. */
async function recordPushes({ reading, sights }: Look, asked: readonly Expectation[]): Promise<boolean> {
  const told = asked.filter(
    (each) => sights.get(each) === 'shown' && each.notice.action === 'push' && each.notice.digest !== null,
  );
  let hasChanged = false;
  for (const [at, some] of Map.groupBy(told, (each) => each.at.getTime())) {
    const names = some.map(({ notice }) => notice.tag!);
    hasChanged = (await reading.parts.tags.recordPush(reading.repository.key, names, new Date(at))) || hasChanged;
  }
  return hasChanged;
}

async function mapTags({ parts, repository }: Reading, names: readonly TagName[]): Promise<Map<TagName, Tag>> {
  return new Map((await parts.tags.findNamed(repository.key, names)).map((tag) => [tag.name, tag]));
}

async function readTag(
  { upstream, repository, options }: Reading,
  tag: TagName,
  known: Digest | null,
  found: NewImage[],
): Promise<Digest | null> {
  const answer = await upstream.fetchManifest(repository.name, tag, known ?? undefined, options);
  if (answer === 'unchanged') return known;
  if (answer) found.push(answer);
  return answer && answer.manifest.digest;
}

/**
 * What changed at one time. True when a tag came or moved. A failure, or nothing where a tag was, changes nothing: the
 * next reading of the whole tells.
 */
async function write(
  { reading, shown }: Look,
  asked: readonly Expectation[],
  known: ReadonlyMap<TagName, Tag>,
  keys: ReadonlyMap<Digest, number>,
  at: Date,
): Promise<boolean> {
  const { parts, repository } = reading;
  const when = { at, source: 'NOTIFICATION' } as const;
  const tags = new Map<TagName, Digest>();
  for (const { notice } of asked) {
    const outcome = shown.get(notice.tag!)!;
    if ('digest' in outcome && outcome.digest) tags.set(notice.tag!, outcome.digest);
  }
  const added = [...tags.keys()].filter((tag) => !known.has(tag));
  if (added.length > 0) await parts.tags.addNames(repository.key, added, when);
  const rows = await mapTags(reading, [...tags.keys()]);
  const readings = [...tags].flatMap(([name, digest]): TagReading[] => {
    const [row, was] = [rows.get(name), known.get(name)];
    const imageKey = was?.digest === digest ? was.imageKey : keys.get(digest);
    return row && imageKey != null ? [{ tagKey: row.key, imageKey, was: was?.imageKey ?? null }] : [];
  });
  const hasMoved = readings.length > 0 && (await parts.tags.applyReadings(readings, parts.clock(), when));
  return hasMoved || added.length > 0;
}

function judge(
  { notice, past }: Expectation,
  known: Digest | null,
  outcome: ReadOutcome<TagName, Digest | null>,
): Sight {
  if ('problem' in outcome)
    return outcome.isLasting ? 'unreadable' : { failed: true, retryAfter: outcome.problem.retryAfter };
  const { digest } = outcome;
  if (notice.action === 'push' && digest !== null && digest === notice.digest) return 'shown';
  if (known !== null && known !== notice.digest) past.add(known);
  if (notice.action === 'delete')
    return digest === null ? 'shown' : digest === notice.digest || past.has(digest) ? 'missing' : 'other';
  if (digest === null || past.has(digest)) return 'missing';
  return notice.digest === null ? 'shown' : 'other';
}

/** Content without a tag is no news, unless an index waits for it: then its registry is asked for it once more. */
async function lookForContent(look: Look, flights: Singleflight): Promise<void> {
  const { parts, repository } = look.reading;
  const awaited = await findAwaited(look, flights);
  if (awaited.length === 0) return;
  await parts.contents.forgetAbsent(repository.key, awaited);
  look.hasChanged = true;
}

/** The digests that were pushed and that the index was found to lack. Judges the others. */
async function findAwaited({ reading, expected, sights }: Look, flights: Singleflight): Promise<Digest[]> {
  const { parts, repository } = reading;
  const pushed = expected.filter(({ notice }) => notice.tag === null && notice.action === 'push');
  if (pushed.length === 0) return [];
  const absent = new Set(
    await parts.contents.findAbsent(
      repository.key,
      pushed.map(({ notice }) => notice.digest!),
    ),
  );
  // A reading under way may be finding it absent at this moment.
  const sight = flights.isUnderWay(`repository:${repository.key}`) ? 'missing' : 'shown';
  for (const each of pushed) sights.set(each, absent.has(each.notice.digest!) ? 'missing' : sight);
  return [...absent];
}

async function judgeContent(look: Look, flights: Singleflight): Promise<void> {
  await findAwaited(look, flights);
}
