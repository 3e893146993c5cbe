import { randomUUID } from 'node:crypto';
import type { UpstreamProblem } from '../domain/freshness.js';
import { isUuid, type RegistryName } from '../domain/name.js';
import type { Credentials, DeleteCapability, Registry, RegistryAddress } from '../domain/registry.js';
import { type ErrorCode, GatewayError, notFound } from '../errors.js';
import type { Database } from './database.js';
import { Registry as RegistryEntity } from './entities.js';
import { isDuplicate, withStorage } from './failure.js';
import type { Keyring } from './sealing.js';

export interface RegistrySettings extends Pick<Registry, 'name' | 'addr' | 'tlsSkipVerify' | 'caCertificate' | 'authRealm' | 'maxAge'> {
  readonly credentials: Credentials | null;
}

/** What is absent or undefined stays; null clears. */
export type RegistryUpdate = { readonly [K in keyof RegistrySettings]?: RegistrySettings[K] | undefined };

/** What the last contact with a registry showed; all null before the first. */
export interface Health {
  readonly reachable: boolean | null;
  readonly authenticated: boolean | null;
  readonly latencyMs: number | null;
  readonly checkedAt: Date | null;
  /** What is wrong, in a sentence; null when nothing is. */
  readonly message: string | null;
}

/** What was learnt from the registry's own answers; null: not known yet. */
export interface Capabilities {
  readonly canDelete: DeleteCapability | null;
  readonly catalogSupported: boolean | null;
}

/** What the gateway learnt of a registry, beside how it is attached. */
export interface RegistryState extends Capabilities {
  readonly health: Health;
  /** When its list of names was last read whole; null: never. */
  readonly namesConfirmedAt: Date | null;
  readonly namesError: UpstreamProblem | null;
  /** Names outside the OCI grammar in that list, left out. */
  readonly droppedNames: number;
  /** When a crawl last read all of it; null: never. */
  readonly indexedAt: Date | null;
  /** Bytes of each distinct blob once, as of then. */
  readonly size: number | null;
  /** Its notifications carry a secret, so it sends some. */
  readonly sendsEvents: boolean;
}

/** The attached registries. Credentials go in, and come out of `credentialsOf` only. Methods throw STORAGE_* for faults of the database. */
export interface RegistryStore {
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
  /** Forgets it and all that the index knows of it. Throws NOT_FOUND. */
  remove(id: string): Promise<void>;
  /** null without credentials. Throws INTERNAL when they cannot be opened, NOT_FOUND. */
  credentialsOf(id: string): Promise<Credentials | null>;
  /** Registries that are not there are not in the map. */
  states(ids: readonly string[]): Promise<Map<string, RegistryState>>;
  /** The record… methods do nothing for a registry that was detached meanwhile. */
  recordHealth(id: string, health: Health): Promise<void>;
  recordCapabilities(id: string, capabilities: Partial<Capabilities>): Promise<void>;
  /** A complete listing: clears the last error. */
  recordNames(id: string, names: { readonly confirmedAt: Date; readonly dropped: number }): Promise<void>;
  recordNamesError(id: string, problem: UpstreamProblem): Promise<void>;
  /** A crawl read all of it. */
  recordIndexed(id: string, indexed: { readonly at: Date; readonly size: number }): Promise<void>;
  /** SHA-256, hex, of the secret its notifications carry; null: it sends none. */
  eventsSecretHashOf(id: string): Promise<string | null>;
  recordEventsSecretHash(id: string, hash: string | null): Promise<void>;
}

export function createRegistryStore({ orm, generation }: Database, keyring: Keyring, clock: () => Date = () => new Date()): RegistryStore {
  const findOne = (where: { id: string } | { name: string }): Promise<Registry | null> =>
    withStorage(async () => {
      const row = await orm.em.fork().findOne(RegistryEntity, where);
      return row && toRegistry(row);
    });
  const write = async (id: string, fields: Partial<RegistryEntity>): Promise<number> =>
    isUuid(id) ? withStorage(() => orm.em.fork().nativeUpdate(RegistryEntity, { id }, fields)) : 0;

  return {
    list: () => withStorage(async () => (await orm.em.fork().findAll(RegistryEntity, { orderBy: { name: 'asc' } })).map(toRegistry)),
    find: async (id) => (isUuid(id) ? findOne({ id }) : null),
    findByName: (name) => findOne({ name }),

    create: ({ credentials, ...settings }) =>
      withStorage(async () => {
        const id = randomUUID();
        const em = orm.em.fork();
        const row = em.create(RegistryEntity, { id, createdAt: clock(), ...settings, ...sealCredentials(keyring, id, credentials) });
        await em.flush().catch(explainDuplicate(settings.name));
        generation.bump();
        return toRegistry(row);
      }),

    update: (id, changes) =>
      withStorage(() =>
        orm.em.fork().transactional(async (em) => {
          const row = isUuid(id) ? await em.findOne(RegistryEntity, { id }) : null;
          if (!row) throw missing();
          applyChanges(row, changes, keyring);
          await em.flush().catch(explainDuplicate(row.name));
          generation.bump();
          return toRegistry(row);
        }),
      ),

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

    states: (ids) =>
      withStorage(async () => {
        const rows = await orm.em.fork().find(RegistryEntity, { id: { $in: ids.filter(isUuid) } });
        return new Map(rows.map((row) => [row.id, toState(row)]));
      }),

    recordHealth: async (id, { message, ...health }) => void (await write(id, { ...health, healthMessage: message })),
    recordCapabilities: async (id, capabilities) => {
      await write(id, capabilities);
      generation.bump();
    },
    recordNames: async (id, { confirmedAt, dropped }) =>
      void (await write(id, { namesConfirmedAt: confirmedAt, droppedNames: dropped, namesErrorCode: null, namesErrorMessage: null, namesErrorAt: null })),
    recordNamesError: async (id, { code, message, at }) =>
      void (await write(id, { namesErrorCode: code, namesErrorMessage: message, namesErrorAt: at })),
    recordIndexed: async (id, { at, size }) => {
      await write(id, { indexedAt: at, size });
      generation.bump();
    },
    async eventsSecretHashOf(id) {
      const row = isUuid(id) ? await withStorage(() => orm.em.fork().findOne(RegistryEntity, { id })) : null;
      return row?.eventsSecretHash ?? null;
    },
    recordEventsSecretHash: async (id, hash) => void (await write(id, { eventsSecretHash: hash })),
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
  };
}

function toState(row: RegistryEntity): RegistryState {
  const { namesErrorCode: code, namesErrorMessage: message, namesErrorAt: at } = row;
  return {
    health: {
      reachable: row.reachable ?? null,
      authenticated: row.authenticated ?? null,
      latencyMs: row.latencyMs ?? null,
      checkedAt: row.checkedAt ?? null,
      message: row.healthMessage ?? null,
    },
    canDelete: (row.canDelete ?? null) as DeleteCapability | null,
    catalogSupported: row.catalogSupported ?? null,
    namesConfirmedAt: row.namesConfirmedAt ?? null,
    namesError: code != null && message != null && at != null ? { code: code as ErrorCode, message, at } : null,
    droppedNames: row.droppedNames,
    indexedAt: row.indexedAt ?? null,
    size: row.size ?? null,
    sendsEvents: row.eventsSecretHash != null,
  };
}
