import { defineEntity, p } from '@mikro-orm/core';

export const RegistrySchema = defineEntity({
  name: 'Registry',
  properties: {
    id: p.uuid().primary(),
    name: p.text().unique(),
    addr: p.text(),
    username: p.text().nullable(),
    /** Sealed, see sealing.ts; null exactly when `username` is. */
    passwordSealed: p.text().nullable(),
    tlsSkipVerify: p.boolean().default(false),
    caCertificate: p.text().nullable(),
    authRealm: p.text().nullable(),
    /** Seconds. */
    maxAge: p.integer().default(30),
    createdAt: p.datetime(3),
    reachable: p.boolean().nullable(),
    authenticated: p.boolean().nullable(),
    latencyMs: p.integer().nullable(),
    checkedAt: p.datetime(3).nullable(),
    healthMessage: p.text().nullable(),
    /** A DeleteCapability; null: never probed. */
    canDelete: p.text().nullable(),
    /** False where the registry has no `_catalog`; null: never asked. */
    catalogSupported: p.boolean().nullable(),
    /** False where the registry has no referrers API; null: never asked. */
    referrersSupported: p.boolean().nullable(),
    namesConfirmedAt: p.datetime(3).nullable(),
    namesErrorCode: p.text().nullable(),
    namesErrorMessage: p.text().nullable(),
    namesErrorAt: p.datetime(3).nullable(),
    /** Of the last listing: names outside the OCI grammar, left out. */
    droppedNames: p.integer().default(0),
    /** When a crawl last read all of it; null: never. */
    indexedAt: p.datetime(3).nullable(),
    /** Bytes of each distinct blob once, as of then. */
    size: p.bigint('number').nullable(),
    /** SHA-256, hex, of the secret its notifications carry; null: it sends none. */
    eventsSecretHash: p.text().nullable(),
  },
});
export class Registry extends RegistrySchema.class {}
RegistrySchema.setClass(Registry);

/** Work that goes on without the request that began it. */
export const JobSchema = defineEntity({
  name: 'Job',
  indexes: [{ properties: ['registry', 'createdAt'] }],
  properties: {
    id: p.uuid().primary(),
    /** A JobKind. */
    kind: p.text(),
    registry: () => p.manyToOne(Registry).ref().deleteRule('cascade'),
    /** A JobState. */
    state: p.text(),
    /** Repositories. */
    done: p.integer().default(0),
    total: p.integer().default(0),
    requestedBy: p.text(),
    /** JobFailure[], the first hundred. */
    failures: p.json<unknown[]>(),
    failureCount: p.integer().default(0),
    createdAt: p.datetime(3),
    finishedAt: p.datetime(3).nullable(),
  },
});
export class Job extends JobSchema.class {}
JobSchema.setClass(Job);

/** A tag that is being deleted by a placeholder. */
export const DeletionIntentSchema = defineEntity({
  name: 'DeletionIntent',
  properties: {
    id: p.uuid().primary(),
    registry: () => p.manyToOne(Registry).ref().deleteRule('cascade'),
    repository: p.text(),
    tag: p.text(),
    originalDigest: p.text(),
    placeholderDigest: p.text(),
    createdAt: p.datetime(3),
  },
});
export class DeletionIntent extends DeletionIntentSchema.class {}
DeletionIntentSchema.setClass(DeletionIntent);
