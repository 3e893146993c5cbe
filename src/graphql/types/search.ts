import { createUnionType, Extensions, Field, Int, ObjectType } from 'type-graphql';
import type { Image, Repository, Tag } from '../../domain/catalogue.js';
import { maxCounted } from '../../domain/page.js';
import type { Registry } from '../../domain/registry.js';
import { ImageType } from './image.js';
import { type Connection, costOfTotal, PageInfo } from './page.js';
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

@ObjectType('SearchResultEdge', { description: 'One thing found, with its cursor.' })
export class SearchResultEdge {
  @Field({ description: 'Continue after this item with `after`.' })
  cursor!: string;
  @Field(() => SearchResultType, { description: 'The item.' })
  node!: SearchNode;
}

@ObjectType('SearchResultConnection', { description: 'A page of what a search found, the best match first.' })
export class SearchResultConnection implements Connection<SearchNode> {
  @Field(() => [SearchResultEdge], { description: 'The items with their cursors.' })
  edges!: SearchResultEdge[];
  @Field(() => [SearchResultType], { description: 'The items alone.' })
  nodes!: SearchNode[];
  @Field(() => PageInfo, { description: 'Where this page stands in the list.' })
  pageInfo!: PageInfo;
  countItems!: () => Promise<number>;
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
