import { isRepositoryName } from '../../domain/name.js';
import type { Challenge } from '../network/challenge.js';

/** A registry names few scopes; what is longer is not read. */
const longest = 2048;

/**
 * `type:name:action,action`; a type may have a class (distribution, "Token Scope Documentation"): `repository(plugin)`.
 */
const form = /^([a-z0-9]+(?:\([a-z0-9]+\))?):(.*):([a-z_*]+(?:,[a-z_*]+)*)$/;

/** Azure has rights of its own on names and tags. */
const reads = ['pull', 'metadata_read'];
const writes = [...reads, 'push', 'delete', 'metadata_write', '*'];

/**
 * The scope that a token is asked for, several with a space between. The challenge says what the request takes, and is
 * followed where that gives no more than the request is for, because a registry could have a token made for another
 * repository:
 * 1. on the repository that is needed, reading for a read. Some want more rights before they delete (Quay: pull and
 *   push); those are given to a write;
 * 2. for the catalogue, its own scope, and reading what cannot be the name of a repository (zot: `repository::pull`).
 *   Whatever else it names is left out; without a rest, the scope that is needed is asked for.
 */
export function chooseScope(needed: string, challenge: Challenge): string {
  const offered = challenge.parameters.get('scope') ?? '';
  if (offered.length > longest) return needed;
  const scopes = new Set(offered.split(' ').filter((each) => isAllowed(each, needed)));
  return scopes.size === 0 ? needed : [...scopes].join(' ');
}

function isAllowed(scope: string, needed: string): boolean {
  const offer = parseScope(scope);
  const need = parseScope(needed);
  if (!offer || !need) return false;
  const isCatalogue = need.type === 'registry';
  if (isCatalogue && offer.type === 'registry')
    return offer.name === need.name && offer.actions.every((each) => each === '*' || reads.includes(each));
  if (!offer.type.startsWith('repository')) return false;
  if (isCatalogue) return !isRepositoryName(offer.name) && !offer.name.includes('*') && isSubset(offer.actions, reads);
  const isRead = isSubset(need.actions, reads);
  return offer.name === need.name && isSubset(offer.actions, isRead ? reads : writes);
}

function isSubset(actions: readonly string[], all: readonly string[]): boolean {
  return actions.every((each) => all.includes(each));
}

interface Scope {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

function parseScope(text: string): Scope | null {
  const [, type, name, actions] = form.exec(text) ?? [];
  return type === undefined || name === undefined || actions === undefined
    ? null
    : { type, name, actions: actions.split(',') };
}
