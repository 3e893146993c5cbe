import type { Repository, Tag } from '../../domain/catalogue.js';
import { forEachInPieces } from '../../domain/pieces.js';
import { findRuleOf, parseProtection, rulesFor } from '../../domain/protection.js';
import type { ProtectionRule, Registry } from '../../domain/registry.js';
import { runInTurns } from '../../timer.js';
import { assertAllowed } from '../access.js';
import type { RequestContext } from '../context.js';
import type { CatalogueParts } from '../parts.js';
import { measureAge, type PreviewAge, walkRepositories } from '../browse/walk.js';

/** How rules and those that a registry has now are about the same tags. */
interface ProtectionCounts {
  readonly protectedTagCount: number;
  /** Of the protected tags, those that the registry's own rules do not protect. */
  readonly addedTagCount: number;
  /** Tags that the registry's own rules protect, and these do not. */
  readonly releasedTagCount: number;
}

/** A repository of which rules protect tags, or would protect some no longer. */
export interface ProtectedRepository extends ProtectionCounts {
  readonly repository: Repository;
  /** The first `shownTags` that are protected, in name order. */
  readonly tags: readonly Tag[];
  readonly tagCount: number;
}

/** Rules of protection applied to a registry, as the index has it. */
export interface ProtectionPreview extends ProtectionCounts, PreviewAge {
  readonly registry: Registry;
  /** Those of which something is protected or released, the one with the most protected tags first. */
  readonly repositories: readonly ProtectedRepository[];
  /** Repositories of which a tag is protected. */
  readonly protectedRepositoryCount: number;
}

/** As many tags of a repository as a list shows: the others are counted. */
const shownTags = 100;

/** Parts of the catalogue that it uses. */
export type ProtectionTryingParts = Pick<CatalogueParts, 'repositories' | 'tags' | 'timer'>;

/** Says what rules of protection would keep from being deleted, before they are set. */
export class ProtectionTrying {
  readonly #parts: ProtectionTryingParts;

  constructor(parts: ProtectionTryingParts) {
    this.#parts = parts;
  }

  /**
   * Returns what these rules protect in a registry, by the index; null: the registry's own rules. Throws FORBIDDEN,
   * BAD_USER_INPUT.
   */
  async preview(
    context: RequestContext,
    registry: Registry,
    drafts: readonly ProtectionRule[] | null,
  ): Promise<ProtectionPreview> {
    assertAllowed(context.viewer, 'protect');
    const rules = drafts ? parseProtection(drafts, 'rules') : registry.protection;
    const listed = await this.#parts.repositories.listOf(registry.id);
    const isNamed = ({ name }: Repository): boolean =>
      rulesFor(rules, name).length > 0 || rulesFor(registry.protection, name).length > 0;
    const named = listed.filter(isNamed);
    const repositories: ProtectedRepository[] = [];
    for await (const { repository, tags } of walkRepositories(this.#parts, context, named)) {
      const [wanted, own] = [rules, registry.protection].map((all) => rulesFor(all, repository.name));
      const counted = await runInTurns(countProtected(repository, tags, wanted!, own!), this.#parts.timer);
      if (counted.protectedTagCount + counted.releasedTagCount > 0) repositories.push(counted);
    }
    const sum = (field: keyof ProtectionCounts): number => repositories.reduce((all, one) => all + one[field], 0);
    return {
      registry,
      repositories: repositories.toSorted((a, b) => b.protectedTagCount - a.protectedTagCount),
      protectedRepositoryCount: repositories.filter((one) => one.protectedTagCount > 0).length,
      protectedTagCount: sum('protectedTagCount'),
      addedTagCount: sum('addedTagCount'),
      releasedTagCount: sum('releasedTagCount'),
      ...measureAge(named),
    };
  }
}

function* countProtected(
  repository: Repository,
  all: readonly Tag[],
  wanted: readonly ProtectionRule[],
  own: readonly ProtectionRule[],
): Generator<undefined, ProtectedRepository> {
  const tags: Tag[] = [];
  let [protectedTagCount, addedTagCount, releasedTagCount] = [0, 0, 0];
  yield* forEachInPieces(all, (tag) => {
    const isProtected = findRuleOf(wanted, tag.name) !== null;
    const wasProtected = findRuleOf(own, tag.name) !== null;
    if (isProtected && tags.length < shownTags) tags.push(tag);
    if (isProtected) protectedTagCount++;
    if (isProtected && !wasProtected) addedTagCount++;
    if (!isProtected && wasProtected) releasedTagCount++;
  });
  return { repository, tags, tagCount: all.length, protectedTagCount, addedTagCount, releasedTagCount };
}
