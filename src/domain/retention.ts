import type { Range } from 'semver';
import { badInput } from '../errors.js';
import type { Tag } from './catalogue.js';
import { matchesGlob, parseGlob, parseRepositoryGlob } from './glob.js';
import type { RepositoryName, TagName } from './name.js';
import { forEachInPieces, runAtOnce, sortInPieces } from './pieces.js';
import { isReferrerTag, parseVersionRange, readTagVersion, toSortKey } from './version.js';

/**
 * Which tags of which repositories are kept. Patterns as in ProtectionRule. A tag is kept when any of the conditions
 * holds it.
 */
export interface RetentionRule {
  readonly repository: string;
  /** The tags it is about. */
  readonly tags: string;
  /** That many of them, those that changed last. */
  readonly keepLast: number | null;
  /** Days. */
  readonly keepYoungerThan: number | null;
  /** Patterns of tags. */
  readonly keepMatching: readonly string[];
  /** As npm writes ranges. */
  readonly keepSemver: string | null;
}

/** As a caller gives it. */
export type RetentionRuleDraft = { readonly [K in keyof RetentionRule]?: RetentionRule[K] | null } & Pick<
  RetentionRule,
  'repository'
>;

/**
 * Why a tag is kept:
 * - `NO_RULE`: no rule is about it;
 * - `LAST`, `YOUNGER`, `MATCHING`, `SEMVER`: a condition of a rule about it holds it;
 * - `VERSION_UNCLEAR`: a rule about it goes by versions, and it looks like one that no range can be asked about;
 * - `UNDATED`: a rule about it goes by time, and its time is not known well enough;
 * - `UNREAD`: what it points to could not be read;
 * - `HIDDEN`: it is a signature or a fallback tag, which belongs to another image;
 * - `PROTECTED`: a rule of protection names it;
 * - `INDEX_CHILD`: its image stands in an index that is kept.
 */
export const keepReasons = [
  'NO_RULE',
  'LAST',
  'YOUNGER',
  'MATCHING',
  'SEMVER',
  'VERSION_UNCLEAR',
  'UNDATED',
  'UNREAD',
  'HIDDEN',
  'PROTECTED',
  'INDEX_CHILD',
] as const;
export type KeepReason = (typeof keepReasons)[number];

/** Each tag is held against every rule for its repository, and every pattern of it. */
export const maxRetentionRules = 20;
export const maxKeepMatching = 20;
const maxKeepLast = 10_000;
const maxDays = 36_500;
const day = 86_400_000;

/**
 * Throws BAD_USER_INPUT naming the rule: `['input', 'rules', '3', 'keepLast']`. A rule that keeps nothing would delete
 * all it is about.
 */
export function parseRetention(rules: readonly RetentionRuleDraft[], ...path: string[]): RetentionRule[] {
  if (rules.length > maxRetentionRules)
    throw badInput(`A registry takes up to ${maxRetentionRules} rules of retention, got ${rules.length}.`, ...path);
  return rules.map((rule, at) => parseRule(rule, ...path, `${at}`));
}

function parseRule(
  { repository, tags, keepLast, keepYoungerThan, keepMatching, keepSemver }: RetentionRuleDraft,
  ...path: string[]
): RetentionRule {
  const rule = {
    repository: parseRepositoryGlob(repository, ...path, 'repository'),
    tags: parseGlob(tags ?? '*', ...path, 'tags'),
    keepLast: parseCount(keepLast, maxKeepLast, ...path, 'keepLast'),
    keepYoungerThan: parseCount(keepYoungerThan, maxDays, ...path, 'keepYoungerThan'),
    keepMatching: (keepMatching ?? []).map((pattern, at) => parseGlob(pattern, ...path, 'keepMatching', `${at}`)),
    keepSemver: keepSemver ?? null,
  };
  if (rule.keepMatching.length > maxKeepMatching)
    throw badInput(
      `"keepMatching" takes up to ${maxKeepMatching} patterns, got ${rule.keepMatching.length}.`,
      ...path,
      'keepMatching',
    );
  if (rule.keepSemver !== null) parseVersionRange(rule.keepSemver, ...path, 'keepSemver');
  const keepsSome =
    rule.keepLast !== null || rule.keepYoungerThan !== null || rule.keepMatching.length > 0 || rule.keepSemver !== null;
  if (keepsSome) return rule;
  throw badInput(
    'A rule of retention must keep something: give "keepLast", "keepYoungerThan", "keepMatching" or "keepSemver".',
    ...path,
  );
}

function parseCount(value: number | null | undefined, most: number, ...path: string[]): number | null {
  if (value === null || value === undefined) return null;
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw badInput(`"${path.at(-1)}" is a whole number from 1 to ${most}, got ${value}.`, ...path);
}

/** The rules about tags of this repository. */
export function retentionOf(rules: readonly RetentionRule[], repository: RepositoryName): readonly RetentionRule[] {
  return rules.filter((rule) => matchesGlob(rule.repository, repository));
}

/** The facts by which a tag is judged. */
export type RetainedTag = Pick<Tag, 'name' | 'digest' | 'error' | 'updatedAt' | 'updatedAtSource' | 'isDated'>;

/** When, and whether all that the repository's tags hold was read. */
export interface RetentionTime {
  readonly now: Date;
  readonly isSettled: boolean;
}

/**
 * Why each tag of a repository is kept, by these rules for it: all reasons, in the order of `keepReasons`. A tag
 * without any may go, unless it is protected or in use, which is not judged here. One that several rules are about goes
 * only when none holds it.
 */
export function judgeRetention(
  rules: readonly RetentionRule[],
  tags: readonly RetainedTag[],
  time: RetentionTime,
): Map<TagName, readonly KeepReason[]> {
  return runAtOnce(judgeInPieces(rules, tags, time));
}

/** As `judgeRetention`, with a pause after each piece: of 100,000 tags it takes a second together. */
export function* judgeInPieces(
  rules: readonly RetentionRule[],
  tags: readonly RetainedTag[],
  time: RetentionTime,
): Generator<undefined, Map<TagName, readonly KeepReason[]>> {
  const reasons = new Map<TagName, Set<KeepReason>>();
  yield* forEachInPieces(tags, ({ name }) => reasons.set(name, new Set()));
  const named = new Set<TagName>();
  const hold = (tag: RetainedTag, reason: KeepReason): unknown => reasons.get(tag.name)!.add(reason);
  for (const rule of rules) {
    const about: RetainedTag[] = [];
    yield* forEachInPieces(tags, (tag) => {
      if (!matchesGlob(rule.tags, tag.name)) return;
      about.push(tag);
      named.add(tag.name);
    });
    yield* holdByRule(rule, about, time, hold);
  }
  const judged = new Map<TagName, readonly KeepReason[]>();
  yield* forEachInPieces(tags, (tag) => {
    const own = reasons.get(tag.name)!;
    if (!named.has(tag.name)) own.add('NO_RULE');
    if (!isRead(tag)) own.add('UNREAD');
    if (isReferrerTag(tag.name)) own.add('HIDDEN');
    judged.set(tag.name, own.size === 0 ? [] : keepReasons.filter((reason) => own.has(reason)));
  });
  return judged;
}

function* holdByRule(
  rule: RetentionRule,
  about: readonly RetainedTag[],
  time: RetentionTime,
  hold: (tag: RetainedTag, reason: KeepReason) => void,
): Generator<undefined, void> {
  const range: Range | null = rule.keepSemver === null ? null : parseVersionRange(rule.keepSemver);
  const oldest = rule.keepYoungerThan === null ? null : time.now.getTime() - rule.keepYoungerThan * day;
  const ranked: RankedTag[] = [];
  yield* forEachInPieces(about, (tag) => {
    const known = judgeTime(tag, time);
    if (rule.keepMatching.some((pattern) => matchesGlob(pattern, tag.name))) hold(tag, 'MATCHING');
    if (range) {
      const version = readTagVersion(tag.name);
      if (version === 'unclear') hold(tag, 'VERSION_UNCLEAR');
      else if (version && range.test(version)) hold(tag, 'SEMVER');
    }
    if (oldest !== null && known !== 'unknown' && tag.updatedAt.getTime() > oldest) hold(tag, 'YOUNGER');
    // A tag known only to be no newer than a time long ago is old enough, but has no place in an order of tags by time.
    if ((oldest !== null && known === 'unknown') || (rule.keepLast !== null && known !== 'exact')) hold(tag, 'UNDATED');
    if (rule.keepLast !== null && isRead(tag) && !isReferrerTag(tag.name) && known === 'exact')
      ranked.push({ tag, at: tag.updatedAt.getTime(), key: toSortKey(tag.name) });
  });
  if (rule.keepLast === null) return;
  const newest = yield* sortInPieces(ranked, byAge);
  for (const { tag } of newest.slice(0, rule.keepLast)) hold(tag, 'LAST');
}

interface RankedTag {
  readonly tag: RetainedTag;
  readonly at: number;
  readonly key: string;
}

/** Newest first; of tags of one time, which those on one image often are, the highest version first: see toSortKey. */
function byAge(a: RankedTag, b: RankedTag): number {
  return b.at - a.at || compare(b.key, a.key) || compare(b.tag.name, a.tag.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isRead({ digest, error }: RetainedTag): boolean {
  return digest !== null && error === null;
}

/** The first release of Docker was in March 2013: no image is older. */
const firstImage = Date.UTC(2013, 0, 1);

/**
 * `atLatest`: it was there before the gateway looked, and its image says no time. `unknown`: its image says one that
 * cannot be right, or some of the image was not read.
 */
function judgeTime(
  { updatedAt, updatedAtSource, isDated }: RetainedTag,
  { now, isSettled }: RetentionTime,
): 'exact' | 'atLatest' | 'unknown' {
  if (!isDated) return 'atLatest';
  // One that was put back has the time that it had, which may be its image's.
  if (updatedAtSource !== 'IMAGE_CONFIG' && updatedAtSource !== 'RESTORED') return 'exact';
  return isSettled && updatedAt.getTime() >= firstImage && updatedAt <= now ? 'exact' : 'unknown';
}
