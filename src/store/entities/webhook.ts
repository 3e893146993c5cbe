import { defineEntity, p } from '@mikro-orm/core';
import type { EventKind } from '../../domain/event.js';
import type { RepositoryGlob } from '../../domain/glob.js';
import type { DeliveryFailure, DisabledReason } from '../../domain/webhook.js';
import { Account } from './account.js';

/**
 * An endpoint that is told of events. What is still to be sent is no row: it is the rows of `event` after `place`, and
 * so nothing is lost with the process, however it ends.
 */
export const WebhookSchema = defineEntity({
  name: 'Webhook',
  properties: {
    id: p.uuid().primary(),
    url: p.text(),
    /** null: all. */
    kinds: p.json<readonly EventKind[]>().nullable(),
    /** null: all. */
    registryIds: p.json<readonly string[]>().nullable(),
    repositoryPattern: p.text().$type<RepositoryGlob>().nullable(),
    /** Sealed, see keyring.ts. */
    secretSealed: p.text(),
    /** Deliveries are signed by it too, until then. */
    formerSecretSealed: p.text().nullable(),
    formerSecretUntil: p.datetime(3).nullable(),
    /** Who answers for it. */
    owner: () => p.manyToOne(Account).ref().nullable().deleteRule('set null'),
    createdAt: p.datetime(3),
    /** Raised with each change that is asked for, by which the gateway that sends hears of those made at another. */
    version: p.integer().default(1),
    /** null: it is told of events. */
    disabledAt: p.datetime(3).nullable(),
    disabledReason: p.text().$type<DisabledReason>().nullable(),
    /** The id of the event up to which everything was taken, or is not wanted. */
    place: p.bigint('number'),
    /** The id of the last event that was taken. */
    lastEventId: p.bigint('number').nullable(),
    lastDeliveredAt: p.datetime(3).nullable(),
    lastAttemptAt: p.datetime(3).nullable(),
    /** Of the last attempt: its HTTP status, why it failed, and its milliseconds. */
    lastStatus: p.integer().nullable(),
    lastFailure: p.text().$type<DeliveryFailure>().nullable(),
    lastMs: p.integer().nullable(),
    /** Failures in a row, since when, and when it is tried again. */
    attempts: p.integer().default(0),
    failingSince: p.datetime(3).nullable(),
    nextAttemptAt: p.datetime(3).nullable(),
  },
});
export class Webhook extends WebhookSchema.class {}
WebhookSchema.setClass(Webhook);
