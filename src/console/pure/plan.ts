/** The part of a plan that tells what has changed between two. */
export interface ComparedPlan {
  readonly tags: readonly { readonly name: string; readonly digest: string | null }[];
  readonly tagCount: number;
  readonly manifestCount: number;
  readonly keptImageCount: number;
  readonly reclaimable: number;
}

/** The part of a new plan that the one before it had not. */
export interface PlanChanges {
  /** Tags that go now and did not, or that point elsewhere now, by name. */
  readonly tags: ReadonlyMap<string, 'new' | 'moved'>;
  /** Tags that went by the plan before, and no longer do, by name. */
  readonly staying: readonly string[];
  /** The numbers that are others now. */
  readonly numbers: ReadonlySet<PlanNumber>;
}

export const planNumbers = ['tagCount', 'manifestCount', 'keptImageCount', 'reclaimable'] as const;
export type PlanNumber = (typeof planNumbers)[number];

/** Tags are compared as far as both plans list them. */
export function comparePlans(before: ComparedPlan, now: ComparedPlan): PlanChanges {
  const digests = new Map(before.tags.map(({ name, digest }) => [name, digest]));
  const tags = new Map<string, 'new' | 'moved'>();
  for (const { name, digest } of now.tags) {
    if (!digests.has(name)) tags.set(name, 'new');
    else if (digests.get(name) !== digest) tags.set(name, 'moved');
  }
  const listed = new Set(now.tags.map(({ name }) => name));
  const isWhole = now.tags.length === now.tagCount;
  return {
    tags,
    staying: isWhole ? [...digests.keys()].filter((name) => !listed.has(name)) : [],
    numbers: new Set(planNumbers.filter((number) => before[number] !== now[number])),
  };
}

/** Tags that go without the repository's name being typed. */
const mostUntyped = 25;

/** Whether a deletion is large, or takes more than was chosen, so that the repository's name is to be typed for it. */
export function isNameAsked(
  plan: { readonly tagCount: number; readonly alsoRemovedTagCount: number; readonly leavesEmptyRepository: boolean },
  isWholeRepository: boolean,
): boolean {
  const { tagCount, alsoRemovedTagCount, leavesEmptyRepository } = plan;
  return isWholeRepository || tagCount > mostUntyped || alsoRemovedTagCount > 0 || leavesEmptyRepository;
}

/** Whole seconds that are left of `seconds` counted from `since`; both moments in milliseconds of one clock. */
export function secondsLeft(seconds: number, since: number, now: number): number {
  return Math.max(0, Math.ceil(seconds - (now - since) / 1000));
}
