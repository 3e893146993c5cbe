import type { EntityManager } from '@mikro-orm/core';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { AuditEntry, AuditFilter, NewAuditEntry } from '../../domain/audit.js';
import { isUuid } from '../../domain/name.js';
import { badCursor, decodeCursor, type Page, type PageRequest } from '../../domain/page.js';
import type { Database, Tables } from '../database/database.js';
import { fromJsonText, toJsonText } from '../database/json.js';
import { dialectOf } from '../dialect/dialects.js';
import { AuditEntry as AuditEntryEntity } from '../entities/history.js';
import type { SqliteFile } from '../file/driver.js';
import { withStorage } from '../file/errors.js';
import { toPage } from '../sql/keyset.js';
import { chunk } from '../sql/rows.js';

/**
 * Who did what. Entries are added and read; the database refuses to change or remove one. Methods throw STORAGE_* for
 * faults of the database.
 */
export interface AuditLog {
  /** For what changes nothing in the database. */
  add(entry: NewAuditEntry): Promise<void>;
  /** Newest first. Throws BAD_USER_INPUT for a cursor of another list, naming `after`. */
  list(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>>;
}

export function createAuditLog({ kysely: db, durably }: Pick<Database, 'kysely' | 'durably'>): AuditLog {
  return {
    add: (entry) => durably(() => withStorage(() => addOne(db, entry))),
    list: (filter, page) => withStorage(() => list(db, filter, page)),
  };
}

/** In a transaction where a statement's answer may be lost: it is found out whether a commit was made. */
function addOne(db: Kysely<Tables>, entry: NewAuditEntry): Promise<void> {
  if (dialectOf(db).engine !== 'postgres') return insertEntry(db, entry);
  return db.transaction().execute((trx) => insertEntry(trx, entry));
}

/** Has the entry written with what else `em` writes. */
export function persistEntry(em: EntityManager, entry: NewAuditEntry): void {
  em.create(AuditEntryEntity, { ...entry, tags: [...entry.tags] });
}

/** Within the transaction of a change: there is the entry and the change, or neither. */
export async function insertEntry(db: Kysely<Tables>, entry: NewAuditEntry): Promise<void> {
  await db.insertInto('audit_entry').values(toRow(entry)).execute();
}

/** As `insertEntry`, in this order. */
export async function insertEntries(db: Kysely<Tables>, entries: readonly NewAuditEntry[]): Promise<void> {
  for (const some of chunk(entries.map(toRow)))
    await db
      .insertInto('audit_entry')
      .values([...some])
      .execute();
}

/**
 * Into a file that nobody serves. A database from before there was an audit log takes none. Throws the driver's errors.
 */
export function writeEntry(file: SqliteFile, entry: NewAuditEntry): void {
  if (file.pragma('table_info(audit_entry)').length === 0) return;
  const row = toRow(entry);
  const values = Object.values(row);
  file
    .prepare(`insert into audit_entry (${Object.keys(row).join(', ')}) values (${values.map(() => '?').join(', ')})`)
    .run(...values);
}

function toRow(entry: NewAuditEntry) {
  const { at, requestId, registryId, registryName, tags, details, jobId, ...same } = entry;
  return {
    ...same,
    at: at.getTime(),
    request_id: requestId,
    registry_id: registryId,
    registry_name: registryName,
    tags: toJsonText(tags),
    details: details && toJsonText(details),
    job_id: jobId,
  };
}

const scope = 'audit';

async function list(db: Kysely<Tables>, filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>> {
  const query = select(db, filter);
  const after = page.after === null ? null : readKey(page.after);
  const rest = after === null ? query : query.where('id', '<', after);
  const rows = await rest
    .selectAll()
    .orderBy('id', 'desc')
    .limit(page.first + 1)
    .execute();
  return toPage(rows, page, scope, {
    item: toEntry,
    position: ({ id }) => [id],
    count: async () => (await query.select(sql<number>`count(*)`.as('total')).executeTakeFirstOrThrow()).total,
  });
}

function select(db: Kysely<Tables>, { actor, action, registry, repository, outcome, since, until }: AuditFilter) {
  return db
    .selectFrom('audit_entry')
    .$if(isGiven(actor), (some) => some.where('actor', '=', actor!))
    .$if(isGiven(action), (some) => some.where('action', '=', action!))
    .$if(isGiven(registry), (some) => some.where(isUuid(registry!) ? 'registry_id' : 'registry_name', '=', registry!))
    .$if(isGiven(repository), (some) => some.where('repository', '=', repository!))
    .$if(isGiven(outcome), (some) => some.where('outcome', '=', outcome!))
    .$if(isGiven(since), (some) => some.where('at', '>=', since!.getTime()))
    .$if(isGiven(until), (some) => some.where('at', '<', until!.getTime()));
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function readKey(after: string): number {
  const [key] = decodeCursor(scope, after, 1);
  if (typeof key === 'number') return key;
  throw badCursor();
}

function toEntry(row: Selectable<Tables['audit_entry']>): AuditEntry {
  return {
    key: row.id,
    at: new Date(row.at),
    actor: row.actor,
    requestId: row.request_id,
    action: row.action,
    registryId: row.registry_id,
    registryName: row.registry_name,
    repository: row.repository,
    tags: fromJsonText(row.tags),
    outcome: row.outcome,
    code: row.code,
    message: row.message,
    details: row.details === null ? null : fromJsonText(row.details),
    jobId: row.job_id,
  };
}
