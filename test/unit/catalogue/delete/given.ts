import type { ReferenceParts } from '../../../../src/catalogue/delete/references.js';
import type { RepositorySource } from '../../../../src/catalogue/sync/reading.js';
import type { IndexChild, Tag } from '../../../../src/domain/catalogue.js';
import type { Digest } from '../../../../src/domain/digest.js';
import type { UpstreamProblem } from '../../../../src/domain/freshness.js';
import type { RepositoryName, TagName } from '../../../../src/domain/name.js';
import type { Registry } from '../../../../src/domain/registry.js';

/** The digest of the image with this key. */
export function digestOf(imageKey: number): Digest {
  return `sha256:${imageKey.toString(16).padStart(64, '0')}` as Digest;
}

/** A tag on the image with this key; null: nothing is known behind it. */
export function tag(name: string, imageKey: number | null, error: UpstreamProblem | null = null): Tag {
  return {
    key: 0,
    repositoryKey: 1,
    registryId: 'registry-1',
    repositoryName: 'team/app' as RepositoryName,
    name: name as TagName,
    imageKey,
    digest: imageKey === null ? null : digestOf(imageKey),
    imageId: null,
    size: null,
    updatedAt: new Date(0),
    updatedAtSource: 'FIRST_SEEN',
    isDated: true,
    confirmedAt: null,
    error,
  };
}

export function problem(code: UpstreamProblem['code']): UpstreamProblem {
  return { code, message: 'It failed.', at: new Date(0) };
}

/** An entry of an index. It stands for the image of its digest's key unless `imageKey` says otherwise. */
export interface GivenEntry extends Partial<IndexChild> {
  readonly of: number;
}

/** What indexes hold, by the key of each; all else is read and missing nowhere unless it is given. */
export interface GivenIndexes {
  readonly entries?: Readonly<Record<number, readonly GivenEntry[]>>;
  readonly unclear?: readonly number[];
  readonly missing?: readonly number[];
}

/** The index's tables as plain objects. */
export function referenceParts({ entries = {}, unclear = [], missing = [] }: GivenIndexes = {}): ReferenceParts {
  const childrenOf = (indexKey: number): IndexChild[] =>
    (entries[indexKey] ?? []).map(({ of, ...more }, position) => ({
      indexKey,
      position,
      digest: digestOf(of),
      imageKey: of,
      role: 'manifest',
      artifactType: null,
      platform: null,
      attestation: false,
      base: null,
      ...more,
    }));
  return {
    images: {
      listChildren: async (keys, limit = Infinity) =>
        keys.flatMap((key) => childrenOf(key).filter(({ position }) => position < limit)),
      listUnclear: async (keys) => keys.filter((key) => unclear.includes(key)).map(digestOf),
    },
    contents: {
      findMissing: async (_, digests) => new Set(digests.filter((digest) => missing.map(digestOf).includes(digest))),
    },
  };
}

/** A registry that has these tags, asked by HEAD. `asked` gets each reference. */
export function headsOf(tags: readonly Tag[], asked: string[] = []) {
  return {
    headManifest: async (_: RepositoryName, reference: TagName | Digest): Promise<Digest | null> => {
      asked.push(reference);
      return tags.find(({ name }) => name === reference)?.digest ?? null;
    },
  };
}

/** Only what plans and sentences take from a registry and a repository. */
export const source = {
  registry: { id: 'registry-1', name: 'harbour' } as Registry,
  repository: { key: 1, name: 'team/app' },
} as RepositorySource;
