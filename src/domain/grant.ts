import { matchesGlob, type RepositoryGlob } from './glob.js';
import type { RepositoryName } from './name.js';

/**
 * The rights that a grant can give, the least first; each has all before it. `READ` sees; `DELETE` deletes and puts
 * back; `RETAIN` says what is deleted by itself, and has it done.
 */
export const rights = ['READ', 'DELETE', 'RETAIN'] as const;
export type Right = (typeof rights)[number];

/** The repositories that a grant is about. */
export interface GrantedPlace {
  /** null: of every registry, those attached later too. */
  readonly registryId: string | null;
  readonly repositories: RepositoryGlob;
}

/** A right in a place, beside what roles give everywhere. */
export interface Grant extends GrantedPlace {
  readonly right: Right;
}

/** A grant that somebody was given, as it may be told. */
export interface GivenGrant extends Grant {
  readonly id: string;
  /** As the audit log names who does things. */
  readonly givenBy: string;
  readonly givenAt: Date;
}

/** Accounts that are given rights together. */
export interface TeamFacts {
  readonly id: string;
  /** As an account's name is written. */
  readonly name: string;
  readonly description: string;
  readonly createdAt: Date;
}

/** Teams, members of one, and teams that an account is in. */
export const maxTeams = { all: 1000, members: 500, ofAccount: 10 } as const;

/** Characters of a team's description. */
export const maxTeamDescription = 200;

/** Whom a grant is given to: an account or a team, by its name. */
export type GrantHolder = { readonly account: string } | { readonly team: string };

/** Grants of one account, of one team, and of one token. */
export const maxGrants = 100;

/** Whether `held` has all that `right` has. */
export function includesRight(held: Right, right: Right): boolean {
  return rights.indexOf(held) >= rights.indexOf(right);
}

/** Equal for equal places alone: no pattern has a space. */
export function keyOfPlace({ registryId, repositories }: GrantedPlace): string {
  return `${registryId ?? ''} ${repositories}`;
}

/** Whether a repository is of the place. */
export function isOfPlace(place: GrantedPlace, registryId: string, repository: RepositoryName): boolean {
  return (place.registryId === null || place.registryId === registryId) && matchesGlob(place.repositories, repository);
}

/** Whether one of the grants gives the right to a repository. */
export function grantsRight(
  grants: readonly Grant[],
  right: Right,
  registryId: string,
  repository: RepositoryName,
): boolean {
  return grants.some((grant) => includesRight(grant.right, right) && isOfPlace(grant, registryId, repository));
}

/**
 * Whether all repositories of `inner` are of `outer`, as far as their patterns tell: they are the same, or that of
 * `outer` has one star, at its end, and `inner` begins with what stands before. False for some that it holds for, never
 * true for one that it does not.
 */
export function coversPlace(outer: GrantedPlace, inner: GrantedPlace): boolean {
  return (
    (outer.registryId === null || outer.registryId === inner.registryId) &&
    coversPattern(outer.repositories, inner.repositories)
  );
}

/** Whether a pattern of a registry's repositories and a place may name the same one. */
export function meetsPlace(place: GrantedPlace, registryId: string, pattern: string): boolean {
  return (place.registryId === null || place.registryId === registryId) && meetsPattern(place.repositories, pattern);
}

/** Whether one of the grants gives all that another would. */
export function coversGrant(held: readonly Grant[], wanted: Grant): boolean {
  return held.some((grant) => includesRight(grant.right, wanted.right) && coversPlace(grant, wanted));
}

/**
 * Grants that are wanted as far as they are held, as patterns tell: the lesser right, and the narrower place. Two
 * patterns of which neither covers the other have nothing in common here.
 */
export function meetGrants(wanted: readonly Grant[], held: readonly Grant[]): Grant[] {
  const met = wanted.flatMap((want) =>
    held.flatMap((grant) => {
      const place = meetPlaces(want, grant);
      return place ? [{ ...place, right: includesRight(grant.right, want.right) ? want.right : grant.right }] : [];
    }),
  );
  return keepGreatest(met);
}

/** null: they have nothing in common, as far as their patterns tell. */
function meetPlaces(one: GrantedPlace, other: GrantedPlace): GrantedPlace | null {
  if (one.registryId !== null && other.registryId !== null && one.registryId !== other.registryId) return null;
  const registryId = one.registryId ?? other.registryId;
  if (coversPattern(other.repositories, one.repositories)) return { registryId, repositories: one.repositories };
  return coversPattern(one.repositories, other.repositories) ? { registryId, repositories: other.repositories } : null;
}

/** Of several for one place that with the greatest right. */
export function keepGreatest(grants: readonly Grant[]): Grant[] {
  const kept = new Map<string, Grant>();
  for (const grant of grants) {
    const key = keyOfPlace(grant);
    const before = kept.get(key);
    if (!before || !includesRight(before.right, grant.right)) kept.set(key, grant);
  }
  return [...kept.values()];
}

/** Takes time in proportion to the patterns' length, whoever wrote them: pairs of them may be many. */
function coversPattern(outer: string, inner: string): boolean {
  if (outer === inner) return true;
  const beginning = outer.slice(0, -1);
  return outer.endsWith('*') && !/[*?]/.test(beginning) && inner.startsWith(beginning);
}

/**
 * Whether some text is of both: finds all pairs of places in them that a beginning of one can have come to, a row for
 * each place of `one`.
 */
function meetsPattern(one: string, other: string): boolean {
  let row = new Uint8Array(other.length + 2);
  row[0] = 1;
  for (let mine = 0; mine <= one.length; mine++) {
    const next = new Uint8Array(other.length + 2);
    const a = one[mine];
    for (let its = 0; its <= other.length; its++) {
      if (row[its] === 0) continue;
      const b = other[its];
      if (a === undefined && b === undefined) return true;
      if (a === '*' || b === '*') {
        // A star takes nothing, or what the other has next.
        next[its] = 1;
        row[its + 1] = 1;
      } else if (a === b || (a === '?' && b !== undefined) || (b === '?' && a !== undefined)) next[its + 1] = 1;
    }
    row = next;
  }
  return false;
}
