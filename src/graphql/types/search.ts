import { ArgsType, createUnionType, Extensions, Field, Int, ObjectType } from 'type-graphql';
import type { Image, Repository, Tag } from '../../domain/catalogue.js';
import type { HitType, MarkedText } from '../../domain/marks.js';
import { maxCounted } from '../../domain/page.js';
import type { Registry } from '../../domain/registry.js';
import type { SearchResultPage } from '../../catalogue/browse/search.js';
import { createEnumType } from '../enum.js';
import { ImageType } from './image.js';
import { type Connection, costOfTotal, PageArgs, PageInfo } from './page.js';
import { RegistryType } from './registry.js';
import { RepositoryType } from './repository.js';
import { TagType } from './tag.js';

/** One thing found, with the name of its type. */
export type SearchNode =
  | ({ readonly __typename: 'Registry' } & Registry)
  | ({ readonly __typename: 'Repository' } & Repository)
  | ({ readonly __typename: 'Tag' } & Tag)
  | ({ readonly __typename: 'Image' } & Image);

export const SearchResultType = createUnionType({
  name: 'SearchResult',
  description: 'A thing that a search can find.',
  types: () => [RegistryType, RepositoryType, TagType, ImageType] as const,
});

export const SearchTypeEnum = createEnumType<HitType>('SearchType', 'A type of things that a search finds.', {
  registry: { name: 'REGISTRY', description: 'Registries, by their names.' },
  repository: { name: 'REPOSITORY', description: 'Repositories, by their full names.' },
  tag: { name: 'TAG', description: 'Tags, by their names and those of their repositories.' },
  image: { name: 'IMAGE', description: 'Images and indexes, by their digests and labels.' },
});

export const MarkedTextEnum = createEnumType<MarkedText>('SearchMarkField', 'A text of a thing that was found.', {
  NAME: 'Its name; of a repository the full one.',
  REPOSITORY_NAME: 'The full name of the repository that a tag is in.',
  DIGEST: 'Its digest.',
  LABEL: 'One of its labels, as `key=value`.',
});

@ObjectType('SearchMark', { description: 'A part of a text of a thing, in which a word of the query was found.' })
export class SearchMarkType {
  @Field(() => MarkedTextEnum, { description: 'The text it is in.' })
  of!: MarkedText;
  @Field({ description: 'The whole text.' })
  text!: string;
  @Field(() => Int, { description: 'How many UTF-16 units of the text come before the part.' })
  start!: number;
  @Field(() => Int, { description: 'How many UTF-16 units of the text come before its end.' })
  end!: number;
}

@ObjectType('SearchCount', { description: 'How many things of one type a search found.' })
export class SearchCountType {
  @Field(() => SearchTypeEnum, { description: 'The type.' })
  type!: HitType;
  @Field(() => Int, { description: 'How many, counted up to 10,000.' })
  count!: number;
  @Field({ description: 'There are more than `count` says: show it as "10,000+".' })
  hasMore!: boolean;
}

@ArgsType()
export class SearchArgs extends PageArgs {
  @Field(() => [SearchTypeEnum], { nullable: true, description: 'Only things of these types; all when absent.' })
  types?: HitType[] | null;
}

@ObjectType('SearchResultEdge', { description: 'One thing found, with its cursor.' })
export class SearchResultEdge {
  @Field({ description: 'Continue after this item with `after`.' })
  cursor!: string;
  @Field(() => SearchResultType, { description: 'The item.' })
  node!: SearchNode;
  query!: string;
}

/** A page with the query that found it, and with what counts all of it. */
export type SearchConnection = Omit<Connection<SearchNode>, 'edges'> &
  Pick<SearchResultPage, 'countByType'> & { readonly edges: readonly SearchResultEdge[] };

@ObjectType('SearchResultConnection', { description: 'A page of what a search found, the best match first.' })
export class SearchResultConnection implements SearchConnection {
  @Field(() => [SearchResultEdge], { description: 'The items with their cursors.' })
  edges!: SearchResultEdge[];
  @Field(() => [SearchResultType], { description: 'The items alone.' })
  nodes!: SearchNode[];
  @Field(() => PageInfo, { description: 'Where this page stands in the list.' })
  pageInfo!: PageInfo;
  countItems!: () => Promise<number>;
  countByType!: SearchConnection['countByType'];
  @Extensions({ cost: { points: costOfTotal } })
  @Field(() => Int, { description: 'The number of things found, counted up to 10,000.' })
  async totalCount(): Promise<number> {
    return Math.min(await this.countItems(), maxCounted);
  }
  @Extensions({ cost: { points: costOfTotal } })
  @Field(() => Boolean, { description: 'More was found than `totalCount` says: show it as "10,000+".' })
  async hasMoreThanCounted(): Promise<boolean> {
    return (await this.countItems()) > maxCounted;
  }
}
