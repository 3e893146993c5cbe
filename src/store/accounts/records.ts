import type { Selectable } from 'kysely';
import { isRole, type Role, type TokenFacts, type TokenKind, tokenKinds } from '../../domain/account.js';
import type { Grant } from '../../domain/grant.js';
import type { NewAuditEntry } from '../../domain/audit.js';
import { GatewayError, notFound } from '../../errors.js';
import type { Tables } from '../database/database.js';
import { fromJsonText } from '../database/json.js';

export interface Account {
  readonly id: string;
  readonly username: string;
  readonly roles: readonly Role[];
  /** An argon2id string; null: a machine account, which cannot log in. */
  readonly passwordHash: string | null;
  readonly createdAt: Date;
  /** null: it is not. */
  readonly disabledAt: Date | null;
  /** Of a one-time password, which is only good for changing it; null: the password lasts, or there is none. */
  readonly passwordExpiresAt: Date | null;
}

/** An account with its own grants and those of its teams. */
export interface GrantedAccount extends Account {
  readonly grants: readonly Grant[];
}

export type NewAccount = Pick<Account, 'username' | 'roles' | 'passwordHash'> &
  Partial<Pick<Account, 'passwordExpiresAt'>>;

/** The facts that may be told about a token, or a service key: all but the thing itself. */
export interface TokenRecord extends Omit<TokenFacts, 'username'> {
  /** That it is of, or that made it. */
  readonly account: Account;
  /** That it was made with; of a login none: it has what its account has. */
  readonly grants: readonly Grant[];
  /** The rights beside its roles, as far as its account has them now by roles or grants. */
  readonly heldGrants: readonly Grant[];
}

export interface NewToken {
  readonly accountId: string;
  /** SHA-256 of the token's text, hex. */
  readonly hash: string;
  readonly label: string;
  readonly roles: readonly Role[];
  readonly grants?: readonly Grant[];
  /** As the audit log names who gives the grants. */
  readonly givenBy?: string;
  readonly expiresAt: Date;
  /** `TOKEN` where it is left out. */
  readonly kind?: TokenKind;
  readonly conditions?: TokenConditions;
}

/** A token is made only while these hold: what was looked at before it is made may have changed since. */
export interface TokenConditions {
  /** The hash of the password that it is given for. */
  readonly passwordHash?: string | null;
  /** The token of whoever asks for it. */
  readonly madeBy?: string;
  /** Valid ones of the account that were not given for a password, with this one. */
  readonly most?: number;
}

/** Words the entry that is written with a change of the token. */
export type DescribeToken = (token: TokenRecord) => NewAuditEntry;

export function noAccount(): GatewayError {
  return notFound('There is no such account.');
}

/** Of a password, a token or an account that somebody changed while this was on its way. */
export function noLongerValid(): GatewayError {
  const message = 'The password or the token that this was asked with was changed or ended meanwhile. Log in again.';
  return new GatewayError('UNAUTHENTICATED', message);
}

export function noToken(): GatewayError {
  return notFound('There is no token with this id.');
}

export function readAccount(row: Selectable<Tables['account']>): Account {
  return {
    id: row.id,
    username: row.username,
    roles: readRoles(row.roles),
    passwordHash: row.password_hash,
    createdAt: new Date(row.created_at),
    disabledAt: readTime(row.disabled_at),
    passwordExpiresAt: readTime(row.password_expires_at),
  };
}

/** Without its grants. */
export type UngrantedToken = Omit<TokenRecord, 'grants' | 'heldGrants'>;

export function readToken(row: Omit<Selectable<Tables['token']>, 'hash'>): Omit<UngrantedToken, 'account'> {
  return {
    id: row.id,
    kind: readKind(row.kind),
    label: row.label,
    roles: readRoles(row.roles),
    createdAt: new Date(row.created_at),
    expiresAt: new Date(row.expires_at),
    lastUsedAt: readTime(row.last_used_at),
    lastUsedFrom: row.last_used_from,
    revokedAt: readTime(row.revoked_at),
  };
}

/** A kind that no longer exists is none that has rights of its own. */
export function readKind(text: string): TokenKind {
  return tokenKinds.find((kind) => kind === text) ?? 'TOKEN';
}

/** Roles that no longer exist are left out. */
function readRoles(text: Selectable<Tables['account']>['roles']): Role[] {
  return fromJsonText(text).filter(isRole);
}

function readTime(value: number | null): Date | null {
  return value === null ? null : new Date(value);
}
