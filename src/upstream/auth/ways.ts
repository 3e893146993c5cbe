import type { Credentials } from '../../domain/registry.js';
import type { Answer } from '../failure/asked.js';
import { buildBasic, explainMissing, explainNoWay, nameProxy, readChallenges } from '../network/login.js';
import { judgeRealm, type RealmRule } from './realm.js';
import { chooseScope } from './scope.js';
import { explainRejected } from './tokens.js';

export interface Bearer {
  readonly kind: 'bearer';
  readonly realm: URL;
  readonly service: string | null;
}

/** `open`: no challenge was met where strangers are usually met with one. */
export type Scheme = { readonly kind: 'basic' } | { readonly kind: 'open' } | Bearer;

/** Something that can be sent after a challenge. `grant` is the scopes that a token is asked for. */
export type Way = { readonly kind: 'basic'; readonly header: string } | (Bearer & { readonly grant: string });

/** A challenge is judged by these, beside what it says. */
export interface WayRule {
  readonly rule: RealmRule;
  readonly credentials: Credentials | null;
}

/**
 * Chooses what can be sent after the challenge of this answer, the best first. `rejected` is the header that was sent
 * with the request; its `scope` is the one that it needs. Throws UPSTREAM_AUTH when the challenge leaves no way at all,
 * and UPSTREAM_REALM_REFUSED.
 */
export function listWays(
  { rule, credentials }: WayRule,
  answer: Answer,
  rejected: string | null,
  scope: string,
): Way[] {
  const challenges = readChallenges(answer);
  const bearer = challenges.find((each) => each.scheme === 'bearer');
  const takesBasic = challenges.some((each) => each.scheme === 'basic');
  const basic: Way[] = takesBasic && credentials ? [{ kind: 'basic', header: buildBasic(credentials) }] : [];
  if (bearer) {
    // A realm that is refused ends it, though Basic may be offered too: such an offer is no reason to trust that
    // registry.
    const realm = judgeRealm(bearer.parameters.get('realm'), rule);
    const one: Bearer = { kind: 'bearer', realm, service: bearer.parameters.get('service') ?? null };
    return [...new Set([chooseScope(scope, bearer), scope])].map((grant): Way => ({ ...one, grant })).concat(basic);
  }
  if (!takesBasic) throw nameProxy(explainNoWay(rule.registry), answer);
  if (!credentials) throw nameProxy(explainMissing(rule.registry), answer);
  const left = basic.filter((way) => way.kind !== 'basic' || way.header !== rejected);
  if (left.length === 0) {
    throw nameProxy(explainRejected(`Registry ${rule.registry}`, rule.registry, answer.status), answer);
  }
  return left;
}

export function schemeOf(way: Way): Scheme {
  return way.kind === 'basic' ? { kind: 'basic' } : { kind: 'bearer', realm: way.realm, service: way.service };
}

/** Tells the ways of one request apart. */
export function nameOf(way: Way): string {
  return way.kind === 'basic' ? 'basic' : `bearer ${way.grant}`;
}
