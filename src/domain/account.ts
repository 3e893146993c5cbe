import type { RepositoryGlob } from './glob.js';
import { coversGrant, type Grant, type Right } from './grant.js';

/**
 * The rights of an account, or of a token of it. `admin` may do everything; `registries:rw` may read, attach and detach
 * registries, delete and put back; `registries:ro` may read.
 */
export const roles = ['admin', 'registries:rw', 'registries:ro'] as const;
export type Role = (typeof roles)[number];

/** Who is asking, with what rights. */
export interface Viewer {
  /** Of a service key, the account that made it; of a bearer token, that of its person, or an id for its subject. */
  readonly accountId: string;
  /** Of a service key, `serviceKeyActor` of its id: no account has that name. */
  readonly username: string;
  readonly roles: readonly Role[];
  /** Beside what the roles give everywhere; absent: none. */
  readonly grants?: readonly Grant[];
  /** The token, or service key, that says so; absent: work of the gateway itself, or a proxy says so. */
  readonly tokenId?: string;
  /** Of that token, where it is of the gateway's own. */
  readonly tokenKind?: TokenKind;
  /** When that token ends at the latest. */
  readonly expiresAt?: Date;
  /** A cookie says so, of a page of the gateway's own. */
  readonly isSession?: boolean;
}

/** Equal, as JSON, for viewers who see the same and may do the same. */
export function nameRights({ roles, grants = [] }: Viewer): readonly unknown[] {
  const given = grants.map(({ registryId, repositories, right }) => JSON.stringify([registryId, repositories, right]));
  return [[...roles].sort(), given.sort()];
}

/**
 * `LOGIN` was given for a password, or by single sign-on. A `SERVICE_KEY` goes by its own header, and speaks for
 * itself.
 */
export const tokenKinds = ['LOGIN', 'TOKEN', 'SERVICE_KEY'] as const;
export type TokenKind = (typeof tokenKinds)[number];

/** Roles that have all that another has: whoever has one of these may give the other. */
const greaterRoles: Readonly<Record<Role, readonly Role[]>> = {
  admin: [],
  'registries:rw': ['admin'],
  'registries:ro': ['admin', 'registries:rw'],
};

/** Whether `held` have all that the role has. */
export function hasRightsOf(held: readonly Role[], role: Role): boolean {
  return held.includes(role) || greaterRoles[role].some((greater) => held.includes(greater));
}

/**
 * Granted roles as far as those that are held reach: one that is not among them becomes the greatest below it that is.
 */
export function meetRoles(granted: readonly Role[], held: readonly Role[]): Role[] {
  // `roles` has the greatest first.
  const left = granted.flatMap(
    (role) => roles.find((lesser) => hasRightsOf([role], lesser) && hasRightsOf(held, lesser)) ?? [],
  );
  return [...new Set(left)];
}

/** The right that a role has to every repository. */
const rightOfRole: Readonly<Record<Role, Right>> = {
  admin: 'RETAIN',
  'registries:rw': 'DELETE',
  'registries:ro': 'READ',
};

/** All rights to repositories: grants, and what the roles have everywhere. */
export function listRights({ roles, grants = [] }: Pick<Viewer, 'roles' | 'grants'>): Grant[] {
  const everywhere = { registryId: null, repositories: '*' as RepositoryGlob };
  return [...roles.map((role) => ({ ...everywhere, right: rightOfRole[role] })), ...grants];
}

/** Whether somebody has all that these roles and grants give. */
export function hasAllOf(held: Pick<Viewer, 'roles' | 'grants'>, given: Pick<Viewer, 'roles' | 'grants'>): boolean {
  const rights = listRights(held);
  return (
    given.roles.every((role) => hasRightsOf(held.roles, role)) &&
    (given.grants ?? []).every((grant) => coversGrant(rights, grant))
  );
}

/** The facts that may be told of an account: all but the hash of its password. */
export interface AccountFacts {
  readonly id: string;
  readonly username: string;
  readonly roles: readonly Role[];
  readonly createdAt: Date;
  /** null: it is not. */
  readonly disabledAt: Date | null;
  /** Whether a password is set; machines have none. */
  readonly hasPassword: boolean;
  /** Of a one-time password, which is only good for changing it; null: the password lasts, or there is none. */
  readonly passwordExpiresAt: Date | null;
}

/** Narrows a list of accounts; a field that is absent or null does not narrow it. */
export interface AccountFilter {
  readonly nameContains?: string | null;
  readonly role?: Role | null;
  readonly disabled?: boolean | null;
}

/** The facts that may be told of a token, or of a service key: all but the thing itself. */
export interface TokenFacts {
  readonly id: string;
  readonly kind: TokenKind;
  /** The account that it is of, or that made it. */
  readonly username: string;
  readonly label: string;
  /** As granted, and as changes of the account's own have left them. */
  readonly roles: readonly Role[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** To the minute; null: never. */
  readonly lastUsedAt: Date | null;
  readonly lastUsedFrom: string | null;
  /** null: it was not. */
  readonly revokedAt: Date | null;
}

/** Narrows a list of tokens; a field that is absent or null does not narrow it. */
export interface TokenFilter {
  readonly username?: string | null;
  readonly kind?: TokenKind | null;
  /** Neither revoked nor expired. */
  readonly valid?: boolean | null;
}

/** Characters of a password that is set. */
export const minPassword = 8;
export const maxPassword = 1024;

/** Why it is not taken as a password, as the end of a sentence; null: it is. */
export function findPasswordFault(password: string): string | null {
  if (password.length < minPassword) return `must have at least ${minPassword} characters.`;
  return password.length > maxPassword ? `must have at most ${maxPassword} characters.` : null;
}

/** Milliseconds that a one-time password is good. */
export const oneTimeLifetime = 24 * 60 * 60 * 1000;

/** Characters of a token's label. */
export const maxLabel = 100;

/** Days that a token is valid: where nothing else is said, and at the most. */
export const tokenDays = { usual: 90, most: 365 } as const;

/** A service key as an actor. No account has parentheses in its name. */
export function serviceKeyActor(id: string): string {
  return `(service key: ${id})`;
}

export function isRole(text: unknown): text is Role {
  return roles.includes(text as Role);
}

/** `[a-z0-9._@-]{1,64}`: no colon, which ends it in X-Access-Token, and no case to confuse. */
export function isUsername(text: string): boolean {
  return /^[a-z0-9._@-]{1,64}$/.test(text);
}
