import type { AnyTagFilter, OrderDirection, RepositoryFilter } from '../../domain/filter.js';
import { parseRepositoryName } from '../../domain/name.js';
import type { Page, PageRequest } from '../../domain/page.js';
import type {
  Drift,
  FacetCount,
  GroupFilter,
  GroupOrderField,
  Namespace,
  NamespacePlace,
  RepositoryFacet,
  RepositoryGroup,
  TagFacet,
} from '../../domain/summary.js';
import { badInput } from '../../errors.js';
import { assertAllowed } from '../access.js';
import type { RequestContext } from '../context.js';
import type { CatalogueParts } from '../parts.js';
import type { RegistryBrowsing } from './registries.js';

/** Registries that a group of repositories can be asked to have. */
const mostRegistries = 1000;

/** Parts of the catalogue that it uses. */
export interface SummaryParts extends Pick<CatalogueParts, 'lists'> {
  readonly registryBrowsing: RegistryBrowsing;
}

/** The repositories and tags of the index taken together: none of it waits for a registry. */
export class Summaries {
  readonly #parts: SummaryParts;

  constructor(parts: SummaryParts) {
    this.#parts = parts;
  }

  /** Throws BAD_USER_INPUT naming `parent` or `after`. */
  async listNamespaces(context: RequestContext, place: NamespacePlace, page: PageRequest): Promise<Page<Namespace>> {
    const lists = await this.#read(context, place.registryId === null ? null : [place.registryId]);
    // A namespace is written as a repository's name is.
    if (place.parent !== null) parseRepositoryName(place.parent, 'parent');
    return lists.listNamespaces(place, page);
  }

  /** Throws BAD_USER_INPUT naming `registryCountAtLeast`, `after` or a part of the filter. */
  async listRepositoryGroups(
    context: RequestContext,
    filter: GroupFilter,
    order: { readonly field: GroupOrderField; readonly direction: OrderDirection },
    page: PageRequest,
  ): Promise<Page<RepositoryGroup>> {
    const { registryCountAtLeast: least = 1 } = filter;
    if (!(least >= 1 && least <= mostRegistries))
      throw badInput(
        `"registryCountAtLeast" must be between 1 and ${mostRegistries}, got ${least}.`,
        'registryCountAtLeast',
      );
    return (await this.#read(context, filter.registryIds ?? null)).listRepositoryGroups(filter, order, page);
  }

  /** Compares the tags of the repositories that are shown of the group. */
  compare({ viewer, loaders }: RequestContext, { repositories }: RepositoryGroup): Promise<Drift> {
    assertAllowed(viewer, 'read');
    return loaders.drift.load(repositories.map(({ key }) => key));
  }

  async countRepositoriesBy(
    context: RequestContext,
    facet: RepositoryFacet,
    filter: RepositoryFilter,
    first: number,
  ): Promise<FacetCount[]> {
    const lists = await this.#read(context, filter.registryIds ?? null);
    return this.#name(context, facet, await lists.countRepositoriesBy(facet, filter, first));
  }

  async countTagsBy(
    context: RequestContext,
    facet: TagFacet,
    filter: AnyTagFilter,
    first: number,
  ): Promise<FacetCount[]> {
    const lists = await this.#read(context, filter.repositories.registryIds ?? null);
    return this.#name(context, facet, await lists.countTagsBy(facet, filter, first));
  }

  async #read(context: RequestContext, registryIds: readonly string[] | null): Promise<SummaryParts['lists']> {
    assertAllowed(context.viewer, 'read');
    await this.#parts.registryBrowsing.noteRead(context, registryIds);
    return this.#parts.lists;
  }

  /** Registries are told by their names, as a filter takes them. */
  async #name({ loaders }: RequestContext, facet: TagFacet, counts: FacetCount[]): Promise<FacetCount[]> {
    if (facet !== 'registry') return counts;
    return Promise.all(
      counts.map(async ({ value, count }) => ({ value: (await loaders.registry.load(value)).name, count })),
    );
  }
}
