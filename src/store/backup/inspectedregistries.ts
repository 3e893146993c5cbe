import { type Kysely, sql } from 'kysely';
import type { JobState } from '../../domain/job.js';
import { type OutboundProxy, toOutboundProxy } from '../../domain/outboundproxy.js';
import type { ClientCertificate, Credentials, DeleteCapability, ProxySetting } from '../../domain/registry.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import type { SqliteFile } from '../file/driver.js';
import { contextOf, type Keyring } from '../keys/keyring.js';

/** The newest crawl of a registry. Times are milliseconds since 1970. */
export interface LastCrawl {
  readonly state: JobState;
  readonly createdAt: number;
  readonly finishedAt: number | null;
  readonly failureCount: number;
  /** The message of its first failure; null: none is kept. */
  readonly firstFailure: string | null;
}

/** A registry as its row stands. Columns that a pending migration will make are null. */
export interface InspectedRegistry {
  readonly id: string;
  readonly name: string;
  readonly addr: string;
  readonly username: string | null;
  readonly tlsSkipVerify: boolean;
  readonly caCertificate: string | null;
  readonly authRealm: string | null;
  readonly followsByName: boolean;
  readonly canDelete: DeleteCapability | null;
  readonly lastCrawl: LastCrawl | null;
  /** Throws INTERNAL where the keys do not open them. */
  openSecrets(keyring: Keyring): InspectedSecrets;
}

/** Secrets that a registry is shown, and the way to it, whose proxy may be shown credentials too. */
export interface InspectedSecrets {
  readonly credentials: Credentials | null;
  readonly clientCertificate: ClientCertificate | null;
  /** null: as the environment says. */
  readonly proxy: OutboundProxy | 'none' | null;
}

/** A row as the driver gives it. */
type RawRow = Readonly<Record<string, unknown>>;

/** In name order. */
export function readRegistries(file: SqliteFile): InspectedRegistry[] {
  const crawls = file.prepare("select * from job where registry_id = ? and kind = 'CRAWL' order by rowid desc limit 1");
  return file
    .prepare('select * from registry order by name')
    .all()
    .map((row) => toInspected(row, crawls.all(row['id'])[0]));
}

/** The same of a database that is open: one that a server has. Throws STORAGE_*. */
export async function listInspected(db: Kysely<Tables>): Promise<InspectedRegistry[]> {
  const registries: InspectedRegistry[] = [];
  const rows: readonly RawRow[] = await db.selectFrom('registry').selectAll().orderBy('name').execute();
  for (const row of rows) {
    const { rows: crawls } = await sql<RawRow>`select * from job where registry_id = ${row['id']} and kind = 'CRAWL'
      order by ${dialectOf(db).arrival('job')} desc limit 1`.execute(db);
    registries.push(toInspected(row, crawls[0]));
  }
  return registries;
}

function toInspected(row: RawRow, crawl: RawRow | undefined): InspectedRegistry {
  const text = (column: string): string | null => toText(row[column]);
  const id = text('id') ?? '';
  return {
    id,
    name: text('name') ?? '',
    addr: text('addr') ?? '',
    username: text('username'),
    tlsSkipVerify: row['tls_skip_verify'] === 1,
    caCertificate: text('ca_certificate'),
    authRealm: text('auth_realm'),
    followsByName: (text('followed_repositories') ?? '[]') !== '[]',
    canDelete: text('can_delete') as DeleteCapability | null,
    lastCrawl: toLastCrawl(crawl),
    openSecrets: (keyring) => openSecrets(row, id, keyring),
  };
}

function openSecrets(row: RawRow, id: string, keyring: Keyring): InspectedSecrets {
  const text = (column: string): string | null => toText(row[column]);
  const [username, passwordSealed] = [text('username'), text('password_sealed')];
  const [certificateSealed, proxySealed] = [text('client_certificate_sealed'), text('proxy_credentials_sealed')];
  return {
    credentials:
      username === null || passwordSealed === null
        ? null
        : { username, password: keyring.open(passwordSealed, contextOf(id, 'password')) },
    clientCertificate:
      certificateSealed === null
        ? null
        : (JSON.parse(keyring.open(certificateSealed, contextOf(id, 'client-certificate'))) as ClientCertificate),
    proxy: toOutboundProxy(
      text('proxy') as ProxySetting,
      proxySealed === null
        ? null
        : (JSON.parse(keyring.open(proxySealed, contextOf(id, 'proxy-credentials'))) as Credentials),
    ),
  };
}

/** null also for what is no text: SQLite keeps any value in any column. */
function toText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function toLastCrawl(row: RawRow | undefined): LastCrawl | null {
  if (row === undefined) return null;
  const [first] = JSON.parse(toText(row['failures']) ?? '[]') as { readonly message?: unknown }[];
  return {
    state: row['state'] as JobState,
    createdAt: Number(row['created_at']),
    finishedAt: row['finished_at'] == null ? null : Number(row['finished_at']),
    failureCount: Number(row['failure_count']),
    firstFailure: typeof first?.message === 'string' ? first.message : null,
  };
}
