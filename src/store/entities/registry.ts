import { defineEntity, p } from '@mikro-orm/core';
import type { StepKind, StepState } from '../../domain/deletion.js';
import type { Digest } from '../../domain/digest.js';
import type { JobFailure, JobKind, JobState } from '../../domain/job.js';
import type { RegistryName, RepositoryName, TagName } from '../../domain/name.js';
import type {
  ApprovalRule,
  DeleteCapability,
  ProtectionRule,
  ProxySetting,
  PullHost,
  RegistryAddress,
} from '../../domain/registry.js';
import type { RetentionRule } from '../../domain/retention.js';
import type { ErrorCode } from '../../errors.js';

export const RegistrySchema = defineEntity({
  name: 'Registry',
  properties: {
    id: p.uuid().primary(),
    name: p.text().$type<RegistryName>().unique(),
    addr: p.text().$type<RegistryAddress>(),
    username: p.text().nullable(),
    /** Sealed, see keyring.ts; null exactly when `username` is. */
    passwordSealed: p.text().nullable(),
    tlsSkipVerify: p.boolean().default(false),
    caCertificate: p.text().nullable(),
    /** A ClientCertificate as JSON, sealed; null: none. */
    clientCertificateSealed: p.text().nullable(),
    /** null: the environment's. */
    proxy: p.text().$type<NonNullable<ProxySetting>>().nullable(),
    /** Credentials as JSON, for its own proxy, sealed; null: none. */
    proxyCredentialsSealed: p.text().nullable(),
    authRealm: p.text().nullable(),
    /** Seconds. */
    maxAge: p.integer().default(30),
    /** Where clients pull from; null: from its address. */
    pullHost: p.text().$type<PullHost>().nullable(),
    /** The patterns of a Following. */
    followedRepositories: p.json<readonly string[]>().default('[]'),
    createdAt: p.datetime(3),
    reachable: p.boolean().nullable(),
    authenticated: p.boolean().nullable(),
    latencyMs: p.integer().nullable(),
    checkedAt: p.datetime(3).nullable(),
    healthMessage: p.text().nullable(),
    /** null: never probed. */
    canDelete: p.text().$type<DeleteCapability>().nullable(),
    /** It deletes single tags by their name; null: never tried. */
    canDeleteTag: p.boolean().nullable(),
    /** Its images are deleted after their tags; null: not known. */
    deletesTagsFirst: p.boolean().nullable(),
    /** False where the registry has no `_catalog`; null: never asked. */
    catalogSupported: p.boolean().nullable(),
    /** False where the registry has no referrers API; null: never asked. */
    referrersSupported: p.boolean().nullable(),
    namesConfirmedAt: p.datetime(3).nullable(),
    namesErrorCode: p.text().$type<ErrorCode>().nullable(),
    namesErrorMessage: p.text().nullable(),
    namesErrorAt: p.datetime(3).nullable(),
    /** Of the last listing: names outside the OCI grammar, left out. */
    droppedNames: p.integer().default(0),
    /** The first few of them, quoted and cut short. */
    droppedNameExamples: p.json<readonly string[]>().default('[]'),
    /** When a crawl last read all of it; null: never. */
    indexedAt: p.datetime(3).nullable(),
    /** Requests that it took to read all of it; null: not known. */
    crawlRequests: p.integer().nullable(),
    /** Bytes of each distinct blob once, as of then. */
    size: p.bigint('number').nullable(),
    /** SHA-256, hex, of the secret its notifications carry; null: it sends none. */
    eventsSecretHash: p.text().nullable(),
    /** When a notification with that secret last came in, to the minute; null: none did. */
    lastEventAt: p.datetime(3).nullable(),
    /** The gateway writes nothing there. */
    readOnly: p.boolean().default(false),
    protection: p.json<readonly ProtectionRule[]>().default('[]'),
    approvals: p.json<readonly ApprovalRule[]>().default('[]'),
    retention: p.json<readonly RetentionRule[]>().default('[]'),
    /** Hours between two runs of its retention; null: it runs when it is asked to only. */
    retentionInterval: p.integer().nullable(),
    /** When its retention last began to run; null: never. */
    retentionRanAt: p.datetime(3).nullable(),
  },
});
export class Registry extends RegistrySchema.class {}
RegistrySchema.setClass(Registry);

/** Work that goes on without the request that began it. */
export const JobSchema = defineEntity({
  name: 'Job',
  indexes: [{ properties: ['registry', 'createdAt'] }, { properties: ['parentId'] }],
  properties: {
    id: p.uuid().primary(),
    kind: p.text().$type<JobKind>(),
    /** The id of the whole that it is a piece of, which may have no row of its own; null: it is a piece of none. */
    parentId: p.uuid().nullable(),
    registry: () => p.manyToOne(Registry).ref().deleteRule('cascade'),
    /** The one it is about; null: the whole registry. */
    repository: p.text().$type<RepositoryName>().nullable(),
    state: p.text().$type<JobState>(),
    /** Repositories of a crawl; steps of a deletion. */
    done: p.integer().default(0),
    total: p.integer().default(0),
    requestedBy: p.text(),
    /** Of the request that began it; null: none did. */
    requestId: p.text().nullable(),
    /** The account that told it to stop: said before it stops, so that a restart does not go on with it. */
    cancelledBy: p.text().nullable(),
    /** The id of the account that asked for it; null: none did, or that was not written down. */
    requestedAccount: p.text().nullable(),
    approvedBy: p.text().nullable(),
    /** Until when it waits for a second person; null: it needs none. */
    approvalExpiresAt: p.datetime(3).nullable(),
    /** The first hundred. */
    failures: p.json<readonly JobFailure[]>(),
    failureCount: p.integer().default(0),
    createdAt: p.datetime(3),
    /** When a gateway first worked on it; null: none has, or that was not written down. */
    startedAt: p.datetime(3).nullable(),
    /** When the gateway took it up that works on it, or did so last; null: none has, or it is left, to be taken up. */
    resumedAt: p.datetime(3).nullable(),
    /** `done` as it was then. */
    resumedDone: p.integer().default(0),
    finishedAt: p.datetime(3).nullable(),
  },
});
export class Job extends JobSchema.class {}
JobSchema.setClass(Job);

/**
 * One piece of a deletion: a manifest that goes with all its tags, or a tag that goes alone. Written before the first
 * request, so that whoever finds it after a crash knows what may have been sent.
 */
export const DeletionStepSchema = defineEntity({
  name: 'DeletionStep',
  properties: {
    job: () => p.manyToOne(Job).primary().ref().index(false).deleteRule('cascade'),
    /** The order they are done in. */
    position: p.integer().primary(),
    kind: p.text().$type<StepKind>(),
    /** The digest that the tags pointed to when it was planned; null: the tag is dangling. */
    digest: p.text().$type<Digest>().nullable(),
    /** The tags that go with it; empty for a child of an index. */
    tags: p.json<readonly TagName[]>(),
    /** The placeholder that takes the tag, where the registry deletes by digest only; null: none was put there. */
    placeholderDigest: p.text().$type<Digest>().nullable(),
    state: p.text().$type<StepState>(),
    errorCode: p.text().$type<ErrorCode>().nullable(),
    errorMessage: p.text().nullable(),
  },
});
export class DeletionStep extends DeletionStepSchema.class {}
DeletionStepSchema.setClass(DeletionStep);
