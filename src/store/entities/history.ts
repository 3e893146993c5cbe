import { defineEntity, p } from '@mikro-orm/core';
import type { AuditOutcome } from '../../domain/audit.js';
import type { TimeSource } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { EventKind } from '../../domain/event.js';
import type { JobKind, JobState } from '../../domain/job.js';
import type { RegistryName, RepositoryName, TagName } from '../../domain/name.js';
import type { ErrorCode } from '../../errors.js';
import { Registry } from './registry.js';

/**
 * A digest that a tag pointed to before: written when the tag moves or goes, since its own row holds only the present
 * one. It refers by names and not by keys, so that it stays when the tag, or its repository, is gone.
 */
export const TagRevisionSchema = defineEntity({
  name: 'TagRevision',
  indexes: [{ properties: ['registry', 'repository', 'tag', 'until'] }],
  properties: {
    id: p.integer().primary().autoincrement(),
    registry: () => p.manyToOne(Registry).ref().index(false).deleteRule('cascade'),
    repository: p.text().$type<RepositoryName>(),
    tag: p.text().$type<TagName>(),
    digest: p.text().$type<Digest>(),
    since: p.datetime(3),
    /** How `since` is known. */
    sinceSource: p.text().$type<TimeSource>(),
    until: p.datetime(3),
    untilSource: p.text().$type<TimeSource>(),
    /**
     * The tag's time and where it is from, as they were shown: a tag that comes back keeps them. null: written before
     * they were kept.
     */
    updatedAt: p.datetime(3).nullable(),
    updatedSource: p.text().$type<TimeSource | ''>().nullable(),
  },
});
export class TagRevision extends TagRevisionSchema.class {}
TagRevisionSchema.setClass(TagRevision);

/**
 * A change that was asked for, by whom, and what came of it. Triggers refuse to change or remove a row. It refers by
 * names and without foreign keys, so that it outlives all it tells of.
 */
export const AuditEntrySchema = defineEntity({
  name: 'AuditEntry',
  indexes: [{ properties: ['actor', 'id'] }, { properties: ['registryName', 'id'] }],
  properties: {
    id: p.integer().primary().autoincrement(),
    at: p.datetime(3),
    /** The account's name, or what in the gateway did it. */
    actor: p.text(),
    requestId: p.text().nullable(),
    /** The mutation's name, or what a job did. */
    action: p.text(),
    registryId: p.text().nullable(),
    registryName: p.text().nullable(),
    repository: p.text().nullable(),
    tags: p.json<readonly string[]>(),
    outcome: p.text().$type<AuditOutcome>(),
    /** The error's code and message; null when there was none. */
    code: p.text().$type<ErrorCode>().nullable(),
    message: p.text().nullable(),
    /** The plan, or what was changed, in the form its action has. Holds no secret. */
    details: p.json<Readonly<Record<string, unknown>>>().nullable(),
    jobId: p.text().nullable(),
  },
});
export class AuditEntry extends AuditEntrySchema.class {}
AuditEntrySchema.setClass(AuditEntry);

/**
 * Clients are told of it: see CatalogueEvent. It refers by names and without foreign keys, so that it outlives all it
 * tells of. An id is never given again, though its row is gone: clients go on after the last that they saw.
 */
export const EventSchema = defineEntity({
  name: 'Event',
  indexes: [{ properties: ['registryId', 'repository', 'id'] }],
  properties: {
    id: p.integer().primary().autoincrement(),
    at: p.datetime(3),
    kind: p.text().$type<EventKind>(),
    registryId: p.text(),
    registryName: p.text().$type<RegistryName>(),
    repository: p.text().$type<RepositoryName>().nullable(),
    tag: p.text().$type<TagName>().nullable(),
    digest: p.text().$type<Digest>().nullable(),
    formerDigest: p.text().$type<Digest>().nullable(),
    tagCount: p.integer().nullable(),
    jobId: p.text().nullable(),
    jobKind: p.text().$type<JobKind>().nullable(),
    jobState: p.text().$type<JobState>().nullable(),
    message: p.text().nullable(),
  },
});
export class Event extends EventSchema.class {}
EventSchema.setClass(Event);

/**
 * Holdings of a repository, or of all of a registry, on a day: the last that were seen of it, where they are other than
 * on the day before. It refers to a repository by name, so that it stays when that is gone for some time.
 */
export const SizeSampleSchema = defineEntity({
  name: 'SizeSample',
  properties: {
    registry: () => p.manyToOne(Registry).primary().ref().index(false).deleteRule('cascade'),
    /** Empty: all of the registry. */
    repository: p.text().$type<RepositoryName | ''>().primary(),
    /** Days since 1970-01-01, UTC. */
    day: p.integer().primary(),
    /** Bytes of each distinct blob once. */
    size: p.bigint('number'),
    tagCount: p.integer(),
  },
});
export class SizeSample extends SizeSampleSchema.class {}
SizeSampleSchema.setClass(SizeSample);
