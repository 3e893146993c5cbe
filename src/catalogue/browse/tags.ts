import type { Image, Repository, Tag } from '../../domain/catalogue.js';
import type { AnyTagFilter, TagFilter, TagOrder } from '../../domain/filter.js';
import type { Freshness } from '../../domain/freshness.js';
import { parseTagName, quote } from '../../domain/name.js';
import type { Page, PageRequest } from '../../domain/page.js';
import { notFound } from '../../errors.js';
import { assertAllowed } from '../access.js';
import { judgeFreshness } from '../freshness.js';
import type { RequestContext } from '../context.js';
import { nameKind, type TagTextKind } from '../loaders/tagtexts.js';
import type { CatalogueParts } from '../parts.js';
import type { RegistryBrowsing } from './registries.js';
import { type TagSizeParts, type TagsSize, type WeighedTags, weighTags } from './tagsizes.js';

/** Parts of the catalogue that it uses. */
export interface TagBrowsingParts extends TagSizeParts, Pick<CatalogueParts, 'clock' | 'lists' | 'tagTexts'> {
  readonly registryBrowsing: RegistryBrowsing;
}

export class TagBrowsing {
  readonly #parts: TagBrowsingParts;

  constructor(parts: TagBrowsingParts) {
    this.#parts = parts;
  }

  /** A page of the index. */
  list(
    context: RequestContext,
    repository: Repository,
    filter: TagFilter,
    order: TagOrder,
    page: PageRequest,
  ): Promise<Page<Tag>> {
    assertAllowed(context.viewer, 'read');
    return context.loaders.tagPage.load({ repositoryKey: repository.key, filter, order, page });
  }

  /** A page of the index, of the tags of all registries. */
  async listAll(context: RequestContext, filter: AnyTagFilter, order: TagOrder, page: PageRequest): Promise<Page<Tag>> {
    assertAllowed(context.viewer, 'read');
    const { registryBrowsing, lists } = this.#parts;
    await registryBrowsing.noteRead(context, filter.repositories.registryIds ?? null);
    return lists.listAllTags(filter, order, page);
  }

  /** Returns what these tags hold together, as far as is known. Throws BAD_USER_INPUT. */
  weigh(context: RequestContext, repository: Repository, wanted: WeighedTags): Promise<TagsSize> {
    return weighTags(this.#parts, context, repository, wanted);
  }

  /** The first page of each repository, as the form writes it: what was written and has not changed is not read. */
  async listAsTexts(
    { viewer, loaders }: RequestContext,
    repositories: readonly Repository[],
    kind: TagTextKind,
  ): Promise<readonly Buffer[]> {
    assertAllowed(viewer, 'read');
    const name = nameKind(kind);
    const kept = repositories.map((repository) => this.#parts.tagTexts.find(repository, name));
    const missing = repositories.filter((_repository, at) => kept[at] === null);
    if (missing.length === 0) return kept as Buffer[];
    const written = (await loaders.tagTexts.load({ ...kind, repositories: missing })).values();
    return kept.map((text) => text ?? written.next().value!);
  }

  /** Throws NOT_FOUND, BAD_USER_INPUT. */
  async find(context: RequestContext, repository: Repository, text: string): Promise<Tag> {
    assertAllowed(context.viewer, 'read');
    const tag = await context.loaders.tagNamed.load({
      repositoryKey: repository.key,
      name: parseTagName(text, 'name'),
    });
    if (tag) return tag;
    throw notFound(`The repository ${repository.name} has no tag ${quote(text)}.`);
  }

  /** Returns the tag of a repository that changed last; null when it has none. */
  async findLatest(context: RequestContext, repository: Repository): Promise<Tag | null> {
    const page = { first: 1, after: null };
    const { items } = await this.list(context, repository, {}, { field: 'UPDATED_AT', direction: 'DESC' }, page);
    return items[0] ?? null;
  }

  /** Returns the image that the tag points to; null while that could not be read. */
  async findImage({ loaders }: RequestContext, tag: Tag): Promise<Image | null> {
    return tag.imageKey === null ? null : loaders.image.load(tag.imageKey);
  }

  /** Returns other tags of the repository on the same digest, in name order. */
  async listSiblings(
    context: RequestContext,
    { key, repositoryKey, imageKey }: Tag,
    first: number,
  ): Promise<readonly Tag[]> {
    assertAllowed(context.viewer, 'read');
    if (imageKey === null) return [];
    // All tags of a repository on one image share a list, which may have the tag itself.
    const all = await context.loaders.tagsOn.load({ repositoryKey, imageKey, limit: first + 1 });
    return all.filter((tag) => tag.key !== key).slice(0, first);
  }

  /** Returns how many other tags of the repository are on the same digest. */
  async countSiblings(context: RequestContext, { repositoryKey, imageKey }: Tag): Promise<number> {
    assertAllowed(context.viewer, 'read');
    if (imageKey === null) return 0;
    // Without the tag itself, unless it has gone since it was read.
    return Math.max(0, (await context.loaders.tagCountOn.load({ repositoryKey, imageKey })) - 1);
  }

  async judge(context: RequestContext, { confirmedAt, error, registryId }: Tag): Promise<Freshness> {
    const { maxAge } = await context.loaders.registry.load(registryId);
    return { ...judgeFreshness(confirmedAt, error, maxAge, this.#parts.clock()), registryId };
  }
}
