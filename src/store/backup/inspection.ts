import type { JobState } from '../../domain/job.js';
import { type OutboundProxy, toOutboundProxy } from '../../domain/outboundproxy.js';
import type { ClientCertificate, Credentials, DeleteCapability, ProxySetting } from '../../domain/registry.js';
import type { SqliteFile } from '../file/driver.js';
import { isKnownMigration } from '../database/sqlitemigrating.js';
import { sqliteMigrations } from '../database/migrations/sqlite.js';
import { contextOf, type Keyring, type Sealed } from '../keys/keyring.js';
import { canaryKey } from '../keys/canary.js';

/** How the tables of a file stand to those of this program. */
export interface SchemaState {
  /** False: it has not the tables of a gateway at all. */
  readonly isGateways: boolean;
  /** A migration that only a later version knows; null: none. */
  readonly newer: string | null;
  /** Migrations that the next start applies. */
  readonly pending: number;
}

export function readSchemaState(file: SqliteFile): SchemaState {
  const tables = new Set(
    file
      .prepare("select name from sqlite_master where type = 'table'")
      .all()
      .map(({ name }) => name),
  );
  const isGateways = ['mikro_orm_migrations', 'setting', 'registry', 'job'].every((table) => tables.has(table));
  if (!isGateways) return { isGateways, newer: null, pending: sqliteMigrations.length };
  const applied = new Set(
    file
      .prepare('select name from mikro_orm_migrations')
      .all()
      .map(({ name }) => String(name)),
  );
  const newer = [...applied].find((name) => !isKnownMigration(name)) ?? null;
  return { isGateways, newer, pending: sqliteMigrations.filter(({ name }) => !applied.has(name)).length };
}

/** The sealed text that only this database's key opens; null: nothing was ever sealed. */
export function readCanary(file: SqliteFile): Sealed | null {
  const [row] = file.prepare('select value from setting where key = ?').all(canaryKey);
  return row === undefined ? null : String(row['value']);
}

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

/** In name order. */
export function readRegistries(file: SqliteFile): InspectedRegistry[] {
  const crawls = file.prepare("select * from job where registry_id = ? and kind = 'CRAWL' order by rowid desc limit 1");
  return file
    .prepare('select * from registry order by name')
    .all()
    .map((row) => {
      const text = (column: string): string | null => toText(row[column]);
      const id = text('id') ?? '';
      const [username, passwordSealed] = [text('username'), text('password_sealed')];
      const [certificateSealed, proxySealed] = [text('client_certificate_sealed'), text('proxy_credentials_sealed')];
      return {
        id,
        name: text('name') ?? '',
        addr: text('addr') ?? '',
        username,
        tlsSkipVerify: row['tls_skip_verify'] === 1,
        caCertificate: text('ca_certificate'),
        authRealm: text('auth_realm'),
        followsByName: (text('followed_repositories') ?? '[]') !== '[]',
        canDelete: text('can_delete') as DeleteCapability | null,
        lastCrawl: toLastCrawl(crawls.all(id)[0]),
        openSecrets: (keyring) => ({
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
        }),
      };
    });
}

/** null also for what is no text: SQLite keeps any value in any column. */
function toText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function toLastCrawl(row: Record<string, unknown> | undefined): LastCrawl | null {
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
