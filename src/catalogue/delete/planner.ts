import type { Tag } from '../../domain/catalogue.js';
import type { PlannedStep } from '../../domain/deletion.js';
import { GatewayError } from '../../errors.js';
import type { Upstream } from '../../upstream/upstream.js';
import { assertAllowed } from '../access.js';
import type { ReferrerBrowsing } from '../browse/referrers.js';
import type { RequestContext } from '../context.js';
import type { CatalogueParts } from '../parts.js';
import { readAll, readSome } from '../sync/readall.js';
import type { RepositorySource } from '../sync/reading.js';
import { DecidingTags } from './deciding.js';
import { readFitting } from './fitting.js';
import { KeeperFinder } from './keepers.js';
import { explainKept, type KeptImage } from './kept.js';
import { countRequests, listUnreferenced, type Partition, partitionTags, planSteps } from './partition.js';
import type { DeletionPlan } from './plan.js';
import { findReferences, imageKeysOf, isDangling, listHeld } from './references.js';
import {
  addSiblings,
  type FilterSelection,
  type ParsedSelection,
  parseSelection,
  selectTags,
  type TagSelection,
} from './selection.js';

/** Parts of the catalogue that planning uses. */
export interface DeletionPlannerParts extends Pick<
  CatalogueParts,
  'clock' | 'contents' | 'images' | 'clients' | 'lists' | 'registries' | 'repositories' | 'sync' | 'tags'
> {
  readonly referrerBrowsing: ReferrerBrowsing;
}

/** Images whose referrers a plan looks for: each may cost a request. */
const maxSubjects = 100;

/** Plans deletions, and deletes nothing. */
export class DeletionPlanner {
  readonly #parts: DeletionPlannerParts;

  constructor(parts: DeletionPlannerParts) {
    this.#parts = parts;
  }

  /**
   * Reads what decides, and plans the deletion of these tags, and no others. A manifest is deleted only when all its
   * tags are and nothing that stays holds it; else each tag is deleted alone. Throws NOT_FOUND that names the first tag
   * which is not there, READ_ONLY, PROTECTED, BAD_USER_INPUT, and the registry's failure, also when it is of a single
   * tag: what is not known is not deleted.
   */
  async plan(context: RequestContext, source: RepositorySource, selection: TagSelection): Promise<DeletionPlan> {
    const place = { registry: source.registry, repository: source.repository.name };
    assertAllowed(context.viewer, 'delete', place);
    const parsed = parseSelection(selection);
    if (parsed.names) assertAllowed(context.viewer, 'delete', { ...place, tags: parsed.names });
    const { all, asked } = await this.read(context, source, parsed);
    return this.planFrom(context, source, all, parsed, asked);
  }

  /**
   * Reads which tags there are, and of them those that decide what a deletion of these removes; `asked` is how many
   * that were. A repository that goes as a whole is read whole. Throws the registry's failure.
   */
  async read(
    { call }: RequestContext,
    source: RepositorySource,
    selection: ParsedSelection,
  ): Promise<{ readonly all: readonly Tag[]; readonly asked: number }> {
    const reads = { ...this.#parts, call };
    if (selection.names === null || source.repository.tagsConfirmedAt === null) {
      const all = await readAll(reads, source);
      return { all, asked: all.length };
    }
    const { names, withSiblings } = selection;
    const deciding = new DecidingTags(this.#parts.images, withSiblings, async () => names);
    const all = await readSome(reads, source, { choose: deciding.choose, isAfterOthers: false });
    return { all, asked: deciding.count };
  }

  /**
   * Plans as `plan` does the deletion of the tags that fit a filter: see readFitting. Throws as that does too.
   */
  async planFiltered(
    context: RequestContext,
    source: RepositorySource,
    selection: FilterSelection,
  ): Promise<DeletionPlan> {
    assertAllowed(context.viewer, 'delete', { registry: source.registry, repository: source.repository.name });
    const { all, asked, names } = await readFitting({ ...this.#parts, call: context.call }, source, selection);
    return this.planFrom(context, source, all, { names, withSiblings: selection.withSiblings }, asked);
  }

  /**
   * Plans as `plan` does, from `all` tags there are in the repository: those that decide were read just now, `asked` of
   * them. Takes any number of names.
   */
  async planFrom(
    context: RequestContext,
    source: RepositorySource,
    all: readonly Tag[],
    { names, withSiblings }: ParsedSelection,
    asked = all.length,
  ): Promise<DeletionPlan> {
    const { registry, repository } = source;
    const upstream = await this.#parts.clients.open(registry.id);
    const selected = await this.#checkRead(context, upstream, source, selectTags(source, all, names));
    const tags = withSiblings ? addSiblings(all, selected) : selected;
    const tagNames = new Set(tags.map((tag) => tag.name));
    assertAllowed(context.viewer, 'delete', { registry, repository: repository.name, tags: [...tagNames] });
    const staying = all.filter((tag) => !tagNames.has(tag.name));
    const partition = await this.#partition(context, upstream, tags, staying);
    const steps = planSteps(tags, partition);
    const probed = await this.#probe(context, upstream, source, steps);
    const selectedNames = new Set(selected.map((tag) => tag.name));
    return {
      ...source,
      tags,
      alsoRemovedTags: tags.filter((tag) => !selectedNames.has(tag.name)),
      keepingImage: partition.alone,
      keptImages: await this.#listKept(partition, staying),
      manifests: [...partition.manifests, ...partition.children],
      imageKeys: partition.imageKeys,
      reclaimable: await this.#parts.contents.measureReclaimable(repository.key, partition.imageKeys),
      orphanedReferrers: await this.#listOrphans(context, source, tags, partition),
      leavesEmptyRepository: staying.length === 0,
      ...probed,
      upstreamRequests: countRequests(steps, probed.method, { all: all.length, asked }),
      stayingReadAt: findOldest(staying),
      uncertainties: partition.uncertainties,
      steps,
    };
  }

  async #partition(
    { call }: RequestContext,
    upstream: Upstream,
    tags: readonly Tag[],
    staying: readonly Tag[],
  ): Promise<Partition> {
    const references = await findReferences(this.#parts, upstream, staying, call);
    const held = await listHeld(this.#parts.images, imageKeysOf(listUnreferenced(tags, references)));
    return partitionTags(tags, references, held);
  }

  /** Says why images stay of tags that go alone: looked up where there are such tags. */
  async #listKept({ alone }: Partition, staying: readonly Tag[]): Promise<readonly KeptImage[]> {
    if (alone.length === 0) return [];
    return explainKept(alone, await new KeeperFinder(this.#parts.images).find(staying));
  }

  /**
   * Returns the tags; one that is listed with nothing behind it has no digest then. Throws the failure of the first tag
   * that could not be read: nothing is deleted beside it.
   */
  async #checkRead(
    { call }: RequestContext,
    upstream: Upstream,
    { registry }: RepositorySource,
    tags: readonly Tag[],
  ): Promise<Tag[]> {
    const checked: Tag[] = [];
    for (const tag of tags) {
      if (tag.error === null) checked.push(tag);
      else if (await isDangling(upstream, tag, call)) checked.push({ ...tag, digest: null, imageKey: null });
      else
        throw new GatewayError(tag.error.code, `${tag.error.message} Nothing was touched.`, {
          registry: registry.name,
        });
    }
    return checked;
  }

  /** Asks, by requests that can change nothing, whether the registry deletes, and how it deletes single tags. */
  async #probe(
    context: RequestContext,
    upstream: Upstream,
    { registry, repository }: RepositorySource,
    steps: readonly PlannedStep[],
  ): Promise<Pick<DeletionPlan, 'capability' | 'method'>> {
    const capability = await upstream.probeDelete(repository.name, context.call);
    await this.#parts.registries.recordCapabilities(registry.id, { canDelete: capability });
    if (capability !== 'enabled') return { capability, method: 'UNSUPPORTED' };
    if (!steps.some((step) => step.kind === 'TAG')) return { capability, method: 'MANIFEST_DELETE' };
    const canDeleteTag = await upstream.probeTagDelete(repository.name, context.call);
    await this.#parts.registries.recordCapabilities(registry.id, { canDeleteTag });
    return { capability, method: canDeleteTag ? 'TAG_DELETE' : 'PLACEHOLDER_THEN_DELETE' };
  }

  /** Lists, by digest, referrers of the first `maxSubjects` images that go, without those that go themselves. */
  async #listOrphans(
    context: RequestContext,
    { repository }: RepositorySource,
    tags: readonly Tag[],
    { manifests, children, imageKeys }: Partition,
  ): Promise<DeletionPlan['orphanedReferrers']> {
    const subjects = await this.#parts.images.findMany(imageKeys.slice(0, maxSubjects));
    const found = await Promise.all(
      subjects.map((image) => this.#parts.referrerBrowsing.listIn(context, repository, image)),
    );
    const byDigest = new Map(found.flat().map((referrer) => [referrer.digest, referrer]));
    const going = new Set([...manifests, ...children, ...tags.flatMap((tag) => tag.digest ?? [])]);
    return [...byDigest.values()]
      .filter(({ digest }) => !going.has(digest))
      .sort((a, b) => (a.digest < b.digest ? -1 : 1));
  }
}

/** When the reading of a tag was that is the oldest of these; null: there are none. */
function findOldest(tags: readonly Tag[]): Date | null {
  const times = tags.map(({ confirmedAt }) => confirmedAt?.getTime() ?? 0);
  return times.length === 0 ? null : new Date(times.reduce((least, one) => Math.min(least, one)));
}
