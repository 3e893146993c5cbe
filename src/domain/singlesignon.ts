import type { Role } from './account.js';

/** An OpenID Provider, and what those whom it knows may do here. */
export interface SingleSignOnSettings {
  /** Its issuer identifier, as its tokens have it. */
  readonly issuer: string;
  readonly usernameClaim: string;
  readonly groupsClaim: string;
  /** Roles by group; everybody that the provider knows is in the group `*`. */
  readonly roles: readonly GroupRole[];
  /** Whoever is not in it is let in nowhere; null: there is none. */
  readonly requiredGroup: string | null;
  /** `aud` of the bearer tokens that are taken; null: none are. */
  readonly audience: string | null;
  /** null: nobody logs in by it. */
  readonly client: SignOnClient | null;
  /** The provider may be at http: addresses. */
  readonly isHttpAllowed: boolean;
}

/** The gateway as a client of the provider, by which people log in. */
export interface SignOnClient {
  /** `client_id`. */
  readonly id: string;
  /** null: it is a public client, which shows by PKCE alone that it began the login. */
  readonly secret: string | null;
  /** Joined by spaces; `openid` is among them. */
  readonly scopes: string;
  /** People call the provider so: it stands on the explorer's button. */
  readonly name: string;
  /** Hours that a login is good. */
  readonly sessionHours: number;
  /** Whether accounts are in the teams that are called as their groups, and in no others. */
  readonly areTeamsGroups: boolean;
}

export interface GroupRole {
  readonly group: string;
  readonly role: Role;
}

/** Somebody, or a machine, as the provider's claims describe them. */
export interface ProviderIdentity {
  /** Of this provider for ever, and of nobody else: `sub`. */
  readonly subject: string;
  /** By the username claim, which may be another's tomorrow; null: it has none that can be a name. */
  readonly name: string | null;
  readonly groups: readonly string[];
  /** false: they are not in the group that is required. */
  readonly isLetIn: boolean;
  /** By their groups; none: they may not do anything, but for what their account was granted. */
  readonly roles: readonly Role[];
}

/** The group that everybody is in. */
export const everybody = '*';

/** Characters of a subject (OpenID Connect Core §2), and of a name. */
const longestSubject = 255;
const longestName = 128;

/** Characters of a JWT that is looked at; those with many groups have some thousands. */
const longestToken = 12_288;

/** Groups that are looked at; far more than anybody is in. */
const mostGroups = 10_000;

/**
 * Reads who is meant from claims that were verified. null: the subject is none that can be written down: spaces,
 * parentheses and characters beyond ASCII are not taken.
 */
export function readProviderIdentity(
  claims: Readonly<Record<string, unknown>>,
  { usernameClaim, groupsClaim, roles, requiredGroup }: SingleSignOnSettings,
): ProviderIdentity | null {
  const { sub } = claims;
  if (typeof sub !== 'string' || !isPlain(sub, longestSubject)) return null;
  const name = findClaim(claims, usernameClaim);
  const groups = readGroups(findClaim(claims, groupsClaim), groupsClaim);
  const isLetIn = requiredGroup === null || groups.includes(requiredGroup);
  const given = roles.filter(({ group }) => group === everybody || groups.includes(group)).map(({ role }) => role);
  return {
    subject: sub,
    name: typeof name === 'string' && isPlain(name, longestName) ? name : null,
    groups,
    isLetIn,
    roles: isLetIn ? [...new Set(given)] : [],
  };
}

/** Whether a text has the form of a JWT: a header that is an object, claims, and a signature (RFC 7519 §3). */
export function isJwt(text: string): boolean {
  return text.length <= longestToken && /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/.test(text);
}

/** A machine, or somebody's program, as an actor: by its name, and by what nobody else has. No account is called so. */
export function bearerActor({ name, subject }: Pick<ProviderIdentity, 'name' | 'subject'>): string {
  return name === null || name === subject ? `(jwt: ${subject})` : `(jwt: ${name}, ${subject})`;
}

/** Whether an actor's name is one that `bearerActor` gives. */
export function isBearerActor(actor: string): boolean {
  return actor.startsWith('(jwt: ');
}

/** A claim by its name, which may have dots; else by its place, `realm_access.roles`. */
export function findClaim(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let found: unknown = claims;
  for (const part of name.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[part];
  }
  return found;
}

/** A list, or one group; `scope` and `scp` are one text, with spaces between (RFC 8693 §4.2). */
function readGroups(value: unknown, claim: string): readonly string[] {
  if (Array.isArray(value)) return value.slice(0, mostGroups).filter((group) => typeof group === 'string');
  if (typeof value !== 'string') return [];
  return claim === 'scope' || claim === 'scp' ? value.split(' ').slice(0, mostGroups) : [value];
}

function isPlain(text: string, longest: number): boolean {
  return text.length <= longest && /^[\x21-\x27\x2a-\x7e]+$/.test(text);
}
