import { defineEntity, p } from '@mikro-orm/core';

/**
 * A gateway among those of one database. Its row is beaten as long as it lives; times are the database's own. Empty on
 * SQLite, as Lease is, where one process has the file.
 */
export const ReplicaSchema = defineEntity({
  name: 'Replica',
  properties: {
    id: p.uuid().primary(),
    startedAt: p.datetime(3),
    seenAt: p.datetime(3),
  },
});
export class Replica extends ReplicaSchema.class {}
ReplicaSchema.setClass(Replica);

/** One piece of work that one replica at a time does; it goes when it is given back. */
export const LeaseSchema = defineEntity({
  name: 'Lease',
  properties: {
    name: p.text().primary(),
    holder: () => p.manyToOne(Replica).ref().deleteRule('cascade'),
    /** The token of its Fence. PostgreSQL gives it: each is higher than any before, of whatever name. */
    fence: p.bigint('number'),
  },
});
export class Lease extends LeaseSchema.class {}
LeaseSchema.setClass(Lease);
