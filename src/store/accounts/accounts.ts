import { randomUUID } from 'node:crypto';
import { isRole, type Role } from '../../domain/account.js';
import type { NewAuditEntry } from '../../domain/audit.js';
import { isUuid } from '../../domain/name.js';
import { GatewayError, notFound } from '../../errors.js';
import { persistEntry } from '../jobs/audit.js';
import type { Database } from '../database/database.js';
import { Account as AccountEntity, Token as TokenEntity } from '../entities/account.js';
import { isDuplicate, withStorage } from '../file/errors.js';
import { createVersionedCache } from '../database/versionedcache.js';

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

/**
 * Accounts and their tokens; what is written of them is on the disk when the method resolves, but for `recordUse`.
 * Methods throw STORAGE_* for faults of the database.
 */
export interface AccountStore {
  /** Whether anyone can log in; machine accounts cannot. */
  hasLogin(): Promise<boolean>;
  find(username: string): Promise<Account | null>;
  /** With its entry in the audit log, or not at all. Throws CONFLICT for a name that is taken. */
  create(account: Pick<Account, 'username' | 'roles' | 'passwordHash'>, entry?: NewAuditEntry): Promise<Account>;
  /** Effective on the next request of every token; with its entry, or not at all. Throws NOT_FOUND. */
  setRoles(id: string, roles: readonly Role[], entry?: NewAuditEntry): Promise<void>;
  /** With the entry that `describe` gives, or not at all. */
  createToken(token: NewToken, describe?: (token: TokenRecord) => NewAuditEntry): Promise<TokenRecord>;
  /** With its account as it is now; expired and revoked tokens too. */
  findToken(hash: string): Promise<TokenRecord | null>;
  /** Newest first. */
  listTokens(): Promise<TokenRecord[]>;
  recordUse(tokenId: string, at: Date): Promise<void>;
  /**
   * Effective on the next request; with the entry that `describe` gives, or not at all. A token that is revoked already
   * stays as it is. Throws NOT_FOUND.
   */
  revokeToken(tokenId: string, describe?: (token: TokenRecord) => NewAuditEntry): Promise<void>;
}

type Orm = Database['orm'];

/** Tokens that are remembered: those in use, so that a request costs no query. */
const rememberedTokens = 1000;

export function createAccountStore({ orm, durably }: Database, clock: () => Date = () => new Date()): AccountStore {
  const tokens = createVersionedCache<TokenRecord>(orm, rememberedTokens);
  const write: typeof durably = (work) => durably(() => withStorage(work));
  return {
    hasLogin: async () =>
      (await withStorage(() => orm.em.fork().count(AccountEntity, { passwordHash: { $ne: null } }))) > 0,
    find: (username) =>
      withStorage(async () => {
        const row = await orm.em.fork().findOne(AccountEntity, { username });
        return row && toAccount(row);
      }),

    create: ({ username, roles, passwordHash }, entry) =>
      write(async () => {
        const em = orm.em.fork();
        const row = em.create(AccountEntity, {
          id: randomUUID(),
          username,
          passwordHash,
          roles: [...roles],
          createdAt: clock(),
        });
        if (entry) persistEntry(em, entry);
        await em.flush().catch((error: unknown) => {
          if (!isDuplicate(error)) throw error;
          throw new GatewayError('CONFLICT', `There is an account ${username} already.`);
        });
        return toAccount(row);
      }),

    async setRoles(id, roles, entry) {
      await write(() => changeAccount(orm, id, { roles: [...roles] }, entry));
      tokens.forget();
    },

    createToken: (token, describe) => write(() => addToken(orm, token, clock(), describe)),

    findToken: (hash) =>
      withStorage(() =>
        tokens.find(hash, async () => {
          const row = await orm.em.fork().findOne(TokenEntity, { hash }, { populate: ['account'] });
          return row && toRecord(row);
        }),
      ),

    listTokens: () =>
      withStorage(async () => {
        const rows = await orm.em
          .fork()
          .findAll(TokenEntity, { populate: ['account'], orderBy: { createdAt: 'desc', id: 'asc' } });
        return rows.map(toRecord);
      }),

    async recordUse(tokenId, at) {
      await withStorage(() => orm.em.fork().nativeUpdate(TokenEntity, { id: tokenId }, { lastUsedAt: at }));
      tokens.forget();
    },

    async revokeToken(tokenId, describe) {
      if (!isUuid(tokenId)) throw noToken();
      await write(() => endToken(orm, tokenId, clock(), describe));
      tokens.forget();
    },
  };
}

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
