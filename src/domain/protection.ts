import { badInput } from '../errors.js';
import { matchesAll, matchesGlob, parseGlob, parseRepositoryGlob } from './glob.js';
import type { RepositoryName, TagName } from './name.js';
import type { ProtectionRule } from './registry.js';

/** Every tag that is deleted is held against each of them. */
export const maxProtectionRules = 100;

/** Throws BAD_USER_INPUT naming the rule: `['input', 'rules', '3', 'tag']`. */
export function parseProtection(rules: readonly ProtectionRule[], ...path: string[]): ProtectionRule[] {
  if (rules.length > maxProtectionRules)
    throw badInput(`A registry takes up to ${maxProtectionRules} rules of protection, got ${rules.length}.`, ...path);
  return rules.map(({ repository, tag }, at) => ({
    repository: parseRepositoryGlob(repository, ...path, `${at}`, 'repository'),
    tag: parseGlob(tag, ...path, `${at}`, 'tag'),
  }));
}

/** The rules that name tags of this repository. */
export function rulesFor(rules: readonly ProtectionRule[], repository: RepositoryName): readonly ProtectionRule[] {
  return rules.filter((rule) => matchesGlob(rule.repository, repository));
}

/** Of rules for its repository, the first that names this tag. */
export function findRuleOf(rules: readonly ProtectionRule[], tag: TagName): ProtectionRule | null {
  return rules.find((rule) => matchesGlob(rule.tag, tag)) ?? null;
}

/** Of rules for a repository, the first that names whatever tag it has, and will have. */
export function findWholeRule(rules: readonly ProtectionRule[]): ProtectionRule | null {
  return rules.find((rule) => matchesAll(rule.tag)) ?? null;
}
