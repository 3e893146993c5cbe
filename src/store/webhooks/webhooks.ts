import { randomUUID } from 'node:crypto';
import { type EntityManager, LockMode } from '@mikro-orm/core';
import { isRole, type Viewer } from '../../domain/account.js';
import type { NewAuditEntry } from '../../domain/audit.js';
import { isUuid } from '../../domain/name.js';
import { type DisabledReason, maxWebhooks, type Webhook } from '../../domain/webhook.js';
import { badInput, type GatewayError, notFound } from '../../errors.js';
import type { Database } from '../database/database.js';
import { Account } from '../entities/account.js';
import { Webhook as WebhookEntity } from '../entities/webhook.js';
import { withStorage } from '../file/errors.js';
import { persistEntry } from '../jobs/audit.js';
import { contextOf, type Keyring } from '../keys/keyring.js';

/** The settings of a webhook; a secret goes in, and comes out of `findToSend` only. */
export interface WebhookSettings extends Pick<Webhook, 'url' | 'kinds' | 'registryIds' | 'repositoryPattern'> {
  readonly secret: string;
}

/** The settings to change: one that is absent or undefined stays. */
export interface WebhookUpdate extends Partial<Pick<Webhook, 'url' | 'kinds' | 'registryIds' | 'repositoryPattern'>> {
  /** The present secret signs beside it until then. */
  readonly secret?: { readonly text: string; readonly formerUntil: Date };
  /** False: disabled by an admin. True: it is tried again at once, and its owner is who says so. */
  readonly isEnabled?: boolean;
  /** From where on it is told of events. */
  readonly place?: number;
  readonly ownerId?: string;
}

/** The outcome of an attempt to deliver, as it is written down. */
export type DeliveryRecord = Partial<
  Pick<
    Webhook,
    | 'place'
    | 'lastEventId'
    | 'lastDeliveredAt'
    | 'lastAttemptAt'
    | 'lastStatus'
    | 'lastFailure'
    | 'lastMs'
    | 'attempts'
    | 'failingSince'
    | 'nextAttemptAt'
  >
>;

/** Words the entry that is written with a change. */
export type WebhookAudit = (webhook: Webhook) => NewAuditEntry;

/** Few are made, and by admins alone: all of them are read at once. Methods throw STORAGE_* for faults. */
export class WebhookStore {
  readonly #database: Pick<Database, 'orm' | 'durably'>;
  readonly #keyring: Pick<Keyring, 'seal' | 'open'>;
  readonly #clock: () => Date;

  constructor(
    database: Pick<Database, 'orm' | 'durably'>,
    keyring: Pick<Keyring, 'seal' | 'open'>,
    clock: () => Date = () => new Date(),
  ) {
    this.#database = database;
    this.#keyring = keyring;
    this.#clock = clock;
  }

  /** The oldest first. */
  list(): Promise<Webhook[]> {
    return withStorage(async () => {
      const options = { populate: ['owner'], orderBy: { createdAt: 'asc', id: 'asc' } } as const;
      return (await this.#fork().findAll(WebhookEntity, options)).map(toWebhook);
    });
  }

  async find(id: string): Promise<Webhook | null> {
    if (!isUuid(id)) return null;
    const row = await withStorage(() => this.#fork().findOne(WebhookEntity, { id }, { populate: ['owner'] }));
    return row && toWebhook(row);
  }

  /** It is told of what comes after `place`. Throws BAD_USER_INPUT where there are as many as there may be. */
  create(
    { secret, ...settings }: WebhookSettings,
    { ownerId, place }: { readonly ownerId: string; readonly place: number },
    audit: WebhookAudit,
  ): Promise<Webhook> {
    return this.#transact(async (em) => {
      if ((await em.count(WebhookEntity)) >= maxWebhooks) throw tooMany();
      const id = randomUUID();
      const owner = await em.findOne(Account, { id: ownerId });
      const secretSealed = this.#keyring.seal(secret, contextOf(id, 'webhook-secret'));
      const row = em.create(WebhookEntity, { id, ...settings, secretSealed, owner, createdAt: this.#clock(), place });
      persistEntry(em, audit(toWebhook(row)));
      return toWebhook(row);
    });
  }

  /** Throws NOT_FOUND. */
  update(id: string, changes: WebhookUpdate, audit: WebhookAudit): Promise<Webhook> {
    return this.#transact(async (em) => {
      const row = await findRow(em, id);
      const { secret, isEnabled, ownerId, ...settings } = changes;
      em.assign(row, { ...settings, version: (row.version ?? 1) + 1 }, { ignoreUndefined: true });
      if (secret) em.assign(row, this.#rotate(row, secret));
      if (ownerId !== undefined) em.assign(row, { owner: await em.findOne(Account, { id: ownerId }) });
      if (isEnabled === false && row.disabledAt == null) disable(row, 'BY_ADMIN', this.#clock());
      if (isEnabled === true) em.assign(row, { disabledAt: null, disabledReason: null, ...untried });
      // Whatever was wrong may have been mended by it.
      if (settings.url !== undefined || secret) em.assign(row, untried);
      persistEntry(em, audit(toWebhook(row)));
      return toWebhook(row);
    });
  }

  /** Throws NOT_FOUND. */
  remove(id: string, audit: WebhookAudit): Promise<void> {
    return this.#transact(async (em) => {
      const row = await findRow(em, id);
      persistEntry(em, audit(toWebhook(row)));
      em.remove(row);
    });
  }

  /** With its entry; one that is disabled already, or gone, stays so, and there is none. Tells whether it was. */
  disable(id: string, reason: DisabledReason, audit: WebhookAudit): Promise<boolean> {
    return this.#transact(async (em) => {
      const row = await em.findOne(
        WebhookEntity,
        { id },
        { populate: ['owner'], lockMode: LockMode.PESSIMISTIC_WRITE },
      );
      if (!row || row.disabledAt != null) return false;
      disable(row, reason, this.#clock());
      persistEntry(em, audit(toWebhook(row)));
      return true;
    });
  }

  /**
   * Notes what an attempt came to. A power cut may take it back: then the event is sent once more. An endpoint that is
   * disabled meanwhile, or told to go on from elsewhere, stays as it is: `from` is the place that the attempt began at.
   */
  async note(id: string, from: number, record: DeliveryRecord): Promise<boolean> {
    const where = { id, place: from, disabledAt: null };
    // Made twice, as after an answer that was lost, it would find another place: of a commit it is found out.
    const write = (em: EntityManager): Promise<number> => em.nativeUpdate(WebhookEntity, where, record);
    return (await withStorage(() => this.#fork().transactional(write))) > 0;
  }

  /**
   * With what its deliveries are signed by: the present secret, and the former one while it counts. null: there is none
   * of that id. Throws INTERNAL for a secret that cannot be opened.
   */
  async findToSend(id: string): Promise<{ readonly webhook: Webhook; readonly secrets: readonly string[] } | null> {
    const row = await withStorage(() => this.#fork().findOne(WebhookEntity, { id }, { populate: ['owner'] }));
    if (!row) return null;
    const secrets = [this.#keyring.open(row.secretSealed, contextOf(id, 'webhook-secret'))];
    const { formerSecretSealed: former, formerSecretUntil: until } = row;
    if (former != null && until != null && this.#clock() < until)
      secrets.push(this.#keyring.open(former, contextOf(id, 'former-webhook-secret')));
    return { webhook: toWebhook(row), secrets };
  }

  #rotate({ id, secretSealed }: WebhookEntity, { text, formerUntil }: NonNullable<WebhookUpdate['secret']>) {
    const former = { formerSecretSealed: null as string | null, formerSecretUntil: null as Date | null };
    if (formerUntil > this.#clock()) {
      const present = this.#keyring.open(secretSealed, contextOf(id, 'webhook-secret'));
      former.formerSecretSealed = this.#keyring.seal(present, contextOf(id, 'former-webhook-secret'));
      former.formerSecretUntil = formerUntil;
    }
    return { ...former, secretSealed: this.#keyring.seal(text, contextOf(id, 'webhook-secret')) };
  }

  #fork(): EntityManager {
    return this.#database.orm.em.fork();
  }

  #transact<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    return this.#database.durably(() => withStorage(() => this.#fork().transactional(work)));
  }
}

/** As of one that nothing was sent to since. */
const untried = { attempts: 0, failingSince: null, nextAttemptAt: null } as const;

function disable(row: WebhookEntity, reason: DisabledReason, at: Date): void {
  [row.disabledReason, row.disabledAt, row.nextAttemptAt] = [reason, at, null];
}

async function findRow(em: EntityManager, id: string): Promise<WebhookEntity> {
  const options = { populate: ['owner'], lockMode: LockMode.PESSIMISTIC_WRITE } as const;
  const row = isUuid(id) ? await em.findOne(WebhookEntity, { id }, options) : null;
  if (!row) throw notFound('There is no webhook with this id.');
  return row;
}

function tooMany(): GatewayError {
  return badInput(`There are ${maxWebhooks} webhooks, as many as there may be: remove one first.`, 'input');
}

/** An account that is disabled keeps its roles, and has none of their rights. */
function toOwner({ id, username, roles, disabledAt }: Account): Viewer {
  return { accountId: id, username, roles: disabledAt == null ? roles.filter(isRole) : [] };
}

function toWebhook(row: WebhookEntity): Webhook {
  const owner = row.owner?.unwrap() ?? null;
  const { disabledAt = null, disabledReason = null } = row;
  return {
    id: row.id,
    url: row.url,
    kinds: row.kinds ?? null,
    registryIds: row.registryIds ?? null,
    repositoryPattern: row.repositoryPattern ?? null,
    owner: owner && toOwner(owner),
    createdAt: row.createdAt,
    version: row.version ?? 1,
    disabled: disabledAt && { at: disabledAt, reason: disabledReason ?? 'BY_ADMIN' },
    formerSecretUntil: row.formerSecretUntil ?? null,
    place: row.place,
    lastEventId: row.lastEventId ?? null,
    lastDeliveredAt: row.lastDeliveredAt ?? null,
    lastAttemptAt: row.lastAttemptAt ?? null,
    lastStatus: row.lastStatus ?? null,
    lastFailure: row.lastFailure ?? null,
    lastMs: row.lastMs ?? null,
    attempts: row.attempts ?? 0,
    failingSince: row.failingSince ?? null,
    nextAttemptAt: row.nextAttemptAt ?? null,
  };
}
