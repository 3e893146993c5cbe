import { randomUUID } from 'node:crypto';
import { isRole, type Role } from '../../domain/account.js';
import type { NewAuditEntry } from '../../domain/audit.js';
import { isUuid } from '../../domain/name.js';
import { GatewayError, notFound } from '../../errors.js';
import { persistEntry } from '../jobs/audit.js';
import type { Database } from '../database/database.js';
import { Account as AccountEntity, Token as TokenEntity } from '../entities/account.js';
import { isDuplicate, withStorage } from '../file/errors.js';
import { createVersionedCache, type VersionedCache } from '../database/versionedcache.js';

export interface Account {
  readonly id: string;
  readonly username: string;
  readonly roles: readonly Role[];
  /** An argon2id string; null: a machine account, which cannot log in. */
  readonly passwordHash: string | null;
  readonly createdAt: Date;
}

/** The facts that may be told about a token: all but the token. */
export interface TokenRecord {
  /** The accessor: it names the token in lists and when revoking, and opens nothing. */
  readonly id: string;
  readonly label: string;
  /** As granted; what counts is their intersection with the account's. */
  readonly roles: readonly Role[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** To the minute; null: never. */
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
  readonly account: Account;
}

export interface NewToken {
  readonly accountId: string;
  /** SHA-256 of the token's text, hex. */
  readonly hash: string;
  readonly label: string;
  readonly roles: readonly Role[];
  readonly expiresAt: Date;
}

type Orm = Database['orm'];

/** Tokens that are remembered: those in use, so that a request costs no query. */
const rememberedTokens = 1000;

/**
 * Accounts and their tokens; what is written of them is on the disk when the method resolves, but for `recordUse`.
 * Methods throw STORAGE_* for faults of the database.
 */
export class AccountStore {
  readonly #database: Pick<Database, 'orm' | 'durably'>;
  readonly #clock: () => Date;
  readonly #tokens: VersionedCache<TokenRecord>;

  constructor(database: Pick<Database, 'orm' | 'durably' | 'accountWrites'>, clock: () => Date = () => new Date()) {
    this.#database = database;
    this.#clock = clock;
    this.#tokens = createVersionedCache(database, rememberedTokens);
  }

  /** Whether anyone can log in; machine accounts cannot. */
  async hasLogin(): Promise<boolean> {
    return (await withStorage(() => this.#fork().count(AccountEntity, { passwordHash: { $ne: null } }))) > 0;
  }

  async find(username: string): Promise<Account | null> {
    const row = await withStorage(() => this.#fork().findOne(AccountEntity, { username }));
    return row && toAccount(row);
  }

  /** With its entry in the audit log, or not at all. Throws CONFLICT for a name that is taken. */
  create(
    { username, roles, passwordHash }: Pick<Account, 'username' | 'roles' | 'passwordHash'>,
    entry?: NewAuditEntry,
  ): Promise<Account> {
    return this.#write(async () => {
      const em = this.#fork();
      const id = randomUUID();
      const row = em.create(AccountEntity, { id, username, passwordHash, roles: [...roles], createdAt: this.#clock() });
      if (entry) persistEntry(em, entry);
      await em.flush().catch((error: unknown) => {
        if (!isDuplicate(error)) throw error;
        throw new GatewayError('CONFLICT', `There is an account ${username} already.`);
      });
      return toAccount(row);
    });
  }

  /** Effective on the next request of every token; with its entry, or not at all. Throws NOT_FOUND. */
  async setRoles(id: string, roles: readonly Role[], entry?: NewAuditEntry): Promise<void> {
    await this.#write(() => changeAccount(this.#database.orm, id, { roles: [...roles] }, entry));
    this.#tokens.forget();
  }

  /** With the entry that `describe` gives, or not at all. */
  createToken(token: NewToken, describe?: DescribeToken): Promise<TokenRecord> {
    return this.#write(() => addToken(this.#database.orm, token, this.#clock(), describe));
  }

  /** With its account as it is now; expired and revoked tokens too. */
  findToken(hash: string): Promise<TokenRecord | null> {
    return withStorage(() =>
      this.#tokens.find(hash, async () => {
        const row = await this.#fork().findOne(TokenEntity, { hash }, { populate: ['account'] });
        return row && toRecord(row);
      }),
    );
  }

  /** Newest first. */
  listTokens(): Promise<TokenRecord[]> {
    return withStorage(async () => {
      const newestFirst = { createdAt: 'desc', id: 'asc' } as const;
      const rows = await this.#fork().findAll(TokenEntity, { populate: ['account'], orderBy: newestFirst });
      return rows.map(toRecord);
    });
  }

  async recordUse(tokenId: string, at: Date): Promise<void> {
    await withStorage(() => this.#fork().nativeUpdate(TokenEntity, { id: tokenId }, { lastUsedAt: at }));
    // All the others are still as they were: each would be read again, once for each use that is written.
    this.#tokens.change(
      ({ id }) => id === tokenId,
      (token) => ({ ...token, lastUsedAt: at }),
    );
  }

  /**
   * Effective on the next request; with the entry that `describe` gives, or not at all. A token that is revoked already
   * stays as it is. Throws NOT_FOUND.
   */
  async revokeToken(tokenId: string, describe?: DescribeToken): Promise<void> {
    if (!isUuid(tokenId)) throw noToken();
    await this.#write(() => endToken(this.#database.orm, tokenId, this.#clock(), describe));
    this.#tokens.forget();
  }

  #fork(): Orm['em'] {
    return this.#database.orm.em.fork();
  }

  #write<T>(work: () => Promise<T>): Promise<T> {
    return this.#database.durably(() => withStorage(work));
  }
}

/** Words the entry that is written with a change of the token. */
type DescribeToken = (token: TokenRecord) => NewAuditEntry;

async function addToken(
  orm: Orm,
  { accountId, roles, ...token }: NewToken,
  createdAt: Date,
  describe?: DescribeToken,
): Promise<TokenRecord> {
  const em = orm.em.fork();
  const account = await em.findOne(AccountEntity, { id: accountId });
  if (!account) throw noAccount();
  const record = toRecord(
    em.create(TokenEntity, { id: randomUUID(), account, roles: [...roles], createdAt, ...token }),
  );
  if (describe) persistEntry(em, describe(record));
  await em.flush();
  return record;
}

function endToken(orm: Orm, id: string, now: Date, describe?: DescribeToken): Promise<void> {
  return orm.em.fork().transactional(async (em) => {
    const row = await em.findOne(TokenEntity, { id }, { populate: ['account'] });
    if (!row) throw noToken();
    row.revokedAt ??= now;
    if (describe) persistEntry(em, describe(toRecord(row)));
  });
}

/** The change and its entry, or neither. Throws NOT_FOUND. */
export function changeAccount(
  orm: Orm,
  id: string,
  change: { roles?: Role[]; passwordHash?: string },
  entry?: NewAuditEntry,
): Promise<void> {
  return orm.em.fork().transactional(async (em) => {
    if ((await em.nativeUpdate(AccountEntity, { id }, change)) === 0) throw noAccount();
    if (entry) persistEntry(em, entry);
  });
}

function noAccount(): GatewayError {
  return notFound('There is no such account.');
}

function noToken(): GatewayError {
  return notFound('There is no token with this id.');
}

/** As it stands in its row. */
export function toAccount(row: AccountEntity): Account {
  const { id, username, passwordHash = null, createdAt } = row;
  return { id, username, roles: row.roles.filter(isRole), passwordHash, createdAt };
}

function toRecord(row: TokenEntity): TokenRecord {
  return {
    id: row.id,
    label: row.label,
    roles: row.roles.filter(isRole),
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    lastUsedAt: row.lastUsedAt ?? null,
    revokedAt: row.revokedAt ?? null,
    account: toAccount(row.account.unwrap()),
  };
}
