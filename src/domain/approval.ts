import { badInput } from '../errors.js';
import { matchesGlob, parseRepositoryGlob } from './glob.js';
import type { RepositoryName } from './name.js';
import type { ApprovalRule } from './registry.js';

/** Each deletion is held against all of them. */
export const maxApprovalRules = 100;

/** The most tags that a rule lets one delete alone: as many as no repository has. */
export const mostAbove = 1_000_000;

/** Days that a deletion waits for a second person: where nothing else is said, and at the most. */
export const approvalDays = { usual: 7, most: 30 } as const;

/** Deletions that wait at a time: what one account asks for keeps nobody else from asking. */
export const maxWaiting = { ofRegistry: 50, ofAccount: 10 } as const;

/** Milliseconds for which what an account had deleted in a repository counts along with what it asks for. */
export const countedTogether = 24 * 60 * 60 * 1000;

/** Throws BAD_USER_INPUT naming the rule: `['input', 'approvals', '3', 'above']`. */
export function parseApprovals(rules: readonly ApprovalRule[], ...path: string[]): ApprovalRule[] {
  if (rules.length > maxApprovalRules)
    throw badInput(`A registry takes up to ${maxApprovalRules} rules of approval, got ${rules.length}.`, ...path);
  return rules.map(({ repository, above, days }, at) => {
    if (!Number.isInteger(above) || above < 0 || above > mostAbove)
      throw badInput(`"above" must be 0 to ${mostAbove} tags, got ${above}.`, ...path, `${at}`, 'above');
    if (!Number.isInteger(days) || days < 1 || days > approvalDays.most)
      throw badInput(`"days" must be 1 to ${approvalDays.most}, got ${days}.`, ...path, `${at}`, 'days');
    return { repository: parseRepositoryGlob(repository, ...path, `${at}`, 'repository'), above, days };
  });
}

/** The rules that are about a repository. */
export function approvalsOf(rules: readonly ApprovalRule[], repository: RepositoryName): readonly ApprovalRule[] {
  return rules.filter((rule) => matchesGlob(rule.repository, repository));
}

/** Of rules for its repository, that by which a deletion of so many tags waits the shortest; null: none has it wait. */
export function findApproval(rules: readonly ApprovalRule[], tagCount: number): ApprovalRule | null {
  const exceeded = rules.filter(({ above }) => tagCount > above);
  return exceeded.toSorted((a, b) => a.days - b.days)[0] ?? null;
}
