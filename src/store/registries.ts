import { randomUUID } from 'node:crypto';
import { isUuid, type RegistryName } from '../domain/name.js';
import type { Credentials, ProtectionRule, Registry, RegistryAddress } from '../domain/registry.js';
import type { RetentionRule } from '../domain/retention.js';
import { GatewayError, notFound } from '../errors.js';
import type { Database } from './database.js';
import { Registry as RegistryEntity } from './entities/registry.js';
import { isDuplicate, withStorage } from './failure.js';
import { createRegistryRecords, type RegistryRecords } from './registrystate.js';
import type { Keyring } from './sealing.js';

export interface RegistrySettings extends Pick<Registry, 'name' | 'addr' | 'tlsSkipVerify' | 'caCertificate' | 'authRealm' | 'maxAge'> {
  readonly credentials: Credentials | null;
}

/** What is absent or undefined stays; null clears. */
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

/** The attached registries. Credentials go in, and come out of `credentialsOf` only. Methods throw STORAGE_* for faults of the database. */
export interface RegistryStore extends RegistryRecords {
  /** In name order. */
  list(): Promise<Registry[]>;
  find(id: string): Promise<Registry | null>;
  findByName(name: RegistryName): Promise<Registry | null>;
  /** Throws CONFLICT for a name that is taken. */
  create(settings: RegistrySettings): Promise<Registry>;
  /**
   * A new origin in `addr` without `credentials` beside it clears the stored credentials and the pinned realm: they were given
   * for the old one. Throws NOT_FOUND, and CONFLICT for a name that is taken.
   */
  update(id: string, changes: RegistryUpdate): Promise<Registry>;
  /** What is absent or undefined stays. Throws NOT_FOUND. */
  setProtection(id: string, changes: ProtectionUpdate): Promise<Registry>;
  /** What is absent or undefined stays. Throws NOT_FOUND. */
  setRetention(id: string, changes: RetentionUpdate): Promise<Registry>;
  /** Forgets it and all that the index knows of it. Throws NOT_FOUND. */
  remove(id: string): Promise<void>;
  /** null without credentials. Throws INTERNAL when they cannot be opened, NOT_FOUND. */
  credentialsOf(id: string): Promise<Credentials | null>;
}

export function createRegistryStore({ orm, generation }: Database, keyring: Keyring, clock: () => Date = () => new Date()): RegistryStore {
  const list = rememberList({ orm, generation });
  const change = (id: string, apply: (row: RegistryEntity) => void): Promise<Registry> =>
    withStorage(() =>
      orm.em.fork().transactional(async (em) => {
        const row = isUuid(id) ? await em.findOne(RegistryEntity, { id }) : null;
        if (!row) throw missing();
        apply(row);
        await em.flush().catch(explainDuplicate(row.name));
        generation.bump();
        return toRegistry(row);
      }),
    );
  return {
    ...createRegistryRecords({ orm, generation }),
    list,
    find: async (id) => (await list()).find((registry) => registry.id === id) ?? null,
    findByName: async (name) => (await list()).find((registry) => registry.name === name) ?? null,

    create: ({ credentials, ...settings }) =>
      withStorage(async () => {
        const id = randomUUID();
        const em = orm.em.fork();
        // The columns' own default is SQL's text, which would be taken for a value and written as JSON once more.
        const row = em.create(RegistryEntity, { id, createdAt: clock(), protection: [], retention: [], ...settings, ...sealCredentials(keyring, id, credentials) });
        await em.flush().catch(explainDuplicate(settings.name));
        generation.bump();
        return toRegistry(row);
      }),

    update: (id, changes) => change(id, (row) => applyChanges(row, changes, keyring)),
    setProtection: (id, { readOnly, protection }) =>
      change(id, (row) => {
        if (readOnly !== undefined) row.readOnly = readOnly;
        if (protection !== undefined) row.protection = [...protection];
      }),
    setRetention: (id, { rules, interval }) =>
      change(id, (row) => {
        if (rules !== undefined) row.retention = [...rules];
        if (interval !== undefined) row.retentionInterval = interval;
      }),

    async remove(id) {
      const removed = isUuid(id) ? await withStorage(() => orm.em.fork().nativeDelete(RegistryEntity, { id })) : 0;
      if (removed === 0) throw missing();
      generation.bump();
    },

    async credentialsOf(id) {
      const row = isUuid(id) ? await withStorage(() => orm.em.fork().findOne(RegistryEntity, { id })) : null;
      if (!row) throw missing();
      if (row.username == null || row.passwordSealed == null) return null;
      return { username: row.username, password: keyring.open(row.passwordSealed, passwordContext(id)) };
    },

  };
}

/** There are few registries, and every request asks for one: they are read once for each generation. */
function rememberList({ orm, generation }: Pick<Database, 'orm' | 'generation'>): () => Promise<Registry[]> {
  let known: { readonly generation: number; readonly registries: Promise<Registry[]> } | null = null;
  return () => {
    if (known?.generation === generation.value) return known.registries;
    const registries = withStorage(async () => (await orm.em.fork().findAll(RegistryEntity, { orderBy: { name: 'asc' } })).map(toRegistry));
    known = { generation: generation.value, registries };
    registries.catch(() => (known = null));
    return registries;
  };
}

function applyChanges(row: RegistryEntity, { credentials, ...changes }: RegistryUpdate, keyring: Keyring): void {
  const pinned = row.authRealm;
  const moved = changes.addr !== undefined && originOf(changes.addr) !== originOf(row.addr);
  for (const [field, value] of Object.entries(changes)) {
    if (value !== undefined) Object.assign(row, { [field]: value });
  }
  if (credentials !== undefined) Object.assign(row, sealCredentials(keyring, row.id, credentials));
  else if (moved) Object.assign(row, sealCredentials(keyring, row.id, null));
  if (moved && row.authRealm === pinned) row.authRealm = null;
}

function sealCredentials(keyring: Keyring, id: string, credentials: Credentials | null): { username: string | null; passwordSealed: string | null } {
  if (!credentials) return { username: null, passwordSealed: null };
  return { username: credentials.username, passwordSealed: keyring.seal(credentials.password, passwordContext(id)) };
}

function passwordContext(id: string): string {
  return `registry:${id}:password`;
}

function originOf(addr: string): string {
  return new URL(addr).origin;
}

function explainDuplicate(name: string): (error: unknown) => never {
  return (error) => {
    if (!isDuplicate(error)) throw error;
    throw new GatewayError('CONFLICT', `A registry is already attached as ${name}: choose another name.`, { path: ['input', 'name'] });
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
    authRealm: row.authRealm ?? null,
    maxAge: row.maxAge,
    createdAt: row.createdAt,
    readOnly: row.readOnly,
    protection: row.protection as ProtectionRule[],
  };
}
