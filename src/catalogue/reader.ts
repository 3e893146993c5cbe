import type { Image, IndexChild, Repository, Tag } from '../domain/catalogue.js';
import type { Digest } from '../domain/digest.js';
import type { UpstreamProblem } from '../domain/freshness.js';
import type { RepositoryName } from '../domain/name.js';
import type { Registry } from '../domain/registry.js';
import { GatewayError, isUpstreamError } from '../errors.js';
import type { ImageIndex, NewImage } from '../store/images.js';
import type { RegistryStore } from '../store/registries.js';
import type { RepositoryIndex } from '../store/repositories.js';
import type { TagIndex, TagReading } from '../store/tags.js';
import type { CallOptions } from '../upstream/upstream.js';
import type { Flights } from './flights.js';
import { isWholeRegistryFailure } from './freshness.js';
import type { UpstreamPool } from './pool.js';

/** Tags that are read before what they gave is written: a crash or a failure loses no more than this. */
const tagsPerWrite = 200;

/** A repository in its registry: where content is fetched from. */
export interface Source {
  readonly registry: Registry;
  readonly repository: Repository;
}

/**
 * Reads a registry into the index. A registry's failure is written down beside what it kept from being read, and is not
 * thrown: the last known state stands, and whoever reads the index sees the mark. Anything else is thrown.
 */
export interface Reader {
  /** Which repositories there are. */
  readNames(registry: Registry, call: CallOptions): Promise<void>;
  /** One repository that no listing has named: added when the registry knows it. Throws the registry's failure. */
  lookUp(registry: Registry, name: RepositoryName, call: CallOptions): Promise<Repository | null>;
  /** Which tags a repository has. */
  readTagNames(source: Source, call: CallOptions): Promise<void>;
  /** What tags point to: a conditional request each, and the manifest of what is new. */
  readTags(source: Source, tags: readonly Tag[], call: CallOptions): Promise<void>;
  /** The manifests of an index's children. */
  readChildren(source: Source, children: readonly IndexChild[], call: CallOptions): Promise<void>;
  /** The configs of images: platform, labels, history, build time. */
  readConfigs(source: Source, images: readonly Image[], call: CallOptions): Promise<void>;
}

export interface ReaderParts {
  readonly pool: UpstreamPool;
  readonly registries: RegistryStore;
  readonly repositories: RepositoryIndex;
  readonly tags: TagIndex;
  readonly images: ImageIndex;
  readonly flights: Flights;
  readonly clock: () => Date;
}

export function createReader(parts: ReaderParts): Reader {
  const { flights } = parts;
  return {
    readNames: (registry, call) => flights.run(`names:${registry.id}`, () => readNames(parts, registry, call)),
    lookUp: (registry, name, call) => flights.run(`lookup:${registry.id}:${name}`, () => lookUp(parts, registry, name, call)),
    readTagNames: (source, call) => flights.run(`tag-names:${source.repository.key}`, () => readTagNames(parts, source, call)),
    readTags: (source, tags, call) =>
      flights.run(`tags:${source.repository.key}:${tags.map((tag) => tag.key).join()}`, () => readTags(parts, source, tags, call)),
    readChildren: (source, children, call) =>
      flights.run(`children:${source.repository.key}:${children.map((child) => child.digest).join()}`, () => readChildren(parts, source, children, call)),
    readConfigs: (source, images, call) =>
      flights.run(`configs:${source.repository.key}:${images.map((image) => image.key).join()}`, () => readConfigs(parts, source, images, call)),
  };
}

async function readNames(parts: ReaderParts, registry: Registry, call: CallOptions): Promise<void> {
  try {
    const upstream = await parts.pool.open(registry.id);
    const { names, dropped } = await upstream.listRepositories(call);
    const now = parts.clock();
    await parts.repositories.applyNames(registry.id, names, now);
    await parts.registries.recordNames(registry.id, { confirmedAt: now, dropped });
  } catch (error) {
    await parts.registries.recordNamesError(registry.id, toProblem(parts, error));
  }
}

async function lookUp(parts: ReaderParts, registry: Registry, name: RepositoryName, call: CallOptions): Promise<Repository | null> {
  const upstream = await parts.pool.open(registry.id);
  const { known, names } = await upstream.listTags(name, call);
  if (!known) return null;
  const now = parts.clock();
  const { key } = await parts.repositories.add(registry.id, name, now);
  await parts.tags.applyNames(key, names, now);
  return parts.repositories.find(registry.id, name);
}

async function readTagNames(parts: ReaderParts, { registry, repository }: Source, call: CallOptions): Promise<void> {
  try {
    const upstream = await parts.pool.open(registry.id);
    let { names } = await upstream.listTags(repository.name, call);
    const listed = new Set<string>(names);
    const known = await parts.tags.listAll([repository.key]);
    // A row goes only when two complete listings miss it: the second is asked for on the spot.
    if (known.some((tag) => !listed.has(tag.name))) ({ names } = await upstream.listTags(repository.name, call));
    await parts.tags.applyNames(repository.key, names, parts.clock());
  } catch (error) {
    await parts.repositories.recordTagsError(repository.key, toProblem(parts, error));
  }
}

async function readTags(parts: ReaderParts, source: Source, tags: readonly Tag[], call: CallOptions): Promise<void> {
  let failure: GatewayError | null = null;
  for (let start = 0; start < tags.length; start += tagsPerWrite) {
    const found: NewImage[] = [];
    const outcomes = await Promise.all(
      tags.slice(start, start + tagsPerWrite).map(async (tag) => {
        try {
          if (failure) throw failure;
          return { tag, digest: await readTag(parts, source, tag, found, call) };
        } catch (error) {
          const problem = toProblem(parts, error);
          if (isWholeRegistryFailure(problem.code)) failure ??= error as GatewayError;
          return { tag, problem };
        }
      }),
    );
    const keys = await parts.images.save(found, parts.clock());
    await parts.tags.applyReadings(outcomes.map((outcome) => toReading(outcome, keys)), parts.clock());
  }
}

type Outcome = { readonly tag: Tag; readonly digest: Digest } | { readonly tag: Tag; readonly problem: UpstreamProblem };

function toReading(outcome: Outcome, keys: ReadonlyMap<Digest, number>): TagReading {
  const tagKey = outcome.tag.key;
  if ('problem' in outcome) return { tagKey, problem: outcome.problem };
  return { tagKey, imageKey: outcome.digest === outcome.tag.digest ? outcome.tag.imageKey : keys.get(outcome.digest)! };
}

/** Gives the tag's digest now; what is new is put into `found`. Throws when the tag points to nothing. */
async function readTag(parts: ReaderParts, { registry, repository }: Source, tag: Tag, found: NewImage[], call: CallOptions): Promise<Digest> {
  const upstream = await parts.pool.open(registry.id);
  const answer = await upstream.fetchManifest(repository.name, tag.name, tag.digest ?? undefined, call);
  if (answer === 'unchanged') return tag.digest!;
  if (answer === null) {
    const message = `${registry.name} lists ${repository.name}:${tag.name} but has no manifest for it.`;
    throw new GatewayError('UPSTREAM_INVALID', message, { registry: registry.name });
  }
  found.push(answer);
  return answer.manifest.digest;
}

async function readChildren(parts: ReaderParts, { registry, repository }: Source, children: readonly IndexChild[], call: CallOptions): Promise<void> {
  const upstream = await parts.pool.open(registry.id);
  const found: NewImage[] = [];
  const missing: Digest[] = [];
  await Promise.all(
    [...new Set(children.map((child) => child.digest))].map(async (digest) => {
      try {
        const answer = await upstream.fetchManifest(repository.name, digest, undefined, call);
        if (answer === null) missing.push(digest);
        else if (answer !== 'unchanged') found.push(answer);
      } catch (error) {
        await parts.repositories.recordTagsError(repository.key, toProblem(parts, error));
      }
    }),
  );
  await parts.images.save(found, parts.clock());
  await parts.images.markMissing(missing);
}

async function readConfigs(parts: ReaderParts, { registry, repository }: Source, images: readonly Image[], call: CallOptions): Promise<void> {
  const upstream = await parts.pool.open(registry.id);
  await Promise.all(
    images.map(async (image) => {
      try {
        if (image.configDigest) await parts.images.saveConfig(image.key, await upstream.fetchConfig(repository.name, image.configDigest, call));
      } catch (error) {
        const problem = toProblem(parts, error);
        // What cannot be decoded will not improve: content named by a digest never changes.
        if (problem.code === 'UPSTREAM_INVALID') await parts.images.saveConfig(image.key, null);
        else await parts.repositories.recordTagsError(repository.key, problem);
      }
    }),
  );
}

function toProblem(parts: ReaderParts, error: unknown): UpstreamProblem {
  if (!isUpstreamError(error)) throw error;
  return { code: error.code, message: error.message, at: parts.clock() };
}
