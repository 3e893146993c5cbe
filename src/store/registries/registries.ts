import { randomUUID } from 'node:crypto';
import { type EntityManager, LockMode } from '@mikro-orm/core';
import type { NewAuditEntry } from '../../domain/audit.js';
import { compileFollowing } from '../../domain/following.js';
import { isUuid, type RegistryName } from '../../domain/name.js';
import type { ClientCertificate, Credentials, Registry } from '../../domain/registry.js';
import { GatewayError, notFound } from '../../errors.js';
import { persistEntry } from '../jobs/audit.js';
import type { Database } from '../database/database.js';
import { entitiesIn } from '../database/writer.js';
import { persistRegistryEvent } from '../events/recording.js';
import { Registry as RegistryEntity } from '../entities/registry.js';
import { isDuplicate, withStorage } from '../file/errors.js';
import { RegistrySecrets } from './secrets.js';
import {
  applyChanges,
  onlyGiven,
  type ProtectionUpdate,
  type RegistrySettings,
  type RegistryUpdate,
  type RetentionUpdate,
} from './settings.js';
import { RegistryRecords } from './state.js';
import type { Keyring } from '../keys/keyring.js';

/** Words the entry that is written with a change. `before` is as it was, where it was. */
export type RegistryAudit = (registry: Registry, before: Registry | null) => NewAuditEntry;

/**
 * The attached registries. Credentials go in, and come out of `credentialsOf` only. A change is made with its entry in
 * the audit log, or not at all. Methods throw STORAGE_* for faults of the database.
 */
export class RegistryStore extends RegistryRecords {
  readonly #database: Database;
  readonly #secrets: RegistrySecrets;
  readonly #clock: () => Date;
  /** Every registry in name order, as of a generation. */
  #known: { readonly generation: number; readonly registries: Promise<Registry[]> } | null = null;

  constructor(database: Database, keyring: Keyring, clock: () => Date = () => new Date()) {
    super(database);
    this.#database = database;
    this.#secrets = new RegistrySecrets(keyring);
    this.#clock = clock;
  }

  /**
   * In name order. There are few registries, and every request asks for one: they are read once for each generation.
   */
  list(): Promise<Registry[]> {
    const { orm, generation } = this.#database;
    if (this.#known?.generation === generation.value) return this.#known.registries;
    const registries = withStorage(async () =>
      (await orm.em.fork().findAll(RegistryEntity, { orderBy: { name: 'asc' } })).map(toRegistry),
    );
    this.#known = { generation: generation.value, registries };
    registries.catch(() => (this.#known = null));
    return registries;
  }

  async find(id: string): Promise<Registry | null> {
    return (await this.list()).find((registry) => registry.id === id) ?? null;
  }

  async findByName(name: RegistryName): Promise<Registry | null> {
    return (await this.list()).find((registry) => registry.name === name) ?? null;
  }

  /** Throws CONFLICT for a name that is taken. */
  create(
    { credentials, clientCertificate, proxyCredentials, following, ...settings }: RegistrySettings,
    audit?: RegistryAudit,
  ): Promise<Registry> {
    const id = randomUUID();
    return this.#transact(id, async (em) => {
      // The columns' own default is SQL's text, which would be taken for a value and written as JSON once more.
      const lists = {
        followedRepositories: [...(following?.patterns ?? [])],
        protection: [],
        retention: [],
        droppedNameExamples: [],
      };
      const secrets = {
        ...this.#secrets.sealCredentials(id, credentials),
        ...this.#secrets.sealClientCertificate(id, clientCertificate ?? null),
        ...this.#secrets.sealProxyCredentials(id, proxyCredentials ?? null),
      };
      const row = em.create(RegistryEntity, { id, createdAt: this.#clock(), ...lists, ...settings, ...secrets });
      await em.flush().catch(explainDuplicate(settings.name));
      if (audit) persistEntry(em, audit(toRegistry(row), null));
      persistRegistryEvent(em, row, 'REGISTRY_ATTACHED', this.#clock());
      return toRegistry(row);
    });
  }

  /**
   * A new origin in `addr` without `credentials` beside it clears the stored credentials and the pinned realm, and
   * without `clientCertificate` the stored one: they were given for the old one. Another `proxy` without
   * `proxyCredentials` clears those. Throws NOT_FOUND, and CONFLICT for a name that is taken.
   */
  update(id: string, changes: RegistryUpdate, audit?: RegistryAudit): Promise<Registry> {
    return this.#change(id, audit, (em, row) => applyChanges(em, row, changes, this.#secrets));
  }

  /** Changes the given fields; one that is absent or undefined stays. Throws NOT_FOUND. */
  setProtection(id: string, { readOnly, protection }: ProtectionUpdate, audit?: RegistryAudit): Promise<Registry> {
    const changes = { readOnly, protection: protection && [...protection] };
    return this.#change(id, audit, (em, row) => em.assign(row, changes, onlyGiven));
  }

  /** Changes the given fields; one that is absent or undefined stays. Throws NOT_FOUND. */
  setRetention(id: string, { rules, interval }: RetentionUpdate, audit?: RegistryAudit): Promise<Registry> {
    const changes = { retention: rules && [...rules], retentionInterval: interval };
    return this.#change(id, audit, (em, row) => em.assign(row, changes, onlyGiven));
  }

  /** Forgets it and all that the index knows of it. Throws NOT_FOUND. */
  remove(id: string, audit?: RegistryAudit): Promise<void> {
    return this.#transact(id, async (em) => {
      const before = toRegistry(await findRow(em, id));
      await em.nativeDelete(RegistryEntity, { id });
      if (audit) persistEntry(em, audit(before, before));
      persistRegistryEvent(em, before, 'REGISTRY_DETACHED', this.#clock());
    });
  }

  /** null without credentials. Throws INTERNAL when they cannot be opened, NOT_FOUND. */
  async credentialsOf(id: string): Promise<Credentials | null> {
    return this.#secrets.openCredentials(await this.#read(id));
  }

  /** null without one. Throws as credentialsOf does. */
  async clientCertificateOf(id: string): Promise<ClientCertificate | null> {
    return this.#secrets.openClientCertificate(await this.#read(id));
  }

  /** null without any. Throws as credentialsOf does. */
  async proxyCredentialsOf(id: string): Promise<Credentials | null> {
    return this.#secrets.openProxyCredentials(await this.#read(id));
  }

  #read(id: string): Promise<RegistryEntity> {
    return withStorage(() => findRow(this.#database.orm.em.fork(), id));
  }

  #change(
    id: string,
    audit: RegistryAudit | undefined,
    apply: (em: EntityManager, row: RegistryEntity) => void,
  ): Promise<Registry> {
    return this.#transact(id, async (em) => {
      // Of two that change it at once, one sees what the other did. SQLite has one transaction at a time.
      const row = await findRow(em, id, { lockMode: LockMode.PESSIMISTIC_WRITE });
      const before = toRegistry(row);
      apply(em, row);
      await em.flush().catch(explainDuplicate(row.name));
      if (audit) persistEntry(em, audit(toRegistry(row), before));
      return toRegistry(row);
    });
  }

  #transact<T>(id: string, work: (em: EntityManager) => Promise<T>): Promise<T> {
    const { orm, durably, write } = this.#database;
    return durably(() =>
      withStorage(() =>
        write(id, null, async (db, note) => {
          note('visible', 'state', 'settings');
          const em = entitiesIn(orm, db);
          const result = await work(em);
          await em.flush();
          return result;
        }),
      ),
    );
  }
}

async function findRow(em: EntityManager, id: string, lock = {}): Promise<RegistryEntity> {
  const row = isUuid(id) ? await em.findOne(RegistryEntity, { id }, lock) : null;
  if (!row) throw notFound('The registry is no longer attached.');
  return row;
}

function explainDuplicate(name: string): (error: unknown) => never {
  return (error) => {
    if (!isDuplicate(error)) throw error;
    throw new GatewayError('CONFLICT', `A registry is already attached as ${name}: choose another name.`, {
      path: ['input', 'name'],
    });
  };
}

function toRegistry(row: RegistryEntity): Registry {
  return {
    id: row.id,
    name: row.name,
    addr: row.addr,
    username: row.username ?? null,
    tlsSkipVerify: row.tlsSkipVerify,
    caCertificate: row.caCertificate ?? null,
    hasClientCertificate: row.clientCertificateSealed != null,
    proxy: row.proxy ?? null,
    hasProxyCredentials: row.proxyCredentialsSealed != null,
    authRealm: row.authRealm ?? null,
    maxAge: row.maxAge,
    following: compileFollowing(row.followedRepositories),
    createdAt: row.createdAt,
    readOnly: row.readOnly,
    protection: row.protection,
  };
}
