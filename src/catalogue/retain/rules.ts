import type { Tag } from '../../domain/catalogue.js';
import { findRuleOf, rulesFor } from '../../domain/protection.js';
import type { Registry } from '../../domain/registry.js';
import {
  judgeRetention,
  type KeepReason,
  keepReasons,
  parseRetention,
  retentionOf,
  type RetentionRule,
  type RetentionRuleDraft,
} from '../../domain/retention.js';
import { badInput, GatewayError } from '../../errors.js';
import type { Retention } from '../../store/registries/state.js';
import { assertAllowed, assertEntitled, assertUnprotected } from '../access.js';
import type { MutationContext } from '../audit.js';
import { imageKeysOf, listHeld } from '../delete/references.js';
import type { DeletionPlan } from '../delete/plan.js';
import { readAll } from '../sync/readall.js';
import type { RepositorySource } from '../sync/reading.js';
import type { RequestContext } from '../context.js';
import type { CatalogueParts } from '../parts.js';
import { assertNoneWaits, assertOwnRules, createRuleSight, mergeRules } from './rulesight.js';
import type { RegistryBrowsing } from '../browse/registries.js';
import type { DeletionPlanner } from '../delete/planner.js';

/** Changes of a registry's retention: absent members stay; an empty list, and null for the interval, clear it. */
export interface RetentionChanges {
  readonly rules?: readonly RetentionRuleDraft[] | null | undefined;
  /** Hours between two runs. */
  readonly interval?: number | null | undefined;
}

/** A tag that stays, and every reason that keeps it. */
export interface KeptTag {
  readonly tag: Tag;
  readonly reasons: readonly KeepReason[];
}

/** The rules applied to one repository. */
export interface RetentionPlan {
  /** In name order. */
  readonly kept: readonly KeptTag[];
  /** Deletes the tags that go; null: none do. */
  readonly plan: DeletionPlan | null;
}

/** The most hours between two runs: a year. */
const longestInterval = 8760;

/** Parts of the catalogue that retention uses. */
export interface RetainingParts extends Pick<
  CatalogueParts,
  'clock' | 'images' | 'registries' | 'repositories' | 'sync' | 'tags'
> {
  readonly registryBrowsing: RegistryBrowsing;
  readonly planner: DeletionPlanner;
}

/** Applies retention rules to repositories. */
export class Retaining {
  readonly #parts: RetainingParts;

  constructor(parts: RetainingParts) {
    this.#parts = parts;
  }

  /**
   * Sets a registry's rules, and how often they are run. Of whoever has only grants the rules take the place of those
   * that these cover, and all others stay. Throws NOT_FOUND, BAD_USER_INPUT, FORBIDDEN.
   */
  async set(context: MutationContext, registryId: string, { rules, interval }: RetentionChanges): Promise<Registry> {
    assertAllowed(context.viewer, 'regulate');
    const registry = await this.#parts.registryBrowsing.findById(context, registryId);
    assertEntitled(context.viewer, 'regulate', { registry });
    const parsed = rules ? parseRetention(rules, 'input', 'rules') : undefined;
    assertInterval(interval);
    const isMine = createRuleSight(context.viewer, registry.id);
    if (isMine !== null) assertOwnRules(context, parsed ?? [], interval, isMine);
    const merge = (before: readonly RetentionRule[]): readonly RetentionRule[] | undefined => {
      if (!parsed || isMine === null) return parsed;
      assertNoneWaits(context, registry, [...before.filter(isMine), ...parsed]);
      return mergeRules(before, parsed, isMine);
    };
    const details = { ...(parsed && { rules: parsed }), ...(interval !== undefined && { intervalHours: interval }) };
    return context.deed.commit((entry) =>
      this.#parts.registries.setRetention(registry.id, { rules: merge, interval }, (now) =>
        entry({ registry: now, details }),
      ),
    );
  }

  /** Returns how a registry's retention is set: of whoever has only grants, with the rules of their places alone. */
  async show({ viewer, loaders }: RequestContext, registryId: string): Promise<Retention> {
    assertAllowed(viewer, 'read');
    return (await loaders.registryState.load(registryId)).retention;
  }

  /**
   * Returns what these rules would delete now; null: the registry's own rules. Throws as `plan` does, and
   * BAD_USER_INPUT.
   */
  async preview(
    context: RequestContext,
    source: RepositorySource,
    rules: readonly RetentionRuleDraft[] | null,
  ): Promise<RetentionPlan> {
    assertMayRetain(context, source);
    return this.plan(
      context,
      source,
      rules ? parseRetention(rules, 'rules') : await rulesOf(this.#parts, source.registry),
    );
  }

  /**
   * Plans the deletion of the tags that the rules of the registry let go; null: none. Throws as `plan` does, and
   * CHANGED_SINCE_PLAN when there are none although a dry run has shown some.
   */
  async planByRules(
    context: RequestContext,
    source: RepositorySource,
    planToken: string | null,
  ): Promise<DeletionPlan | null> {
    assertMayRetain(context, source);
    const { plan } = await this.plan(context, source, await rulesOf(this.#parts, source.registry));
    if (plan || planToken === null) return plan;
    throw new GatewayError(
      'CHANGED_SINCE_PLAN',
      `The rules of ${source.registry.name} let nothing go of ${source.repository.name} any more. Nothing was touched.`,
      { registry: source.registry.name },
    );
  }

  /**
   * Reads the repository, judges its tags by the rules and plans the deletion of those that go, all from one reading.
   * `only`: of no other tags than these, where they point to the same still. Throws FORBIDDEN, READ_ONLY, and the
   * registry's failure.
   */
  async plan(
    context: RequestContext,
    source: RepositorySource,
    rules: readonly RetentionRule[],
    only: ReadonlyMap<Tag['name'], Tag['digest']> | null = null,
  ): Promise<RetentionPlan> {
    assertMayRetain(context, source);
    const all = await readAll({ ...this.#parts, call: context.call }, source);
    const now = (await this.#parts.repositories.find(source.registry.id, source.repository.name)) ?? source.repository;
    const kept = await listKept(this.#parts, { ...source, repository: now }, all, rules);
    const staying = new Set(kept.map(({ tag }) => tag.name));
    const mayGo = ({ name, digest }: Tag): boolean => only === null || only.get(name) === digest;
    const names = all.filter((tag) => !staying.has(tag.name) && mayGo(tag)).map(({ name }) => name);
    return {
      kept,
      plan:
        names.length > 0
          ? await this.#parts.planner.planFrom(context, source, all, { names, withSiblings: false })
          : null,
    };
  }
}

/** Throws BAD_USER_INPUT. */
function assertInterval(interval: number | null | undefined): void {
  const isInterval =
    interval === undefined ||
    interval === null ||
    (Number.isInteger(interval) && interval >= 1 && interval <= longestInterval);
  if (isInterval) return;
  const what = `"intervalHours" is a whole number from 1 to ${longestInterval}, got ${interval}.`;
  throw badInput(what, 'input', 'intervalHours');
}

/** Throws FORBIDDEN, NOT_FOUND, READ_ONLY. */
function assertMayRetain({ viewer }: RequestContext, { registry, repository }: RepositorySource): void {
  assertAllowed(viewer, 'retain', { registry, repository: repository.name });
  assertUnprotected({ registry });
}

/**
 * Returns whether the rules may let a tag go, as far as the index knows: where they do not, the repository need not be
 * read.
 */
export async function mayLetGo(
  parts: Pick<CatalogueParts, 'clock' | 'images' | 'tags'>,
  source: RepositorySource,
  rules: readonly RetentionRule[],
): Promise<boolean> {
  const all = await parts.tags.listAll([source.repository.key]);
  return source.repository.tagsConfirmedAt === null || (await listKept(parts, source, all, rules)).length < all.length;
}

/** Returns the registry's rules as they are now; none for one that was detached. */
export async function rulesOf(
  { registries }: Pick<CatalogueParts, 'registries'>,
  { id }: Registry,
): Promise<readonly RetentionRule[]> {
  return (await registries.states([id])).get(id)?.retention.rules ?? [];
}

/**
 * Lists the tags that stay, each with its reasons: by the rules, by protection, and as a child of an index under a tag
 * that stays.
 */
export async function listKept(
  { clock, images }: Pick<CatalogueParts, 'clock' | 'images'>,
  { registry, repository }: RepositorySource,
  all: readonly Tag[],
  rules: readonly RetentionRule[],
): Promise<KeptTag[]> {
  const judged = judgeRetention(retentionOf(rules, repository.name), all, {
    now: clock(),
    isSettled: repository.isSettled,
  });
  const protection = rulesFor(registry.protection, repository.name);
  const isProtected = ({ name }: Tag): boolean => findRuleOf(protection, name) !== null;
  const reasonsOf = ({ name }: Tag): readonly KeepReason[] => judged.get(name) ?? [];
  const staying = all.filter((tag) => reasonsOf(tag).length > 0 || isProtected(tag));
  // `held` goes all levels down: children of indexes within indexes stay too.
  const held = await listHeld(images, imageKeysOf(staying));
  return all.flatMap((tag) => {
    const more: KeepReason[] = [
      ...(isProtected(tag) ? ['PROTECTED' as const] : []),
      ...(tag.digest !== null && held.has(tag.digest) ? ['INDEX_CHILD' as const] : []),
    ];
    const reasons = keepReasons.filter((reason) => reasonsOf(tag).includes(reason) || more.includes(reason));
    return reasons.length > 0 ? [{ tag, reasons }] : [];
  });
}
