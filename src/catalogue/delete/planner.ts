import type { Tag } from '../../domain/catalogue.js';
import type { DeletionMethod, PlannedStep } from '../../domain/deletion.js';
import type { Digest } from '../../domain/digest.js';
import { parseTagName, quote, type TagName } from '../../domain/name.js';
import { badInput, GatewayError, notFound } from '../../errors.js';
import type { Upstream } from '../../upstream/upstream.js';
import { assertAllowed } from '../access.js';
import { findReferences, type Held, imageKeysOf, isDangling, listHeld } from './references.js';
import type { DeletionPlan } from './plan.js';
import type { Source } from '../sync/reading.js';
import { mostProofs } from '../sync/taglisting.js';
import type { RequestContext } from '../context.js';
import type { CatalogueParts } from '../parts.js';
import type { ReferrerBrowsing } from '../browse/referrers.js';
import { readAll } from '../sync/readall.js';

/** Tags that one deletion takes. */
export const maxTags = 500;

/** Which tags go. */
export interface Wanted {
  /** null: all of the repository. */
  readonly names: readonly string[] | null;
  /** The images go whole, with all their tags. */
  readonly withSiblings: boolean;
}

export const wholeRepository: Wanted = { names: null, withSiblings: false };

/** Parts of the catalogue that it uses. */
export interface DeletionPlannerParts extends Pick<
  CatalogueParts,
  'clock' | 'contents' | 'images' | 'pool' | 'registries' | 'repositories' | 'sync' | 'tags'
> {
  readonly referrerBrowsing: ReferrerBrowsing;
}

export class DeletionPlanner {
  readonly #parts: DeletionPlannerParts;

  constructor(parts: DeletionPlannerParts) {
    this.#parts = parts;
  }

  /**
   * What goes, as the registry has it now: these tags and no others. A manifest goes only when all its tags go and no
   * index that stays holds it; else each tag goes by itself. Throws NOT_FOUND naming the first tag that is not there,
   * READ_ONLY, PROTECTED, BAD_USER_INPUT, and the registry's failure, also when it is of a single tag: what is not
   * known is not deleted.
   */
  async plan(context: RequestContext, source: Source, wanted: Wanted): Promise<DeletionPlan> {
    const place = { registry: source.registry, repository: source.repository.name };
    assertAllowed(context.viewer, 'delete', place);
    const names = wanted.names && parseNames(wanted.names);
    if (names) assertAllowed(context.viewer, 'delete', { ...place, tags: names });
    return this.planFrom(context, source, await readAll({ ...this.#parts, call: context.call }, source), {
      ...wanted,
      names,
    });
  }

  /** The same of tags that were read just now: `all` there are. As many may go as there are. */
  async planFrom(
    context: RequestContext,
    source: Source,
    all: readonly Tag[],
    wanted: Wanted & { readonly names: readonly TagName[] | null },
  ): Promise<DeletionPlan> {
    const { registry, repository } = source;
    const { names } = wanted;
    const place = { registry, repository: repository.name };
    const upstream = await this.#parts.pool.open(registry.id);
    const asked = await this.#checkRead(context, upstream, source, selectTags(source, all, names));
    const tags = wanted.withSiblings ? addSiblings(all, asked) : asked;
    assertAllowed(context.viewer, 'delete', { ...place, tags: tags.map((tag) => tag.name) });
    const askedNames = new Set(asked.map((tag) => tag.name));
    const parting = await this.#part(context, upstream, tags, all);
    const steps = toSteps(tags, parting);
    const abilities = await this.#askAbilities(context, upstream, source, steps);
    return {
      ...source,
      tags,
      alsoRemovedTags: tags.filter((tag) => !askedNames.has(tag.name)),
      keepingImage: tags.filter(parting.isAlone),
      manifests: [...parting.digests, ...parting.children],
      reclaimable: await this.#parts.contents.measureReclaimable(repository.key, parting.imageKeys),
      orphanedReferrers: await this.#listOrphans(context, source, tags, parting),
      leavesEmptyRepository: parting.stayingCount === 0,
      ...abilities,
      upstreamRequests: countRequests(steps, abilities.method, all.length, parting.stayingCount),
      uncertainties: parting.uncertainties,
      steps,
    };
  }

  async #part(
    context: RequestContext,
    upstream: Upstream,
    tags: readonly Tag[],
    all: readonly Tag[],
  ): Promise<Parting> {
    const going = new Set(tags.map((tag) => tag.name));
    const staying = all.filter((tag) => !going.has(tag.name));
    const uses = await findReferences(this.#parts, upstream, staying, context.call);
    const isAlone = ({ digest }: Tag): boolean => digest === null || uses.isUncertain || uses.digests.has(digest);
    const whole = tags.filter((tag) => !isAlone(tag));
    const held = await listHeld(this.#parts.images, imageKeysOf(whole));
    const digests = orderByDepth(whole, held);
    const own = new Set(digests);
    const isLoose = ([digest, { role }]: readonly [Digest, Held]): boolean =>
      role !== 'blob' && !own.has(digest) && !uses.digests.has(digest);
    const loose = uses.isUncertain ? [] : [...held].filter(isLoose);
    // A child that was not read is not deleted: it may be anything.
    const children = loose.flatMap(([digest, { imageKey }]) => (imageKey === null ? [] : [digest]));
    const imageKeys = [...imageKeysOf(whole), ...children.flatMap((digest) => held.get(digest)?.imageKey ?? [])];
    const left = loose.length - children.length;
    const ofLeft = left > 0 ? [`Of the indexes that go, ${left} children were not read, and are left.`] : [];
    const uncertainties = [...uses.doubts, ...ofLeft];
    return { isAlone, digests, children, imageKeys, stayingCount: staying.length, uncertainties };
  }

  /** A tag with nothing behind it can go; one that could not be read is not touched, nor is anything with it. */
  async #checkRead(
    { call }: RequestContext,
    upstream: Upstream,
    { registry }: Source,
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

  /** Whether the registry deletes, and how single tags go there: asked by requests that can change nothing. */
  async #askAbilities(
    context: RequestContext,
    upstream: Upstream,
    { registry, repository }: Source,
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

  async #listOrphans(
    context: RequestContext,
    { repository }: Source,
    tags: readonly Tag[],
    { digests, children, imageKeys }: Parting,
  ): Promise<DeletionPlan['orphanedReferrers']> {
    const subjects = await this.#parts.images.findMany(imageKeys.slice(0, maxSubjects));
    const found = await Promise.all(
      subjects.map((image) => this.#parts.referrerBrowsing.listIn(context, repository, image)),
    );
    const byDigest = new Map(found.flat().map((referrer) => [referrer.digest, referrer]));
    const going = new Set([...digests, ...children, ...tags.flatMap((tag) => tag.digest ?? [])]);
    return [...byDigest.values()]
      .filter(({ digest }) => !going.has(digest))
      .sort((a, b) => (a.digest < b.digest ? -1 : 1));
  }
}

/** Which of the tags take their image with them. */
interface Parting {
  /** Goes by itself, and leaves its image. */
  readonly isAlone: (tag: Tag) => boolean;
  /** Of images that go, in the order they must. */
  readonly digests: readonly Digest[];
  readonly children: readonly Digest[];
  /** Of all images that go. */
  readonly imageKeys: readonly number[];
  readonly stayingCount: number;
  /** See DeletionPlan. */
  readonly uncertainties: readonly string[];
}

function parseNames(texts: readonly string[]): TagName[] {
  if (texts.length === 0 || texts.length > maxTags)
    throw badInput(`"tags" takes 1 to ${maxTags} tags, got ${texts.length}.`, 'input', 'tags');
  return texts.map((text) => parseTagName(text, 'input', 'tags'));
}

function selectTags(
  { registry, repository }: Source,
  all: readonly Tag[],
  names: readonly TagName[] | null,
): readonly Tag[] {
  if (names === null) {
    if (all.length > 0) return all;
    throw notFound(`The repository ${repository.name} of ${registry.name} has no tags: there is nothing to delete.`);
  }
  const byName = new Map(all.map((tag) => [tag.name, tag]));
  for (const name of names)
    if (!byName.has(name))
      throw notFound(`The repository ${repository.name} has no tag ${quote(name)}. Nothing was touched.`);
  const wanted = new Set(names);
  return all.filter((tag) => wanted.has(tag.name));
}

function addSiblings(all: readonly Tag[], asked: readonly Tag[]): readonly Tag[] {
  const digests = new Set(asked.flatMap((tag) => tag.digest ?? []));
  const byName = new Map(asked.map((tag) => [tag.name, tag]));
  return all.flatMap(
    (tag) => byName.get(tag.name) ?? (tag.digest !== null && tag.error === null && digests.has(tag.digest) ? tag : []),
  );
}

/** Indexes before what they hold: some registries keep a child while its index stands. */
function orderByDepth(tags: readonly Tag[], held: ReadonlyMap<Digest, Held>): Digest[] {
  const depthOf = (digest: Digest): number => held.get(digest)?.depth ?? 0;
  return [...new Set(tags.flatMap((tag) => tag.digest ?? []))].sort((a, b) => depthOf(a) - depthOf(b));
}

function toSteps(tags: readonly Tag[], { isAlone, digests, children }: Parting): PlannedStep[] {
  const namesByDigest = Map.groupBy(tags, (tag) => tag.digest);
  return [
    ...digests.map((digest): PlannedStep => ({
      kind: 'MANIFEST',
      digest,
      tags: namesByDigest.get(digest)!.map((tag) => tag.name),
    })),
    ...tags.filter(isAlone).map((tag): PlannedStep => ({ kind: 'TAG', digest: tag.digest, tags: [tag.name] })),
    ...children.map((digest): PlannedStep => ({ kind: 'CHILD', digest, tags: [] })),
  ];
}

const requestsByTagMethod: Readonly<Record<DeletionMethod, number>> = {
  UNSUPPORTED: 0,
  MANIFEST_DELETE: 0,
  TAG_DELETE: 2,
  PLACEHOLDER_THEN_DELETE: 5,
};

/**
 * The plan made again and its probes, the steps' own, a look at the repository before images go, and one after all with
 * proofs that they went.
 */
function countRequests(steps: readonly PlannedStep[], method: DeletionMethod, all: number, staying: number): number {
  if (method === 'UNSUPPORTED') return 0;
  const ofSteps = steps.map(({ kind }) => (kind === 'TAG' ? requestsByTagMethod[method] : kind === 'MANIFEST' ? 2 : 1));
  const planning = 1 + all + (method === 'MANIFEST_DELETE' ? 1 : 2);
  const look = steps.some(({ kind }) => kind !== 'TAG') ? 1 + all : 0;
  const proofs = Math.min(
    steps.reduce((sum, { tags }) => sum + tags.length, 0),
    mostProofs,
  );
  return planning + proofs + ofSteps.reduce<number>((sum, count) => sum + count, 0) + look + (2 + staying);
}

/** Images whose referrers a plan looks for: each may cost a request. */
const maxSubjects = 100;
