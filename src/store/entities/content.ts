import { defineEntity, p } from '@mikro-orm/core';
import type { ConfigState, TimeSource } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { FoundBy } from '../../domain/following.js';
import type { EntryRole, HistoryEntry, ImageKind, ImageProblem } from '../../domain/image.js';
import type { RepositoryName, TagName } from '../../domain/name.js';
import type { ErrorCode } from '../../errors.js';
import { Registry } from './registry.js';

export const RepositorySchema = defineEntity({
  name: 'Repository',
  uniques: [{ properties: ['registry', 'name'] }],
  // One for each order of a list, within a registry and over all; and one to count what is followed.
  indexes: [
    { properties: ['name'] },
    { properties: ['registry', 'foundBy'] },
    { properties: ['registry', 'updatedAt'] },
    { properties: ['updatedAt'] },
    { properties: ['registry', 'size'] },
    { properties: ['size'] },
    { properties: ['registry', 'tagCount'] },
    { properties: ['tagCount'] },
  ],
  properties: {
    id: p.integer().primary().autoincrement(),
    registry: () => p.manyToOne(Registry).ref().index(false).deleteRule('cascade'),
    name: p.text().$type<RepositoryName>(),
    /** Why it is in the index. */
    foundBy: p.text().$type<FoundBy>().default('CATALOGUE'),
    firstSeenAt: p.datetime(3),
    /** When its tags and what they point to were last read whole; null: never. */
    tagsConfirmedAt: p.datetime(3).nullable(),
    /**
     * When the last such reading began: what each tag points to was confirmed then or later, but for tags without an
     * image or with an error. A tag's own `confirmedAt` counts where it is later. null: no tag is known by it.
     */
    tagsConfirmedFrom: p.datetime(3).nullable(),
    tagsErrorCode: p.text().$type<ErrorCode>().nullable(),
    tagsErrorMessage: p.text().nullable(),
    tagsErrorAt: p.datetime(3).nullable(),
    /** Of the last tag list: names outside the OCI grammar, left out. */
    droppedTags: p.integer().default(0),
    /** The first few of them, quoted and cut short. */
    droppedTagExamples: p.json<readonly string[]>().default('[]'),
    /**
     * It was there by the end of its registry's first complete listing: the tags of its first reading were there before
     * the gateway looked, and are as old as their images say. Tags of any other came when they were first seen.
     */
    inFirstListing: p.boolean().default(false),
    /** Complete looks in a row that did not find it. */
    missedScans: p.integer().default(0),
    /**
     * The three below, and repository_image, say what its tags hold; false while something of that is still to be read.
     */
    isSettled: p.boolean().default(false),
    /** Tags that are shown: signatures and fallback tags are not. */
    tagCount: p.integer().default(0),
    /** Bytes of each distinct blob once. */
    size: p.bigint('number').default(0),
    /** Of its tags the latest; null while it has none. */
    updatedAt: p.datetime(3).nullable(),
    /** Another after each change of what lists of its tags show: see store/index/taglisting.ts. */
    tagsVersion: p.integer().default(0),
  },
});
export class Repository extends RepositorySchema.class {}
RepositorySchema.setClass(Repository);

export const ImageSchema = defineEntity({
  name: 'Image',
  // The images of one stack: see domain/lineage.ts.
  indexes: [{ properties: ['stack', 'id'] }],
  properties: {
    id: p.integer().primary().autoincrement(),
    digest: p.text().$type<Digest>().unique(),
    kind: p.text().$type<ImageKind>(),
    mediaType: p.text(),
    artifactType: p.text().nullable(),
    manifestSize: p.integer(),
    configDigest: p.text().$type<Digest>().nullable(),
    configMediaType: p.text().nullable(),
    os: p.text().nullable(),
    architecture: p.text().nullable(),
    variant: p.text().nullable(),
    osVersion: p.text().nullable(),
    /** null: none. */
    osFeatures: p.json<readonly string[]>().nullable(),
    /** As its config says; of an index the newest of its platforms. */
    createdAt: p.datetime(3).nullable(),
    /** Bytes of config and layers, each distinct blob once; of an index those of its platforms. null: not known. */
    size: p.bigint('number').nullable(),
    /** Tells its layers in their order from any others; empty: it has none, or not all are known. null: not yet. */
    stack: p.text().nullable(),
    author: p.text().nullable(),
    labels: p.json<Readonly<Record<string, string>>>(),
    annotations: p.json<Readonly<Record<string, string>>>(),
    history: p.json<readonly HistoryEntry[]>(),
    subject: p.text().$type<Digest>().nullable().index(),
    configState: p.text().$type<ConfigState>(),
    /** It may hold manifests that could not be read out of it. */
    hasUnknownChildren: p.boolean().default(false),
    /** null: none. */
    problems: p.json<readonly ImageProblem[]>().nullable(),
    firstSeenAt: p.datetime(3),
    /** Nothing held it when pruning last looked: see store/pruning/orphans.ts. */
    isOrphan: p.boolean().default(false),
  },
});
export class Image extends ImageSchema.class {}
ImageSchema.setClass(Image);

export const TagSchema = defineEntity({
  name: 'Tag',
  uniques: [{ properties: ['repository', 'name'] }],
  indexes: [
    { properties: ['repository', 'sortKey'] },
    { properties: ['repository', 'updatedAt', 'sortKey', 'name'] },
    // The newest tags of all repositories.
    { properties: ['updatedAt', 'id'] },
    // The images of a repository, and its tags on each.
    { properties: ['repository', 'image', 'isHidden'] },
  ],
  properties: {
    id: p.integer().primary().autoincrement(),
    repository: () => p.manyToOne(Repository).ref().index(false).deleteRule('cascade'),
    name: p.text().$type<TagName>(),
    /** Orders versions as versions; see domain/version.ts. */
    sortKey: p.text(),
    /** A signature, an attestation or a fallback tag of referrers: not shown unless asked for. */
    isHidden: p.boolean().default(false),
    /** null: listed, but never read, or dangling. */
    image: () => p.manyToOne(Image).ref().nullable().deleteRule('no action'),
    firstSeenAt: p.datetime(3),
    /** When its digest was last seen to change. */
    changedAt: p.datetime(3),
    updatedAt: p.datetime(3),
    /** Where `updatedAt` is from; empty: not decided yet, or never, as its image says nothing. */
    updatedSource: p.text().$type<TimeSource | ''>(),
    /**
     * When the registry last said what it points to, unless `Repository.tagsConfirmedFrom` says so: a reading that
     * finds a tag as it was does not write it. null: never.
     */
    confirmedAt: p.datetime(3).nullable(),
    errorCode: p.text().$type<ErrorCode>().nullable(),
    errorMessage: p.text().nullable(),
    errorAt: p.datetime(3).nullable(),
  },
});
export class Tag extends TagSchema.class {}
TagSchema.setClass(Tag);

/** A child of an index. `child` is null until the child's own manifest was read. */
export const ImageEntrySchema = defineEntity({
  name: 'ImageEntry',
  properties: {
    index: () => p.manyToOne(Image).primary().ref().index(false).deleteRule('cascade'),
    position: p.integer().primary(),
    childDigest: p.text().$type<Digest>().index(),
    child: () => p.manyToOne(Image).ref().nullable().deleteRule('set null'),
    mediaType: p.text(),
    role: p.text().$type<EntryRole>().default('manifest'),
    /** Bytes of the child's manifest, as the index says; 0 where it says none that can be. */
    size: p.bigint('number'),
    os: p.text().nullable(),
    architecture: p.text().nullable(),
    variant: p.text().nullable(),
    osVersion: p.text().nullable(),
    /** null: it does not say. */
    osFeatures: p.json<readonly string[]>().nullable(),
    artifactType: p.text().nullable(),
    attestation: p.boolean().default(false),
    /** The base of the child, as the index says: see domain/lineage.ts. */
    baseName: p.text().nullable(),
    baseDigest: p.text().$type<Digest>().nullable(),
  },
});
export class ImageEntry extends ImageEntrySchema.class {}
ImageEntrySchema.setClass(ImageEntry);

export const BlobSchema = defineEntity({
  name: 'Blob',
  properties: {
    id: p.integer().primary().autoincrement(),
    digest: p.text().$type<Digest>().unique(),
  },
});
export class Blob extends BlobSchema.class {}
BlobSchema.setClass(Blob);

/** `position` 0 is the config, 1 and up are the layers from the bottom; a digest may stand at several positions. */
export const ImageBlobSchema = defineEntity({
  name: 'ImageBlob',
  indexes: [
    // The images that are built on a stack.
    { properties: ['stack', 'image'], where: 'stack is not null' },
    // The images that have a blob, the last first.
    { properties: ['blob', 'image'] },
  ],
  properties: {
    image: () => p.manyToOne(Image).primary().ref().index(false).deleteRule('cascade'),
    position: p.integer().primary(),
    blob: () => p.manyToOne(Blob).ref().index(false),
    mediaType: p.text(),
    /**
     * Bytes, as this image's manifest says: what another registry's manifest says of the same blob cannot change it.
     */
    size: p.bigint('number'),
    /** False where the manifest says no size that can be: `size` is then 0. */
    isSizeKnown: p.boolean().default(true),
    /** Its bytes are not in the registry. */
    isForeign: p.boolean().default(false),
    /** Of the layers up to this one, where there are more above: `Image.stack` is that of all. */
    stack: p.text().nullable(),
  },
});
export class ImageBlob extends ImageBlobSchema.class {}
ImageBlobSchema.setClass(ImageBlob);

/** The images a repository's tags reach, children of indexes included. */
export const RepositoryImageSchema = defineEntity({
  name: 'RepositoryImage',
  properties: {
    repository: () => p.manyToOne(Repository).primary().ref().deleteRule('cascade'),
    image: () => p.manyToOne(Image).primary().ref().deleteRule('cascade'),
    /** Reached as an attestation only: stored, but no image anyone runs. */
    attestation: p.boolean().default(false),
  },
});
export class RepositoryImage extends RepositoryImageSchema.class {}
RepositoryImageSchema.setClass(RepositoryImage);

/**
 * Content that a repository's registry did not have when it was asked: the digest of a child of an index, or of an
 * image whose config it lacks. It is not asked for again until the repository changes. Another registry may have it,
 * since content is shared by all of them.
 */
export const AbsentContentSchema = defineEntity({
  name: 'AbsentContent',
  properties: {
    repository: () => p.manyToOne(Repository).primary().ref().deleteRule('cascade').index(false),
    digest: p.text().$type<Digest>().primary(),
    /** The registry has it, and it cannot be used: it is too large. What it holds is not known then. */
    isUnreadable: p.boolean().default(false),
  },
});
export class AbsentContent extends AbsentContentSchema.class {}
AbsentContentSchema.setClass(AbsentContent);
