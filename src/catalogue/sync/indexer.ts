import type { Image, IndexChild, Repository, Tag } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import { judgeFollowed } from '../../domain/following.js';
import type { ImageConfig } from '../../domain/image.js';
import type { RepositoryName } from '../../domain/name.js';
import type { Registry } from '../../domain/registry.js';
import type { NewImage } from '../../store/index/newimages.js';
import { chunk } from '../../store/sql/rows.js';
import type { ChangeTime, ListedTags } from '../../store/index/taglisting.js';
import { confirmErred, toConfirmation, writeHeld } from './confirming.js';
import { concludeListing, type TagsListed } from './following.js';
import { readNames } from './repositorynames.js';
import {
  attempt,
  openReading,
  type IndexerParts,
  type Reading,
  type ReadOptions,
  type ReadProblem,
  type RepositorySource,
  toProblem,
} from './reading.js';
import { readsPerWrite, readTags } from './readtags.js';
import { listTagNames } from './tagnames.js';

/**
 * Reads a registry into the index. A registry's failure is written down beside what it kept from being read, and given
 * back: the last known state stands, and whoever reads the index sees the mark. What was given up by the gateway
 * itself, through the signal, is given back but not written down. Anything else is thrown.
 */
export interface Indexer {
  /** Reads which repositories there are. A partial problem is the catalogue's alone: the registry itself answers. */
  readNames(registry: Registry, options: ReadOptions): Promise<ReadProblem | null>;
  /**
   * Asks the registry for a repository that no listing has named, and adds it when the registry knows it; it is
   * followed once a reading finds tags in it. Returns null when the registry does not, and without asking for what is
   * left out. Throws the registry's failure.
   */
  discover(registry: Registry, name: RepositoryName, options: ReadOptions): Promise<Repository | null>;
  /**
   * Reads a repository whole: its tag list, a conditional request for each tag, the manifest of what is new, children
   * of indexes, configs; then what follows from it. With `choose` it asks for those tags alone, and confirms nothing of
   * the repository as a whole. Returns the first failure that kept something from being read.
   */
  readRepository(source: RepositorySource, options: ReadOptions): Promise<ReadProblem | null>;
}

export function createIndexer(parts: IndexerParts): Indexer {
  return {
    readNames: (registry, options) => readNames(parts, registry, options),
    discover: (registry, name, options) => discover(parts, registry, name, options),
    readRepository: (source, options) => readRepository(parts, source, options),
  };
}

async function discover(
  parts: IndexerParts,
  registry: Registry,
  name: RepositoryName,
  options: ReadOptions,
): Promise<Repository | null> {
  if (judgeFollowed(registry.following, name) === 'LEFT_OUT') return null;
  const upstream = await parts.clients.open(registry.id);
  const { known } = await upstream.listTags(name, options);
  return known ? parts.repositories.add(registry.id, name, parts.clock()) : null;
}

async function readRepository(
  parts: IndexerParts,
  source: RepositorySource,
  options: ReadOptions,
): Promise<ReadProblem | null> {
  const { registry, repository } = source;
  const { eventAt } = options;
  const begun = parts.clock();
  const when: ChangeTime = { at: eventAt ?? begun, source: eventAt ? 'NOTIFICATION' : 'CHANGE_SEEN' };
  try {
    const upstream = await parts.clients.open(registry.id);
    const reading = openReading(parts, upstream, source, options, when);
    const { hasChanged: changedNames, isBulk, tags, ...listed } = await readTagNames(reading);
    const movedTags = await readTags(reading, tags ?? (await parts.tags.listAll([repository.key])), isBulk);
    if (changedNames || movedTags) await parts.contents.forgetAbsent(repository.key);
    const isToDerive = changedNames || movedTags || !repository.isSettled;
    if (isToDerive) await readContents(reading);
    const missing = reading.stop ? null : await concludeListing(reading, listed);
    const confirmation = reading.stop || missing || options.choose ? null : toConfirmation(reading);
    if (!confirmation?.from) await writeHeld(reading);
    let mayHaveErred = isToDerive;
    if (isToDerive) await parts.contents.deriveSizes(repository.key, confirmation);
    else if (confirmation) mayHaveErred = await parts.repositories.confirm(repository, confirmation);
    if (confirmation?.from && mayHaveErred) await confirmErred(reading);
    if (reading.stop) throw reading.stop;
    if (missing) {
      await parts.repositories.recordTagsError(repository.key, missing, begun);
      return { ...missing, isPartial: false };
    }
    await parts.contacts.noteAnswer(registry, upstream.latencyMs);
    return reading.problem && { ...reading.problem, isPartial: true };
  } catch (error) {
    const problem = toProblem(parts, error);
    if (!options.signal?.aborted) await parts.repositories.recordTagsError(repository.key, problem, begun);
    return { ...problem, isPartial: false };
  }
}

/**
 * Reads which tags there are, and writes that down. Takes one list, or where names vanished two or three, and a few
 * requests that prove it: see listTagNames.
 */
export async function readTagNames(reading: Reading): Promise<TagNamesRead> {
  const { parts, repository } = reading;
  const { list, before, unchanged } = await listTagNames(reading);
  await parts.repositories.recordDropped(repository, list.dropped, list.droppedExamples ?? []);
  const listed = unchanged
    ? { hasChanged: false, isBulk: repository.tagsConfirmedAt === null }
    : await parts.tags.applyNames(repository.key, list.names, reading.when, before);
  return { ...listed, tags: unchanged, isKnown: list.known, hasTags: list.names.length > 0 };
}

interface TagNamesRead extends TagsListed, ListedTags {
  /** The repository's tags as they are known, where they were at hand. */
  readonly tags: readonly Tag[] | null;
}

/**
 * Children bring configs and children of their own: asks for what is pending, each thing once, until nothing new turns
 * up.
 */
export async function readContents(reading: Reading): Promise<void> {
  const attempted = new Set<Digest>();
  const isNew = ({ digest }: { digest: Digest }): boolean => !attempted.has(digest);
  while (!reading.stop) {
    const pending = await reading.parts.contents.findPending(reading.repository.key);
    const children = [...new Map(pending.children.filter(isNew).map((child) => [child.digest, child])).values()];
    const images = pending.images.filter(isNew);
    if (children.length === 0 && images.length === 0) return;
    for (const some of chunk(children, readsPerWrite)) await readChildren(reading, some);
    for (const some of chunk(images, readsPerWrite)) await readConfigs(reading, some);
    // A child is new once more as an image whose config is pending.
    for (const { digest } of images) attempted.add(digest);
    // Nothing turns up behind a config.
    if (children.length === 0) return;
    for (const { digest } of await stillUnread(reading, children)) attempted.add(digest);
  }
}

async function stillUnread(
  { parts, repository }: Reading,
  children: readonly IndexChild[],
): Promise<readonly IndexChild[]> {
  if (children.length === 0) return [];
  const wanted = new Set(children.map(({ digest }) => digest));
  return (await parts.contents.findPending(repository.key)).children.filter(({ digest }) => wanted.has(digest));
}

/** A child that cannot be read keeps nothing else from being read: who judges what is in use finds it unread. */
async function readChildren(reading: Reading, children: readonly IndexChild[]): Promise<void> {
  const { parts, upstream, repository, options } = reading;
  const found: NewImage[] = [];
  const absent: Digest[] = [];
  const unreadable: Digest[] = [];
  await Promise.all(
    children.map(async ({ digest }) => {
      const outcome = await attempt(reading, digest, async () => {
        const answer = await upstream.fetchManifest(repository.name, digest, undefined, options);
        if (answer === null) absent.push(digest);
        else if (answer !== 'unchanged') found.push(answer);
        return digest;
      });
      if ('problem' in outcome && outcome.isLasting) unreadable.push(digest);
    }),
  );
  await parts.images.save(found, parts.clock());
  await parts.contents.markAbsent(repository.key, absent);
  await parts.contents.markUnreadable(repository.key, unreadable);
}

async function readConfigs(reading: Reading, images: readonly Image[]): Promise<void> {
  const { parts, upstream, repository, options } = reading;
  const configs = new Map<number, ImageConfig>();
  const absent: Digest[] = [];
  await Promise.all(
    images.map(async ({ key, digest, configDigest }) => {
      const outcome = await attempt(reading, digest, async () => {
        const config = configDigest && (await upstream.fetchConfig(repository.name, configDigest, options));
        if (config) configs.set(key, config);
        else absent.push(digest);
        return digest;
      });
      if ('problem' in outcome && outcome.isLasting) absent.push(digest);
    }),
  );
  await parts.images.saveConfigs(configs);
  await parts.contents.markAbsent(repository.key, absent);
}
