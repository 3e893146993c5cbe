import type { Viewer } from '../../domain/account.js';
import type { RepositoryGlob } from '../../domain/glob.js';
import { coversGrant, meetsPlace } from '../../domain/grant.js';
import type { Registry } from '../../domain/registry.js';
import { maxRetentionRules, type RetentionRule } from '../../domain/retention.js';
import { badInput, GatewayError } from '../../errors.js';
import { isAllowed } from '../access.js';
import type { RequestContext } from '../context.js';

/** Whether a rule of retention is of the places of somebody. */
export type RuleSight = (rule: Pick<RetentionRule, 'repository'>) => boolean;

/**
 * Tells the rules of a registry that somebody may set: those whose whole pattern their grants give `RETAIN` to; null:
 * all of them, by a role. Which are shown is said by catalogue/seeing/seenregistries.ts.
 */
export function createRuleSight(viewer: Viewer | null, registryId: string): RuleSight | null {
  if (isAllowed(viewer && { ...viewer, grants: [] }, 'regulate')) return null;
  const grants = viewer?.grants ?? [];
  return ({ repository }) =>
    coversGrant(grants, { registryId, repositories: repository as RepositoryGlob, right: 'RETAIN' });
}

/**
 * The rules as they are after somebody has set those of their places: these stand where the first of theirs stood, and
 * the others stay as they were. Throws BAD_USER_INPUT for more than a registry takes.
 */
export function mergeRules(
  before: readonly RetentionRule[],
  mine: readonly RetentionRule[],
  isMine: RuleSight,
): readonly RetentionRule[] {
  const first = before.findIndex(isMine);
  const at = first < 0 ? before.length : first;
  const others = (rules: readonly RetentionRule[]): readonly RetentionRule[] => rules.filter((rule) => !isMine(rule));
  const merged = [...others(before.slice(0, at)), ...mine, ...others(before.slice(at))];
  if (merged.length <= maxRetentionRules) return merged;
  const what = `A registry takes up to ${maxRetentionRules} rules of retention, those of other places too.`;
  throw badInput(
    `${what} Give ${Math.max(0, mine.length - (merged.length - maxRetentionRules))} at the most.`,
    'input',
    'rules',
  );
}

/** Throws FORBIDDEN for the interval, which is of the whole registry, and for a rule of somebody else's place. */
export function assertOwnRules(
  { viewer }: RequestContext,
  rules: readonly RetentionRule[],
  interval: number | null | undefined,
  isMine: RuleSight,
): void {
  const who = viewer?.username ?? '';
  const forbid = (what: string, ...path: string[]): GatewayError =>
    new GatewayError('FORBIDDEN', `${who} may not do this: ${what}.`, { path: ['input', ...path] });
  if (interval !== undefined)
    throw forbid('how often rules are run is said by the role admin, for the whole registry', 'intervalHours');
  const at = rules.findIndex((rule) => !isMine(rule));
  if (at < 0) return;
  const what = `the rule for ${rules[at]!.repository} needs the role admin, or a grant of RETAIN to all of that`;
  throw forbid(what, 'rules', String(at), 'repository');
}

/**
 * Of rules that somebody's grants let them change. Throws FORBIDDEN where deletions wait for a second person: a run by
 * rules waits for none.
 */
export function assertNoneWaits({ viewer }: RequestContext, registry: Registry, rules: readonly RetentionRule[]): void {
  const met = rules.find(({ repository }) => {
    const place = { registryId: null, repositories: repository as RepositoryGlob };
    return registry.approvals.some((approval) => meetsPlace(place, registry.id, approval.repository));
  });
  if (!met) return;
  const place = `${met.repository} of ${registry.name}`;
  const what = `deletions from ${place} wait for a second person, and a run by rules does not`;
  const message = `${viewer?.username} may not do this: ${what}. It needs the role admin.`;
  throw new GatewayError('FORBIDDEN', message, { path: ['input', 'rules'] });
}
