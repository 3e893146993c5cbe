import { randomUUID } from 'node:crypto';
import { isRole, type Role } from '../../domain/account.js';
import type { NewAuditEntry } from '../../domain/audit.js';
import { isUuid } from '../../domain/name.js';
import { GatewayError } from '../../errors.js';
import { persistEntry } from '../jobs/audit.js';
import type { Kysely } from 'kysely';
import type { Database, Tables } from '../database/database.js';
import { Account as AccountEntity, Token as TokenEntity } from '../entities/account.js';
import { isDuplicate, withStorage } from '../file/errors.js';
import { createVersionedCache, type VersionedCache } from '../database/versionedcache.js';
import { changeAccount } from './changes.js';
import { addGrants, readHeldGrants } from './grants.js';
import {
  type Account,
  type DescribeToken,
  type GrantedAccount,
  type NewAccount,
  type NewToken,
  noToken,
  readKind,
  type TokenRecord,
  type UngrantedToken,
} from './records.js';
import { findPerson, type Person, type PersonKey } from './persons.js';
import { endToken, insertToken } from './tokens.js';

export type { Account, NewToken, TokenRecord } from './records.js';

type Orm = Database['orm'];

/** Tokens that are remembered: those in use, so that a request costs no query. */
const rememberedTokens = 1000;

/**
 * Accounts and their tokens; what is written of them is on the disk when the method resolves, but for `recordUse`.
 * Methods throw STORAGE_* for faults of the database.
 */
export class AccountStore {
  readonly #database: Pick<Database, 'orm' | 'kysely' | 'durably' | 'awayFor'>;
  readonly #clock: () => Date;
  readonly #tokens: VersionedCache<TokenRecord>;
  readonly #accounts: VersionedCache<GrantedAccount>;
  /** By issuer and subject; those without an account too, as machines of a provider have none. */
  readonly #persons: VersionedCache<{ readonly person: Person | null }>;

  constructor(
    database: Pick<Database, 'orm' | 'kysely' | 'durably' | 'accountWrites' | 'awayFor'>,
    clock: () => Date = () => new Date(),
  ) {
    this.#database = database;
    this.#clock = clock;
    this.#tokens = createVersionedCache(database, rememberedTokens);
    this.#accounts = createVersionedCache(database, rememberedTokens);
    this.#persons = createVersionedCache(database, rememberedTokens);
  }

  /** Whether anyone can log in; machine accounts cannot. */
  async hasLogin(): Promise<boolean> {
    return (await withStorage(() => this.#fork().count(AccountEntity, { passwordHash: { $ne: null } }))) > 0;
  }

  async find(username: string): Promise<Account | null> {
    const row = await withStorage(() => this.#fork().findOne(AccountEntity, { username }));
    return row && toAccount(row);
  }

  /** With its grants, from memory where it is still so: for who is named with each request. */
  findRemembered(username: string): Promise<GrantedAccount | null> {
    return withStorage(() =>
      this.#accounts.find(username, async () => {
        const account = await this.find(username);
        return account && { ...account, grants: await readHeldGrants(this.#database.kysely, account.id) };
      }),
    );
  }

  /** Of somebody of a provider, from memory where it is still so; null: they have no account. */
  async findPersonRemembered(key: PersonKey): Promise<Person | null> {
    const read = async () => ({ person: await findPerson(this.#database.kysely, key) });
    // No issuer has a space.
    const found = await withStorage(() => this.#persons.find(`${key.issuer} ${key.subject}`, read));
    return found?.person ?? null;
  }

  /** With its entry in the audit log, or not at all. Throws CONFLICT for a name that is taken. */
  create(
    { username, roles, passwordHash, passwordExpiresAt = null }: NewAccount,
    entry?: NewAuditEntry,
  ): Promise<Account> {
    return this.#write(async () => {
      const em = this.#fork();
      const id = randomUUID();
      const password = { passwordHash, passwordExpiresAt };
      const row = em.create(AccountEntity, { id, username, ...password, roles: [...roles], createdAt: this.#clock() });
      if (entry) persistEntry(em, entry);
      await em.flush().catch((error: unknown) => {
        if (!isDuplicate(error)) throw error;
        throw new GatewayError('CONFLICT', `There is an account ${username} already.`);
      });
      return toAccount(row);
    });
  }

  /** Effective on the next request of every token; with its entry, or not at all. Throws NOT_FOUND, LAST_ADMIN. */
  async setRoles(id: string, roles: readonly Role[], entry?: NewAuditEntry): Promise<void> {
    await this.transact((trx) => changeAccount(trx, { id }, { roles }, this.#clock(), entry && (() => entry)));
  }

  /**
   * With the entry that `describe` gives, or not at all. Throws NOT_FOUND without the account, UNAUTHENTICATED where
   * that is disabled, and what the token's conditions say.
   */
  createToken(token: NewToken, describe?: DescribeToken): Promise<TokenRecord> {
    return this.transact((trx) => insertToken(trx, token, this.#clock(), describe));
  }

  /** With its account as it is now; expired and revoked tokens too. */
  findToken(hash: string): Promise<TokenRecord | null> {
    return withStorage(() =>
      this.#tokens.find(hash, async () => {
        const row = await this.#fork().findOne(TokenEntity, { hash }, { populate: ['account'] });
        return row && addGrants(this.#database.kysely, toRecord(row));
      }),
    );
  }

  /** Newest first. */
  listTokens(): Promise<UngrantedToken[]> {
    return withStorage(async () => {
      const newestFirst = { createdAt: 'desc', id: 'asc' } as const;
      const rows = await this.#fork().findAll(TokenEntity, { populate: ['account'], orderBy: newestFirst });
      return rows.map(toRecord);
    });
  }

  /** `from`: the address of who used it; null: that is not known. */
  async recordUse(tokenId: string, at: Date, from: string | null = null): Promise<void> {
    const used = { lastUsedAt: at, lastUsedFrom: from };
    // It would be waited for in vain.
    if (this.#database.awayFor !== null) return;
    await withStorage(() => this.#fork().nativeUpdate(TokenEntity, { id: tokenId }, used));
    // All the others are still as they were: each would be read again, once for each use that is written.
    this.#tokens.change(
      ({ id }) => id === tokenId,
      (token) => ({ ...token, ...used }),
    );
  }

  /** From the database, whatever is remembered; of one that was never used when it was made. null: it is gone. */
  async readLastUse(tokenId: string): Promise<Date | null> {
    const query = this.#database.kysely.selectFrom('token').select(['created_at', 'last_used_at']);
    const row = await withStorage(() => query.where('id', '=', tokenId).executeTakeFirst());
    return row ? new Date(row.last_used_at ?? row.created_at) : null;
  }

  /**
   * Effective on the next request; with the entry that `describe` gives, or not at all. A token that is revoked already
   * stays as it is. Throws NOT_FOUND.
   */
  async revokeToken(tokenId: string, describe?: DescribeToken): Promise<void> {
    if (!isUuid(tokenId)) throw noToken();
    await this.transact((trx) => endToken(trx, { id: tokenId }, this.#clock(), describe));
  }

  /**
   * Runs one transaction on accounts and tokens, which is on the disk when this resolves, and forgets what is
   * remembered of them. `work` may run more than once.
   */
  async transact<T>(work: (trx: Kysely<Tables>) => Promise<T>): Promise<T> {
    try {
      return await this.write(work);
    } finally {
      // A commit that failed may be in the database all the same.
      this.#tokens.forget();
      this.#accounts.forget();
      this.#persons.forget();
    }
  }

  /** As `transact`, of what nobody is judged by: what is remembered of accounts and tokens stays. */
  write<T>(work: (trx: Kysely<Tables>) => Promise<T>): Promise<T> {
    return this.#write(() => this.#database.kysely.transaction().execute(work));
  }

  /** For lists, which are not remembered. */
  get kysely(): Kysely<Tables> {
    return this.#database.kysely;
  }

  #fork(): Orm['em'] {
    return this.#database.orm.em.fork();
  }

  #write<T>(work: () => Promise<T>): Promise<T> {
    return this.#database.durably(() => withStorage(work));
  }
}

/** As it stands in its row. */
export function toAccount(row: AccountEntity): Account {
  const { id, username, passwordHash = null, createdAt, disabledAt = null, passwordExpiresAt = null } = row;
  return { id, username, roles: row.roles.filter(isRole), passwordHash, createdAt, disabledAt, passwordExpiresAt };
}

function toRecord(row: TokenEntity): UngrantedToken {
  return {
    id: row.id,
    kind: readKind(row.kind),
    label: row.label,
    roles: row.roles.filter(isRole),
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    lastUsedAt: row.lastUsedAt ?? null,
    lastUsedFrom: row.lastUsedFrom ?? null,
    revokedAt: row.revokedAt ?? null,
    account: toAccount(row.account.unwrap()),
  };
}
