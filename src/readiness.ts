import type { FastifyRequest } from 'fastify';
import type { Catalogue } from './catalogue/catalogue.js';
import type { HealthPart, HealthParts, SickRegistry } from './http/health.js';
import { isServerUrl } from './domain/databaseurl.js';
import { listStanding } from './standing.js';
import type { Database } from './store/database/database.js';
import type { RegistryStore } from './store/registries/registries.js';

export interface ReadinessParts {
  readonly database: Database;
  readonly registries: RegistryStore;
  readonly catalogue: Catalogue;
  /** Throws when the key cannot be read. */
  readonly loadKey: () => unknown;
  readonly mayRead: (request: FastifyRequest) => Promise<boolean>;
}

/** Registries that are told of. */
const mostTold = 100;
/** Bytes that a disk has left when it is nearly full, beyond what a copy of the database takes: a backup makes one. */
const reserve = 64 * 1024 * 1024;

/** Looks, for `/readyz`, at the gateway and what it stands on. */
export function createReadiness({ database, registries, catalogue, loadKey, mayRead }: ReadinessParts): HealthParts {
  return {
    mayRead,
    findTrouble: () => findTrouble(database),
    listParts: () =>
      Promise.all([
        lookAtDatabase(database),
        // That of a server is the server's own to look after.
        ...(isServerUrl(database.path) ? [] : [lookAtDisk(database)]),
        lookAtKey(loadKey),
      ]),
    async listSick() {
      const { found, total } = await listSick(registries, catalogue);
      return { registries: total, sick: found.length, first: found.slice(0, mostTold) };
    },
  };
}

/** Why the gateway is not ready; null: it is. Throws when the database does not answer. */
async function findTrouble({ kysely, fault }: Database): Promise<string | null> {
  if (fault) return fault.message;
  const rows = await kysely.selectFrom('setting').select('key').limit(1).execute();
  return rows.length > 0 ? null : 'The database is empty.';
}

async function lookAtDatabase(database: Database): Promise<HealthPart> {
  const part = 'database';
  try {
    const message = await findTrouble(database);
    return message === null ? { part, state: 'ok' } : { part, state: 'failed', message };
  } catch {
    return { part, state: 'failed', message: 'The database does not answer. The log has why.' };
  }
}

async function lookAtDisk(database: Database): Promise<HealthPart> {
  const part = 'disk';
  try {
    const { file, log, disk } = await database.measure();
    const size = file + (log ?? 0);
    if (!disk || disk.free >= size + reserve) return { part, state: 'ok' };
    const message =
      `${toMiB(disk.free)} MiB are free where the database of ${toMiB(size)} MiB is: a backup ` +
      'or its growth may not fit. Make room there.';
    return { part, state: 'warning', message };
  } catch {
    return {
      part,
      state: 'warning',
      message: 'How much of the disk is free cannot be read. Look at the folder of the database.',
    };
  }
}

/** It is needed again by the next start, and by whoever makes a backup. */
async function lookAtKey(loadKey: () => unknown): Promise<HealthPart> {
  const part = 'key';
  try {
    loadKey();
    return { part, state: 'ok' };
  } catch {
    const message =
      'The key can no longer be read where the gateway read it at its start, and the next start would fail. Put it ' +
      'back, readable by this user.';
    return { part, state: 'warning', message };
  }
}

function toMiB(bytes: number): number {
  return Math.floor(bytes / (1024 * 1024));
}

async function listSick(store: RegistryStore, catalogue: Catalogue): Promise<{ found: SickRegistry[]; total: number }> {
  const standings = await listStanding(await store.list(), store, catalogue);
  const found: SickRegistry[] = [];
  for (const { registry, state, outage } of standings) {
    const health = state?.health;
    const isAway = outage !== null || health?.reachable === false;
    const isRefused = health?.authenticated === false;
    const message = outage?.error.message ?? health?.message ?? null;
    if (!isAway && !isRefused && message === null) continue;
    found.push({
      registry: registry.name,
      message: message ?? 'It is not well.',
      next: isAway ? nextOfAway : isRefused ? nextOfRefused : nextOfOther,
    });
  }
  return { found, total: standings.length };
}

const nextOfAway =
  'See that it runs, or the proxy where the message names one, and that this machine reaches its address. ' +
  'It is asked again by itself; its lists are answered from the index meanwhile.';
const nextOfRefused = 'Set its credentials anew: updateRegistry over GraphQL.';
const nextOfOther = 'Look at what the message names; it is looked at again with the next crawl.';
