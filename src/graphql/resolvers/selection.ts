import { Arg, Ctx, Extensions, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import type { SealedSelection } from '../../catalogue/delete/deleteselection.js';
import { maxFitting } from '../../catalogue/delete/selection.js';
import type { RepositoryPlan, SelectedPlace, Selector } from '../../catalogue/delete/selectionplan.js';
import type { Tag } from '../../domain/catalogue.js';
import type { RepositoryName, TagName } from '../../domain/name.js';
import { badInput } from '../../errors.js';
import type { Context } from '../context.js';
import { decodeNodeId, encodeNodeId } from '../nodeid.js';
import { ByteSize } from '../scalars.js';
import { firstOptions, takeFirst } from '../types/page.js';
import {
  DeleteSelectionInput,
  DeleteSelectionPayload,
  RepositorySelectionType,
  SelectionPlanType,
} from '../types/selection.js';
import { TagType, toAnyTagFilter } from '../types/tag.js';
import { answer, showRefusal } from './mutation.js';
import { tagFilterPoints } from './repository.js';
import { costOfPreview } from './retention.js';

/** Points of looking at what an account had deleted in a repository within a day. */
const costOfNeed = 5;

@Resolver(() => RepositorySelectionType)
export class RepositorySelectionResolver {
  @FieldResolver(() => [TagType], { description: 'The tags that go, by name.' })
  tags(
    @Root() { tags }: RepositoryPlan,
    @Arg('first', () => Int, firstOptions) first: number,
    @Ctx() context: Context,
  ): readonly Tag[] {
    return takeFirst(tags, first, context);
  }

  @FieldResolver(() => Int, { description: 'How many tags go.' })
  tagCount(@Root() { tags }: RepositoryPlan): number {
    return tags.length;
  }

  @FieldResolver(() => Int, { description: 'How many tags go whose image stays.' })
  keepingImageCount(@Root() { keepingImage }: RepositoryPlan): number {
    return keepingImage.length;
  }

  @FieldResolver(() => Int, { description: 'How many manifests go.' })
  manifestCount(@Root() { manifests }: RepositoryPlan): number {
    return manifests.length;
  }

  @Extensions({ cost: { points: costOfNeed } })
  @FieldResolver(() => Boolean, {
    description: 'Its deletion would wait for a second person, as `DeletionPlan.needsApproval` has it.',
  })
  needsApproval(@Root() plan: RepositoryPlan, @Ctx() { request, deleting }: Context): Promise<boolean> {
    return deleting.selections.needsApproval(request, plan);
  }
}

@Resolver(() => SelectionPlanType)
export class SelectionPlanResolver {
  @FieldResolver(() => [RepositorySelectionType], {
    description: 'The repositories from which tags go, the one with the most of them first.',
  })
  repositories(
    @Root() { repositories }: SealedSelection,
    @Arg('first', () => Int, firstOptions) first: number,
    @Ctx() context: Context,
  ): readonly RepositoryPlan[] {
    return takeFirst(repositories, first, context);
  }

  @FieldResolver(() => Int, { description: 'From how many repositories tags go.' })
  repositoryCount(@Root() { repositories }: SealedSelection): number {
    return repositories.length;
  }

  @FieldResolver(() => Int, { description: 'How many manifests go, in each repository each once.' })
  manifestCount(@Root() { repositories }: SealedSelection): number {
    return sum(repositories, ({ manifests }) => manifests.length);
  }

  @FieldResolver(() => ByteSize, {
    description:
      "Bytes that the registries' garbage collection gives back at the least: blobs that several of the repositories " +
      'hold are counted in none.',
  })
  reclaimable(@Root() { repositories }: SealedSelection): number {
    return sum(repositories, ({ reclaimable }) => reclaimable);
  }

  @FieldResolver(() => Int, { description: 'About how many requests the execution sends to the registries.' })
  upstreamRequests(@Root() { repositories }: SealedSelection): number {
    return sum(repositories, ({ upstreamRequests }) => upstreamRequests);
  }

  @FieldResolver(() => Int, {
    description: 'Of the repositories with a tag that fits, how many were never read whole: more may fit.',
  })
  unreadRepositoryCount(@Root() { unreadCount }: SealedSelection): number {
    return unreadCount;
  }
}

@Resolver()
export class SelectionResolver {
  @Extensions({ cost: { points: costOfPreview, filters: tagFilterPoints } })
  @Mutation(() => DeleteSelectionPayload, {
    description:
      'Deletes tags from many repositories, of any registries, by one plan and its token: first a dry run, then the ' +
      'same with the token. The plan is made by the index and asks no registry; the job asks for each tag before it ' +
      'goes. Answers when it has begun, with all its pieces or not at all.',
  })
  deleteSelection(
    @Arg('input', { description: 'The tags to delete.' }) input: DeleteSelectionInput,
    @Ctx() context: Context,
  ): Promise<DeleteSelectionPayload> {
    const { dryRun, planToken = null } = input;
    return answer(context, { action: 'deleteSelection', isDryRun: dryRun }, async (request) => {
      const selector = await readSelector(input, context);
      const { selections } = context.deleting;
      const { plan, job, refusal } = await selections.dryRunOrExecute(request, selector, { dryRun, planToken });
      return { plan, job, ...(refusal && { userErrors: showRefusal(context, refusal) }) };
    });
  }
}

/** Throws BAD_USER_INPUT where it says nothing of what, or says it in two ways. */
async function readSelector(input: DeleteSelectionInput, context: Context): Promise<Selector> {
  const { filter, except, tags, repositories } = input;
  const isNamed = tags != null || repositories != null;
  if (filter != null && !isNamed)
    return { filter: await toAnyTagFilter(filter, context), isExcepted: readExcept(except ?? []) };
  if (filter != null || !isNamed || except != null)
    throw badInput('Give "filter", and "except" if need be, or "tags" and "repositories".', 'input', 'filter');
  return { places: readPlaces(tags ?? [], repositories ?? []) };
}

/** Of a repository that is named beside tags of it all tags go. Throws BAD_USER_INPUT for ids of other things. */
function readPlaces(tagIds: readonly string[], repositoryIds: readonly string[]): SelectedPlace[] {
  const places = new Map<string, { registryId: string; repository: RepositoryName; tags: Set<TagName> | null }>();
  assertIdCount(tagIds, 'tags');
  assertIdCount(repositoryIds, 'repositories');
  for (const [at, id] of repositoryIds.entries()) {
    const place = decodeNodeId(id);
    if (place?.type !== 'Repository')
      throw badInput('These are not all ids of repositories.', 'input', 'repositories', `${at}`);
    const { registryId, name: repository } = place;
    places.set(`${registryId} ${repository}`, { registryId, repository, tags: null });
  }
  for (const [at, id] of tagIds.entries()) {
    const tag = decodeNodeId(id);
    if (tag?.type !== 'Tag') throw badInput('These are not all ids of tags.', 'input', 'tags', `${at}`);
    const { registryId, repository, name } = tag;
    const key = `${registryId} ${repository}`;
    const place = places.get(key) ?? { registryId, repository, tags: new Set<TagName>() };
    place.tags?.add(name);
    places.set(key, place);
  }
  return [...places.values()];
}

function assertIdCount(ids: readonly string[], name: string): void {
  if (ids.length > maxFitting)
    throw badInput(`"${name}" takes up to ${maxFitting} ids, got ${ids.length}.`, 'input', name);
}

/** Throws BAD_USER_INPUT for what is not the id of a tag, and for more than `maxFitting`. */
function readExcept(ids: readonly string[]): (tag: Tag) => boolean {
  if (ids.length > maxFitting)
    throw badInput(`"except" takes up to ${maxFitting} ids, got ${ids.length}.`, 'input', 'except');
  const at = ids.findIndex((id) => decodeNodeId(id)?.type !== 'Tag');
  if (at >= 0) throw badInput('"except" takes ids of tags alone.', 'input', 'except', `${at}`);
  const excepted = new Set(ids);
  return ({ registryId, repositoryName: repository, name }) =>
    excepted.size > 0 && excepted.has(encodeNodeId({ type: 'Tag', registryId, repository, name }));
}

/** Bounded by what a number of JSON holds exactly. */
function sum<T>(items: readonly T[], count: (item: T) => number): number {
  return items.reduce((total, item) => Math.min(total + count(item), Number.MAX_SAFE_INTEGER), 0);
}
