import type { Kysely } from 'kysely';
import type { PlainTag, PlainTagPage, Repository, Tag } from '../../domain/catalogue.js';
import type {
  AnyTagFilter,
  IndexedTagOrder,
  OrderDirection,
  RepositoryFilter,
  RepositoryOrder,
  TagFilter,
  TagOrder,
} from '../../domain/filter.js';
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
import type { Tables } from '../database/database.js';
import { pageAllTags } from './alltags.js';
import { countRepositoriesBy, countTagsBy } from './facets.js';
import { compareRepositories, pageRepositoryGroups } from './groups.js';
import { listLocations } from './locations.js';
import { pageNamespaces } from './namespaces.js';
import { readPlainTags } from './plaintags.js';
import { countRepositoriesOf, pageRepositories, listRepositoriesOf } from './repositorylists.js';
import { countListed, pageTags } from './taglists.js';

/**
 * Pages of the index: filtered, in an order, continued by cursors that stay right while rows come and go. Methods throw
 * BAD_USER_INPUT for a cursor of another list or order (naming `after`) and for a filter that cannot be
 * (`filter.glob`).
 */
export interface ListStore {
  /** Of one registry when the filter names one, else across all. */
  listRepositories(filter: RepositoryFilter, order: RepositoryOrder, page: PageRequest): Promise<Page<Repository>>;
  /**
   * A page of each registry, in one statement, whatever registries the filter names. `after` with several is refused.
   */
  listRepositoriesOf(
    registryIds: readonly string[],
    filter: RepositoryFilter,
    order: RepositoryOrder,
    page: PageRequest,
  ): Promise<Map<string, Page<Repository>>>;
  /** Of each registry that has any. */
  countRepositoriesOf(registryIds: readonly string[], filter: RepositoryFilter): Promise<Map<string, number>>;
  /**
   * A page of each repository, in one statement. A cursor belongs to one repository: `after` with several is refused.
   */
  listTags(
    repositoryKeys: readonly number[],
    filter: TagFilter,
    order: TagOrder,
    page: PageRequest,
  ): Promise<Map<number, Page<Tag>>>;
  /** A page of the tags of all repositories, in another process. */
  listAllTags(filter: AnyTagFilter, order: TagOrder, page: PageRequest): Promise<Page<Tag>>;
  /**
   * The first page of each repository's shown tags, in one statement, with no more of their columns than are wanted.
   */
  readPlainTags(
    repositoryKeys: readonly number[],
    order: IndexedTagOrder,
    first: number,
    wanted: Iterable<keyof PlainTag>,
  ): Promise<Map<number, PlainTagPage>>;
  /** Tags per repository; of what is not filtered, as last counted. */
  countTags(repositoryKeys: readonly number[], filter: TagFilter): Promise<Map<number, number>>;
  /**
   * A page of each image, in one statement: the tags on it, and on the indexes that it is a child of, hidden ones too,
   * by the names of registry, repository and tag. A cursor belongs to one image: `after` with several is refused.
   */
  listLocations(imageKeys: readonly number[], page: PageRequest): Promise<Map<number, Page<Tag>>>;
  /** The namespaces right below a parent that hold repositories which are shown, by name. */
  listNamespaces(place: NamespacePlace, page: PageRequest): Promise<Page<Namespace>>;
  /** Repositories of one name in all registries together; two statements a page. */
  listRepositoryGroups(
    filter: GroupFilter,
    order: { readonly field: GroupOrderField; readonly direction: OrderDirection },
    page: PageRequest,
  ): Promise<Page<RepositoryGroup>>;
  /** How far the tags of repositories are the same, of several groups of repositories in two statements. */
  compareRepositories(groups: readonly (readonly number[])[]): Promise<Drift[]>;
  /**
   * How many repositories of a filter have each value, the most first; without what the filter says of that itself.
   * Registries are told by their ids; a repository counts for each of its platforms.
   */
  countRepositoriesBy(facet: RepositoryFacet, filter: RepositoryFilter, first: number): Promise<FacetCount[]>;
  /** As `countRepositoriesBy`, of tags. */
  countTagsBy(facet: TagFacet, filter: AnyTagFilter, first: number): Promise<FacetCount[]>;
}

/** `scanner` reads what no index gives: see `Database`. */
export function createListStore(db: Kysely<Tables>, scanner: Kysely<Tables> = db): ListStore {
  const connections = { db, scanner };
  return {
    listRepositories: (filter, order, page) => pageRepositories(connections, filter, order, page),
    listRepositoriesOf: (registryIds, filter, order, page) =>
      listRepositoriesOf(connections, registryIds, filter, order, page),
    countRepositoriesOf: (registryIds, filter) => countRepositoriesOf(scanner, registryIds, filter),
    listTags: (repositoryKeys, filter, order, page) => pageTags(connections, repositoryKeys, filter, order, page),
    listAllTags: (filter, order, page) => pageAllTags(scanner, filter, order, page),
    readPlainTags: (repositoryKeys, order, first, wanted) => readPlainTags(db, repositoryKeys, order, first, wanted),
    countTags: (repositoryKeys, filter) => countListed(connections, repositoryKeys, filter),
    listLocations: (imageKeys, page) => listLocations(scanner, imageKeys, page),
    listNamespaces: (place, page) => pageNamespaces(scanner, place, page),
    listRepositoryGroups: (filter, order, page) => pageRepositoryGroups(scanner, filter, order, page),
    compareRepositories: (groups) => compareRepositories(scanner, groups),
    countRepositoriesBy: (facet, filter, first) => countRepositoriesBy(scanner, facet, filter, first),
    countTagsBy: (facet, filter, first) => countTagsBy(scanner, facet, filter, first),
  };
}
