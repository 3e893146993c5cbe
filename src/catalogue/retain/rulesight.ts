import type { Viewer } from '../../domain/account.js';
import type { RepositoryGlob } from '../../domain/glob.js';
import { coversGrant } from '../../domain/grant.js';
import { maxRetentionRules, type RetentionRule } from '../../domain/retention.js';
import { badInput } from '../../errors.js';
import { isAllowed } from '../access.js';

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
