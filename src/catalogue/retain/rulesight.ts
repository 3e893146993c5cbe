import type { Viewer } from '../../domain/account.js';
import type { RepositoryGlob } from '../../domain/glob.js';
import { coversGrant, type Right } from '../../domain/grant.js';
import { maxRetentionRules, type RetentionRule } from '../../domain/retention.js';
import { badInput } from '../../errors.js';
import { isAllowed } from '../access.js';

/** Whether a rule of retention is of the places of somebody. */
export type RuleSight = (rule: Pick<RetentionRule, 'repository'>) => boolean;

/**
 * Tells the rules of a registry whose whole pattern somebody's grants give the right to; null: all of them, by a role,
 * which sees them with `READ` and sets them with `RETAIN`.
 */
export function createRuleSight(
  viewer: Viewer | null,
  right: Extract<Right, 'READ' | 'RETAIN'>,
  registryId: string,
): RuleSight | null {
  // Whoever reads by a role reads all rules, and sets those alone that no role is needed for.
  const hasRole = isAllowed(viewer && { ...viewer, grants: [] }, right === 'READ' ? 'read' : 'regulate');
  if (hasRole) return null;
  const grants = viewer?.grants ?? [];
  return ({ repository }) => coversGrant(grants, { registryId, repositories: repository as RepositoryGlob, right });
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
