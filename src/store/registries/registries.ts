import { randomUUID } from 'node:crypto';
import { type EntityManager, LockMode } from '@mikro-orm/core';
import type { NewAuditEntry } from '../../domain/audit.js';
import { compileFollowing } from '../../domain/following.js';
import { isUuid, type RegistryName } from '../../domain/name.js';
import type { ClientCertificate, Credentials, Registry } from '../../domain/registry.js';
import { GatewayError, notFound } from '../../errors.js';
import { persistEntry } from '../jobs/audit.js';
import type { Database } from '../database/database.js';
import { entitiesIn, type NoteChange } from '../database/writer.js';
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
import { RegistryRecords } from './learning.js';
import type { Keyring } from '../keys/keyring.js';

/** Words the entry that is written with a change. `before` is as it was, where it was. */
export type RegistryAudit = (registry: Registry, before: Registry | null) => NewAuditEntry;

/**
 * How a registry is reached, and by whom, as of one reading of its row: a secret is never shown to a host that it was
 * not given for. null: there is none.
 */
export interface RegistryConnection {
  readonly registry: Registry;
  readonly credentials: Credentials | null;
  readonly clientCertificate: ClientCertificate | null;
  readonly proxyCredentials: Credentials | null;
}

/**
 * The attached registries. Secrets go in, and come out of `readConnection` only. A change is made with its entry in
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
    return this.#transact(id, async (em, note) => {
      note('settings');
      // The columns' own default is SQL's text, which would be taken for a value and written as JSON once more.
      const lists = {
        followedRepositories: [...(following?.patterns ?? [])],
        protection: [],
        approvals: [],
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
  setProtection(
    id: string,
    { readOnly, protection, approvals }: ProtectionUpdate,
    audit?: RegistryAudit,
  ): Promise<Registry> {
    const changes = { readOnly, protection: protection && [...protection], approvals: approvals && [...approvals] };
    return this.#change(id, audit, (em, row) => em.assign(row, changes, onlyGiven));
  }

  /** Changes the given fields; one that is absent or undefined stays. Throws NOT_FOUND. */
  setRetention(id: string, { rules, interval }: RetentionUpdate, audit?: RegistryAudit): Promise<Registry> {
    return this.#change(id, audit, (em, row) => {
      const changed = typeof rules === 'function' ? rules(row.retention) : rules;
      em.assign(row, { retention: changed && [...changed], retentionInterval: interval }, onlyGiven);
    });
  }

  /** Forgets it and all that the index knows of it. Throws NOT_FOUND. */
  remove(id: string, audit?: RegistryAudit): Promise<void> {
    return this.#transact(id, async (em, note) => {
      note('settings');
      const before = toRegistry(await findRow(em, id));
      await em.nativeDelete(RegistryEntity, { id });
      if (audit) persistEntry(em, audit(before, before));
      persistRegistryEvent(em, before, 'REGISTRY_DETACHED', this.#clock());
    });
  }

  /** Throws NOT_FOUND. Each secret is opened when it is read, and throws INTERNAL when it cannot be. */
  async readConnection(id: string): Promise<RegistryConnection> {
    const secrets = this.#secrets;
    const row = await withStorage(() => findRow(this.#database.orm.em.fork(), id));
    return {
      registry: toRegistry(row),
      get credentials() {
        return secrets.openCredentials(row);
      },
      get clientCertificate() {
        return secrets.openClientCertificate(row);
      },
      get proxyCredentials() {
        return secrets.openProxyCredentials(row);
      },
    };
  }

  #change(
    id: string,
    audit: RegistryAudit | undefined,
    apply: (em: EntityManager, row: RegistryEntity) => void,
  ): Promise<Registry> {
    return this.#transact(id, async (em, note) => {
      // Of two that change it at once, one sees what the other did. SQLite has one transaction at a time.
      const row = await findRow(em, id, { lockMode: LockMode.PESSIMISTIC_WRITE });
      const before = toRegistry(row);
      const connection = describeConnection(row);
      apply(em, row);
      // Clients are closed by it, and what they are in the middle of begins anew.
      if (describeConnection(row) !== connection) note('settings');
      await em.flush().catch(explainDuplicate(row.name));
      if (audit) persistEntry(em, audit(toRegistry(row), before));
      return toRegistry(row);
    });
  }

  #transact<T>(id: string, work: (em: EntityManager, note: NoteChange) => Promise<T>): Promise<T> {
    const { orm, durably, write } = this.#database;
    return durably(() =>
      withStorage(() =>
        write(id, async (db, note) => {
          note('visible', 'state');
          const em = entitiesIn(orm, db);
          const result = await work(em, note);
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

/** Equal texts: the registry is the same, and reached in the same way by the same account. */
function describeConnection(row: RegistryEntity): string {
  const { name, addr, tlsSkipVerify, caCertificate, authRealm, proxy } = row;
  const { username, passwordSealed, clientCertificateSealed, proxyCredentialsSealed } = row;
  const secrets = [username, passwordSealed, clientCertificateSealed, proxyCredentialsSealed];
  return JSON.stringify([name, addr, tlsSkipVerify, ...[caCertificate, authRealm, proxy, ...secrets].map(orNull)]);
}

function orNull<T>(value: T | null | undefined): T | null {
  return value ?? null;
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
    pullHost: row.pullHost ?? null,
    following: compileFollowing(row.followedRepositories),
    createdAt: row.createdAt,
    readOnly: row.readOnly,
    protection: row.protection,
    approvals: row.approvals,
  };
}
