import type { Formats } from '../../pure/format.js';
import type { RetentionRule } from '../../pure/retention.js';
import type { Translate } from '../../text/texts.js';

/** A rule in words: "In team/*: keep the last 10, those younger than 30 days and v*". */
export function sayRule(rule: RetentionRule, t: Translate, formats: Formats): string {
  const { repository, tags, keepLast, keepYoungerThan, keepMatching, keepSemver } = rule;
  const kept = [
    ...(keepLast === null ? [] : [t('retention.say.last', { n: keepLast })]),
    ...(keepYoungerThan === null ? [] : [t('retention.say.younger', { n: keepYoungerThan })]),
    ...(keepSemver === null ? [] : [t('retention.say.versions', { range: keepSemver })]),
    ...keepMatching,
  ];
  const where = tags === '*' ? repository : t('retention.say.tags', { repository, tags });
  if (kept.length === 0) return t('retention.say.nothing', { where });
  return t('retention.say', { where, kept: formats.list(kept) });
}
