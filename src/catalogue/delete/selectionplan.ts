import { createHash } from 'node:crypto';
import type { Repository, Tag } from '../../domain/catalogue.js';
import type { DeletionMethod, PlannedStep } from '../../domain/deletion.js';
import type { AnyTagFilter } from '../../domain/filter.js';
import { findRuleOf, rulesFor } from '../../domain/protection.js';
import type { DeleteCapability, Registry } from '../../domain/registry.js';
import type { RegistryState } from '../../store/registries/state.js';
import type { RepositoryName, TagName } from '../../domain/name.js';
import { badInput, notFound } from '../../errors.js';
import { assertAllowed, assertEntitled, assertUnprotected } from '../access.js';
import { measureAge, type PreviewAge, walkRepositories } from '../browse/walk.js';
import type { RequestContext } from '../context.js';
import type { CatalogueParts } from '../parts.js';
import { seesRepository } from '../visibility.js';
import type { RepositorySource } from '../sync/reading.js';
import { countRequests, listUnreferenced, partitionTags, planSteps } from './partition.js';
import type { DeletionPlan } from './plan.js';
import { findReferences, imageKeysOf, listHeld } from './references.js';
import { maxFitting } from './selection.js';

/** Repositories that one deletion takes: each is a job of its own. */
const maxRepositories = 500;

/** Tags of all registries that a caller wants deleted: those that fit, or those that are named. */
export type Selector =
  | {
      /** Says by its `repositories` where, at the least. */
      readonly filter: AnyTagFilter;
      /** Whether a tag stays though it fits. */
      readonly isExcepted: (tag: Tag) => boolean;
    }
  | { readonly places: readonly SelectedPlace[] };

/** A repository of which tags were named. `tags` null: all of them. */
export interface SelectedPlace {
  readonly registryId: string;
  readonly repository: RepositoryName;
  readonly tags: ReadonlySet<TagName> | null;
}

/** By the key of the repository: the tags that are wanted there; null: all. */
type Wanted = ReadonlyMap<number, ReadonlySet<TagName> | null>;

/** The deletion from one repository, by the index. */
export type RepositoryPlan = RepositorySource &
  Pick<
    DeletionPlan,
    'tags' | 'keepingImage' | 'manifests' | 'reclaimable' | 'capability' | 'method' | 'upstreamRequests' | 'steps'
  > &
  Pick<DeletionPlan, 'leavesEmptyRepository' | 'uncertainties'>;

/** One deletion from several repositories, by the index. */
export interface SelectionPlan extends PreviewAge {
  /** Those from which tags go, the one with the most of them first. */
  readonly repositories: readonly RepositoryPlan[];
  readonly tagCount: number;
  /** Of tags that fit, those that a rule of protection keeps. */
  readonly protectedTagCount: number;
  /** Of tags that fit, those that stay as it is not known what they point to. */
  readonly unknownTagCount: number;
}

/** Parts of the catalogue that it uses. */
export type SelectionPlannerParts = Pick<
  CatalogueParts,
  'contents' | 'images' | 'lists' | 'registries' | 'repositories' | 'tags'
>;

/** Plans deletions from many repositories by the index alone, and asks no registry. */
export class SelectionPlanner {
  readonly #parts: SelectionPlannerParts;

  constructor(parts: SelectionPlannerParts) {
    this.#parts = parts;
  }

  /**
   * Plans the deletion of the tags that fit, and of no others: a manifest goes only when all its tags do and nothing
   * that stays holds it, as `DeletionPlanner` has it. Throws FORBIDDEN and READ_ONLY where any of them may not be
   * deleted from, NOT_FOUND where none fits, and BAD_USER_INPUT for more than `maxFitting`, or `maxRepositories`.
   */
  async plan(context: RequestContext, selector: Selector): Promise<SelectionPlan> {
    assertAllowed(context.viewer, 'delete');
    const wanted = await this.#findWanted(context, selector);
    if (wanted.size > maxRepositories)
      throw badInput(`${tooMany(maxRepositories, 'repositories')} Nothing was touched.`, 'input', 'filter');
    const repositories = await this.#parts.repositories.findMany([...wanted.keys()]);
    const sources = await this.#findSources(context, repositories);
    const plans: RepositoryPlan[] = [];
    let [protectedTagCount, unknownTagCount] = [0, 0];
    for await (const { repository, tags } of walkRepositories(this.#parts, context, repositories)) {
      const { registry, state } = sources.get(repository.registryId)!;
      const names = wanted.get(repository.key) ?? null;
      const fit = names === null ? tags : tags.filter(({ name }) => names.has(name));
      const rules = rulesFor(registry.protection, repository.name);
      const free = fit.filter(({ name }) => findRuleOf(rules, name) === null);
      const going = free.filter(({ digest, error }) => digest !== null && error === null);
      protectedTagCount += fit.length - free.length;
      unknownTagCount += free.length - going.length;
      if (going.length > 0) plans.push(await this.#planOne({ registry, repository }, state, tags, going));
    }
    return {
      repositories: plans.toSorted((a, b) => b.tags.length - a.tags.length),
      tagCount: plans.reduce((sum, { tags }) => sum + tags.length, 0),
      protectedTagCount,
      unknownTagCount,
      ...measureAge(repositories),
    };
  }

  /** Plans the deletion of those of these tags that are there, by the index. null: none is. */
  async planNamed(
    context: RequestContext,
    { registry, repository }: RepositorySource,
    names: readonly TagName[],
  ): Promise<RepositoryPlan | null> {
    const state = (await this.#parts.registries.states([registry.id])).get(registry.id);
    const wanted = new Set(names);
    for await (const { tags } of walkRepositories(this.#parts, context, [repository])) {
      const going = tags.filter(({ name }) => wanted.has(name));
      if (going.length > 0) return this.#planOne({ registry, repository }, state, tags, going);
    }
    return null;
  }

  async #findWanted({ viewer }: RequestContext, selector: Selector): Promise<Wanted> {
    if ('places' in selector) return this.#findPlaces(viewer, selector.places);
    assertPlaced(selector.filter);
    const fitting = await this.#listFitting(selector.filter, selector.isExcepted);
    const byRepository = Map.groupBy(fitting, ({ repositoryKey }) => repositoryKey);
    return new Map([...byRepository].map(([key, tags]) => [key, new Set(tags.map(({ name }) => name))]));
  }

  /** Those that are there, and that the viewer sees. */
  async #findPlaces(viewer: RequestContext['viewer'], places: readonly SelectedPlace[]): Promise<Wanted> {
    if (places.length > maxRepositories) return new Map(places.map((_place, at) => [at, null]));
    const wanted = new Map<number, ReadonlySet<TagName> | null>();
    let count = 0;
    for (const { registryId, repository: name, tags } of places) {
      if (!seesRepository(viewer, registryId, name)) continue;
      const repository = await this.#parts.repositories.find(registryId, name);
      if (!repository) continue;
      wanted.set(repository.key, tags);
      count += tags?.size ?? repository.tagCount;
    }
    if (wanted.size === 0) throw notFound('None of what was named is there. Nothing was touched.');
    if (count <= maxFitting) return wanted;
    throw badInput(`More than ${maxFitting} tags were named, and one deletion takes no more.`, 'input', 'repositories');
  }

  async #listFitting(filter: AnyTagFilter, isExcepted: (tag: Tag) => boolean): Promise<readonly Tag[]> {
    const page = { first: 2 * maxFitting + 1, after: null };
    const { items } = await this.#parts.lists.listAllTags(filter, { field: 'NAME', direction: 'ASC' }, page);
    const fitting = items.filter((tag) => !isExcepted(tag));
    if (fitting.length === 0) throw notFound('No tag fits "filter". Nothing was touched.');
    if (fitting.length <= maxFitting) return fitting;
    throw badInput(`${tooMany(maxFitting, 'tags')} Nothing was touched.`, 'input', 'filter');
  }

  async #findSources(
    { viewer }: RequestContext,
    repositories: readonly Repository[],
  ): Promise<ReadonlyMap<string, { readonly registry: Registry; readonly state: RegistryState | undefined }>> {
    const ids = [...new Set(repositories.map(({ registryId }) => registryId))];
    const states = await this.#parts.registries.states(ids);
    const found = await Promise.all(ids.map((id) => this.#parts.registries.find(id)));
    const registries = new Map(found.flatMap((registry) => (registry ? [[registry.id, registry] as const] : [])));
    for (const { registryId, name } of repositories) {
      const registry = registries.get(registryId);
      if (!registry) throw notFound('A registry of the selection was detached meanwhile. Nothing was touched.');
      assertEntitled(viewer, 'delete', { registry, repository: name });
      assertUnprotected({ registry });
    }
    return new Map([...registries].map(([id, registry]) => [id, { registry, state: states.get(id) }]));
  }

  async #planOne(
    source: RepositorySource,
    state: RegistryState | undefined,
    all: readonly Tag[],
    tags: readonly Tag[],
  ): Promise<RepositoryPlan> {
    const { images, contents } = this.#parts;
    const names = new Set(tags.map(({ name }) => name));
    const staying = all.filter(({ name }) => !names.has(name));
    const references = await findReferences(this.#parts, null, staying, {});
    const held = await listHeld(images, imageKeysOf(listUnreferenced(tags, references)));
    const partition = partitionTags(tags, references, held);
    const steps = planSteps(tags, partition);
    const ways = judgeWays(state, steps);
    return {
      ...source,
      tags,
      keepingImage: partition.alone,
      manifests: [...partition.manifests, ...partition.children],
      reclaimable: await contents.measureReclaimable(source.repository.key, partition.imageKeys),
      leavesEmptyRepository: staying.length === 0,
      uncertainties: partition.uncertainties,
      ...ways,
      upstreamRequests: countRequests(steps, ways.method, { all: all.length, asked: 0 }),
      steps,
    };
  }
}

/** As the registry said when it was last probed; one that never was is taken to delete, and to delete single tags. */
function judgeWays(
  state: RegistryState | undefined,
  steps: readonly PlannedStep[],
): { readonly capability: DeleteCapability; readonly method: DeletionMethod } {
  const capability = state?.canDelete ?? 'enabled';
  if (capability !== 'enabled') return { capability, method: 'UNSUPPORTED' };
  if (!steps.some(({ kind }) => kind === 'TAG')) return { capability, method: 'MANIFEST_DELETE' };
  return { capability, method: state?.canDeleteTag === false ? 'PLACEHOLDER_THEN_DELETE' : 'TAG_DELETE' };
}

/** Throws BAD_USER_INPUT: tags of whatever is attached are not deleted by a filter of tags alone. */
function assertPlaced({ repositories: { registryIds, namespace, globs } }: AnyTagFilter): void {
  if ((registryIds ?? namespace ?? null) !== null || (globs?.length ?? 0) > 0) return;
  const ways = '"registries", "namespace" or "repositoryGlobs"';
  throw badInput(`"filter" says nothing of where: give ${ways}. Nothing was touched.`, 'input', 'filter');
}

function tooMany(most: number, what: string): string {
  return `More than ${most} ${what} fit, and one deletion takes no more: narrow "filter".`;
}

/** Hashes what goes of each repository, and how, whatever their order. */
export function hashSelection({ repositories }: SelectionPlan): string {
  const lines = repositories.map(({ registry, repository, steps }) =>
    JSON.stringify([registry.id, repository.name, ...steps.map(({ kind, digest, tags }) => [kind, digest, tags])]),
  );
  return createHash('sha256').update(lines.toSorted().join('\n')).digest('base64url');
}
