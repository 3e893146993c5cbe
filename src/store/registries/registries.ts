import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/core';
import type { NewAuditEntry } from '../../domain/audit.js';
import { compileFollowing, type Following } from '../../domain/following.js';
import { isUuid, type RegistryName } from '../../domain/name.js';
import type {
  ClientCertificate,
  Credentials,
  ProtectionRule,
  ProxySetting,
  Registry,
  RegistryAddress,
} from '../../domain/registry.js';
import type { RetentionRule } from '../../domain/retention.js';
import { GatewayError, notFound } from '../../errors.js';
import { persistEntry } from '../jobs/audit.js';
import type { Database } from '../database/database.js';
import { Registry as RegistryEntity } from '../entities/registry.js';
import { isDuplicate, withStorage } from '../file/errors.js';
import { createRegistryRecords, type RegistryRecords } from './state.js';
import { contextOf } from '../keys/sealed.js';
import type { Keyring } from '../keys/keyring.js';

export interface RegistrySettings extends Pick<
  Registry,
  'name' | 'addr' | 'tlsSkipVerify' | 'caCertificate' | 'authRealm' | 'maxAge'
> {
  readonly credentials: Credentials | null;
  /** Absent: whatever its catalogue lists. */
  readonly following?: Following;
  /** null, and absent: none. */
  readonly clientCertificate?: ClientCertificate | null;
  /** Absent: the environment's. */
  readonly proxy?: ProxySetting;
  /** Its own proxy is shown these; null, and absent: nothing. */
  readonly proxyCredentials?: Credentials | null;
  /** SHA-256, hex, of the secret its notifications carry; null, and absent: it sends none. */
  readonly eventsSecretHash?: string | null;
}

/** The settings to change: one that is absent or undefined stays; null clears it. */
export type RegistryUpdate = { readonly [K in keyof RegistrySettings]?: RegistrySettings[K] | undefined };

/** Apart from the other settings: whoever may change those may not change these. */
export interface ProtectionUpdate {
  readonly readOnly?: boolean | undefined;
  readonly protection?: readonly ProtectionRule[] | undefined;
}

/** Apart from them too. null in `interval`: it runs when it is asked to only. */
export interface RetentionUpdate {
  readonly rules?: readonly RetentionRule[] | undefined;
  readonly interval?: number | null | undefined;
}

/** Words the entry that is written with a change. `before` is as it was, where it was. */
export type RegistryAudit = (registry: Registry, before: Registry | null) => NewAuditEntry;

/**
 * The attached registries. Credentials go in, and come out of `credentialsOf` only. A change is made with its entry in
 * the audit log, or not at all. Methods throw STORAGE_* for faults of the database.
 */
export interface RegistryStore extends RegistryRecords {
  /** In name order. */
  list(): Promise<Registry[]>;
  find(id: string): Promise<Registry | null>;
  findByName(name: RegistryName): Promise<Registry | null>;
  /** Throws CONFLICT for a name that is taken. */
  create(settings: RegistrySettings, audit?: RegistryAudit): Promise<Registry>;
  /**
   * A new origin in `addr` without `credentials` beside it clears the stored credentials and the pinned realm, and
   * without `clientCertificate` the stored one: they were given for the old one. Another `proxy` without
   * `proxyCredentials` clears those. Throws NOT_FOUND, and CONFLICT for a name that is taken.
   */
  update(id: string, changes: RegistryUpdate, audit?: RegistryAudit): Promise<Registry>;
  /** Changes the given fields; one that is absent or undefined stays. Throws NOT_FOUND. */
  setProtection(id: string, changes: ProtectionUpdate, audit?: RegistryAudit): Promise<Registry>;
  /** Changes the given fields; one that is absent or undefined stays. Throws NOT_FOUND. */
  setRetention(id: string, changes: RetentionUpdate, audit?: RegistryAudit): Promise<Registry>;
  /** Forgets it and all that the index knows of it. Throws NOT_FOUND. */
  remove(id: string, audit?: RegistryAudit): Promise<void>;
  /** null without credentials. Throws INTERNAL when they cannot be opened, NOT_FOUND. */
  credentialsOf(id: string): Promise<Credentials | null>;
  /** null without one. Throws as credentialsOf does. */
  clientCertificateOf(id: string): Promise<ClientCertificate | null>;
  /** null without any. Throws as credentialsOf does. */
  proxyCredentialsOf(id: string): Promise<Credentials | null>;
}

export function createRegistryStore(
  { orm, generation, durably }: Database,
  keyring: Keyring,
  clock: () => Date = () => new Date(),
): RegistryStore {
  const list = rememberList({ orm, generation });
  const transact = async <T>(work: (em: EntityManager) => Promise<T>): Promise<T> => {
    const result = await durably(() => withStorage(() => orm.em.fork().transactional(work)));
    generation.bump();
    return result;
  };
  const change = (
    id: string,
    audit: RegistryAudit | undefined,
    apply: (row: RegistryEntity) => void,
  ): Promise<Registry> =>
    transact(async (em) => {
      const row = await findRow(em, id);
      const before = toRegistry(row);
      apply(row);
      await em.flush().catch(explainDuplicate(row.name));
      if (audit) persistEntry(em, audit(toRegistry(row), before));
      return toRegistry(row);
    });
  return {
    ...createRegistryRecords({ orm, generation }),
    ...openSecrets(orm, keyring),
    list,
    find: async (id) => (await list()).find((registry) => registry.id === id) ?? null,
    findByName: async (name) => (await list()).find((registry) => registry.name === name) ?? null,

    create: ({ credentials, clientCertificate, proxyCredentials, following, ...settings }, audit) =>
      transact(async (em) => {
        const id = randomUUID();
        // The columns' own default is SQL's text, which would be taken for a value and written as JSON once more.
        const lists = {
          followedRepositories: [...(following?.patterns ?? [])],
          protection: [],
          retention: [],
          droppedNameExamples: [],
        };
        const secrets = {
          ...sealCredentials(keyring, id, credentials),
          ...sealClientCertificate(keyring, id, clientCertificate ?? null),
          ...sealProxyCredentials(keyring, id, proxyCredentials ?? null),
        };
        const row = em.create(RegistryEntity, { id, createdAt: clock(), ...lists, ...settings, ...secrets });
        await em.flush().catch(explainDuplicate(settings.name));
        if (audit) persistEntry(em, audit(toRegistry(row), null));
        return toRegistry(row);
      }),

    update: (id, changes, audit) => change(id, audit, (row) => applyChanges(row, changes, keyring)),
    setProtection: (id, { readOnly, protection }, audit) =>
      change(id, audit, (row) => {
        if (readOnly !== undefined) row.readOnly = readOnly;
        if (protection !== undefined) row.protection = [...protection];
      }),
    setRetention: (id, { rules, interval }, audit) =>
      change(id, audit, (row) => {
        if (rules !== undefined) row.retention = [...rules];
        if (interval !== undefined) row.retentionInterval = interval;
      }),

    remove: (id, audit) =>
      transact(async (em) => {
        const before = toRegistry(await findRow(em, id));
        await em.nativeDelete(RegistryEntity, { id });
        if (audit) persistEntry(em, audit(before, before));
      }),
  };
}

/** The secrets, which are stored sealed. */
function openSecrets(
  orm: Database['orm'],
  keyring: Keyring,
): Pick<RegistryStore, 'credentialsOf' | 'clientCertificateOf' | 'proxyCredentialsOf'> {
  return {
    async credentialsOf(id) {
      const row = await withStorage(() => findRow(orm.em.fork(), id));
      if (row.username == null || row.passwordSealed == null) return null;
      return { username: row.username, password: keyring.open(row.passwordSealed, contextOf(id, 'password')) };
    },
    async clientCertificateOf(id) {
      const { clientCertificateSealed: sealed } = await withStorage(() => findRow(orm.em.fork(), id));
      return sealed == null
        ? null
        : (JSON.parse(keyring.open(sealed, contextOf(id, 'client-certificate'))) as ClientCertificate);
    },
    async proxyCredentialsOf(id) {
      const { proxyCredentialsSealed: sealed } = await withStorage(() => findRow(orm.em.fork(), id));
      return sealed == null
        ? null
        : (JSON.parse(keyring.open(sealed, contextOf(id, 'proxy-credentials'))) as Credentials);
    },
  };
}

async function findRow(em: EntityManager, id: string): Promise<RegistryEntity> {
  const row = isUuid(id) ? await em.findOne(RegistryEntity, { id }) : null;
  if (!row) throw missing();
  return row;
}

/** There are few registries, and every request asks for one: they are read once for each generation. */
function rememberList({ orm, generation }: Pick<Database, 'orm' | 'generation'>): () => Promise<Registry[]> {
  let known: { readonly generation: number; readonly registries: Promise<Registry[]> } | null = null;
  return () => {
    if (known?.generation === generation.value) return known.registries;
    const registries = withStorage(async () =>
      (await orm.em.fork().findAll(RegistryEntity, { orderBy: { name: 'asc' } })).map(toRegistry),
    );
    known = { generation: generation.value, registries };
    registries.catch(() => (known = null));
    return registries;
  };
}

function applyChanges(
  row: RegistryEntity,
  { credentials, clientCertificate, proxyCredentials, following, ...changes }: RegistryUpdate,
  keyring: Keyring,
): void {
  const hasOtherProxy = changes.proxy !== undefined && changes.proxy !== (row.proxy ?? null);
  const pinned = row.authRealm;
  const moved = changes.addr !== undefined && originOf(changes.addr) !== originOf(row.addr);
  for (const [field, value] of Object.entries(changes)) {
    if (value !== undefined) Object.assign(row, { [field]: value });
  }
  if (following !== undefined) row.followedRepositories = [...following.patterns];
  if (credentials !== undefined) Object.assign(row, sealCredentials(keyring, row.id, credentials));
  else if (moved) Object.assign(row, sealCredentials(keyring, row.id, null));
  if (clientCertificate !== undefined || moved)
    Object.assign(row, sealClientCertificate(keyring, row.id, clientCertificate ?? null));
  if (proxyCredentials !== undefined || hasOtherProxy)
    Object.assign(row, sealProxyCredentials(keyring, row.id, proxyCredentials ?? null));
  if (moved && row.authRealm === pinned) row.authRealm = null;
}

function sealCredentials(
  keyring: Keyring,
  id: string,
  credentials: Credentials | null,
): { username: string | null; passwordSealed: string | null } {
  if (!credentials) return { username: null, passwordSealed: null };
  return {
    username: credentials.username,
    passwordSealed: keyring.seal(credentials.password, contextOf(id, 'password')),
  };
}

function sealClientCertificate(
  keyring: Keyring,
  id: string,
  one: ClientCertificate | null,
): { clientCertificateSealed: string | null } {
  return {
    clientCertificateSealed:
      one &&
      keyring.seal(JSON.stringify({ certificate: one.certificate, key: one.key }), contextOf(id, 'client-certificate')),
  };
}

function sealProxyCredentials(
  keyring: Keyring,
  id: string,
  one: Credentials | null,
): { proxyCredentialsSealed: string | null } {
  const text = one && JSON.stringify({ username: one.username, password: one.password });
  return { proxyCredentialsSealed: text && keyring.seal(text, contextOf(id, 'proxy-credentials')) };
}

function originOf(addr: string): string {
  return new URL(addr).origin;
}

function explainDuplicate(name: string): (error: unknown) => never {
  return (error) => {
    if (!isDuplicate(error)) throw error;
    throw new GatewayError('CONFLICT', `A registry is already attached as ${name}: choose another name.`, {
      path: ['input', 'name'],
    });
  };
}

function missing(): GatewayError {
  return notFound('The registry is no longer attached.');
}

function toRegistry(row: RegistryEntity): Registry {
  return {
    id: row.id,
    name: row.name as RegistryName,
    addr: row.addr as RegistryAddress,
    username: row.username ?? null,
    tlsSkipVerify: row.tlsSkipVerify,
    caCertificate: row.caCertificate ?? null,
    hasClientCertificate: row.clientCertificateSealed != null,
    proxy: (row.proxy ?? null) as ProxySetting,
    hasProxyCredentials: row.proxyCredentialsSealed != null,
    authRealm: row.authRealm ?? null,
    maxAge: row.maxAge,
    following: compileFollowing(row.followedRepositories),
    createdAt: row.createdAt,
    readOnly: row.readOnly,
    protection: row.protection as ProtectionRule[],
  };
}
