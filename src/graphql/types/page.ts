import { ArgsType, type ClassType, Extensions, Field, InputType, Int, ObjectType } from 'type-graphql';
import type { OrderDirection } from '../../domain/filter.js';
import { assertOffset, assertPageSize, assertParts, maxParts, type Page, type PageRequest } from '../../domain/page.js';
import { badInput } from '../../errors.js';
import type { Context } from '../context.js';
import { createEnumType } from '../enum.js';

/** Points of counting a whole list: by `npm run bench costs` a millisecond for 100,000 tags. */
export const costOfTotal = 10;

@ObjectType('PageInfo', { description: 'Where a page stands in its list.' })
export class PageInfo {
  @Field({ description: 'More items follow: ask with `after: endCursor`.' })
  hasNextPage!: boolean;
  @Field({ description: 'The page did not begin at the start of the list.' })
  hasPreviousPage!: boolean;
  @Field(() => String, { nullable: true, description: 'The cursor of the first item; null on an empty page.' })
  startCursor!: string | null;
  @Field(() => String, { nullable: true, description: 'The cursor of the last item; null on an empty page.' })
  endCursor!: string | null;
}

export interface Edge<T> {
  cursor: string;
  node: T;
}

export interface Connection<T> {
  readonly edges: readonly Edge<T>[];
  readonly nodes: readonly T[];
  readonly pageInfo: PageInfo;
  /** Called when `totalCount` is asked for. */
  readonly countItems: () => Promise<number>;
}

/** The Relay connection of a node type: https://relay.dev/graphql/connections.htm, with `nodes` as a short cut. */
export function createConnectionType<T extends object>(node: ClassType<T>, name: string): ClassType<Connection<T>> {
  @ObjectType(`${name}Edge`, { description: `One ${name} in a list, with its cursor.` })
  class EdgeType implements Edge<T> {
    @Field({ description: 'Continue after this item with `after`.' })
    cursor!: string;
    @Field(() => node, { description: 'The item.' })
    node!: T;
  }

  @ObjectType(`${name}Connection`, { description: `A page of ${name} items.` })
  class ConnectionType implements Connection<T> {
    @Field(() => [EdgeType], { description: 'The items with their cursors.' })
    edges!: readonly EdgeType[];
    @Field(() => [node], { description: 'The items alone.' })
    nodes!: readonly T[];
    @Field(() => PageInfo, { description: 'Where this page stands in the list.' })
    pageInfo!: PageInfo;
    countItems!: () => Promise<number>;
    @Extensions({ cost: { points: costOfTotal } })
    @Field(() => Int, { description: 'The number of items in the whole list.' })
    totalCount(): Promise<number> {
      return this.countItems();
    }
  }
  return ConnectionType;
}

/** Cursors are made when they are asked for: most pages are read for their nodes alone. */
export function toConnection<D>({ items, hasNextPage, hasPreviousPage, cursorOf, totalCount }: Page<D>): Connection<D> {
  const [first, last] = [items[0], items.at(-1)];
  return {
    nodes: items,
    countItems: totalCount,
    get edges() {
      return items.map((node) => ({ cursor: cursorOf(node), node }));
    },
    get pageInfo() {
      return {
        hasNextPage,
        hasPreviousPage,
        startCursor: first ? cursorOf(first) : null,
        endCursor: last ? cursorOf(last) : null,
      };
    },
  };
}

export const OrderDirectionEnum = createEnumType<OrderDirection>(
  'OrderDirection',
  'The end of a list that comes first.',
  {
    ASC: 'The lowest, oldest or smallest first.',
    DESC: 'The highest, newest or largest first.',
  },
);

/** By what is for each list to say, in a field beside. */
@InputType()
export abstract class OrderInput {
  @Field(() => OrderDirectionEnum, {
    nullable: true,
    defaultValue: 'ASC' satisfies OrderDirection,
    description: 'The end of the list that comes first.',
  })
  direction!: OrderDirection;
}

/** The order where none is asked for. */
export const byName = { field: 'NAME', direction: 'ASC' } as const;

@ArgsType()
export class PageArgs {
  @Field(() => Int, { nullable: true, defaultValue: 20, description: 'How many items at the most: 1 to 100.' })
  first!: number;
  @Field(() => String, { nullable: true, description: "Only items after this cursor: a page's `endCursor`." })
  after?: string | null;
}

/** A page that may begin anywhere, for whoever shows a part of a long list. */
@ArgsType()
export class OffsetPageArgs extends PageArgs {
  @Field(() => Int, {
    nullable: true,
    description:
      'How many items to pass over, from the beginning of the list on, in place of `after`: 0 to 10,000,000. A page ' +
      'costs a point more for each 1,000 of them.',
  })
  offset?: number | null;
  @Field(() => Int, {
    nullable: true,
    description: 'How many of the last items, in place of `first`: 1 to 100. They are in the order of the list.',
  })
  last?: number | null;
  @Field(() => String, {
    nullable: true,
    description: "Beside `last`, only items before this cursor: a page's `startCursor`.",
  })
  before?: string | null;
}

/** Parts of one thing, of which there are seldom many: one list without cursors. */
@ArgsType()
export class PartsArgs {
  @Field(() => Int, { nullable: true, defaultValue: maxParts, description: 'How many at the most: 1 to 1,000.' })
  first!: number;
}

/** How many parts: throws BAD_USER_INPUT for more than the caller's limit. */
export function readParts({ first }: PartsArgs, { pageLimit }: Context): number {
  assertParts(first, Math.max(pageLimit, maxParts));
  return first;
}

/** Throws BAD_USER_INPUT for a page over the caller's limit. */
export function readPage({ first, after }: PageArgs, { pageLimit }: Context): PageRequest {
  assertPageSize(first, pageLimit);
  return { first, after: after ?? null };
}

/**
 * As `readPage`. Throws BAD_USER_INPUT for an offset beside a cursor, or that is out of range, and for a page that is
 * to be read from both ends.
 */
export function readOffsetPage({ offset, last, before, ...args }: OffsetPageArgs, context: Context): PageRequest {
  if (last == null && before != null)
    throw badInput('"before" is for the last items: say how many with "last".', 'last');
  if (last != null) {
    if (args.after != null || offset != null)
      throw badInput('"last" counts from the end of the list: leave "after" and "offset" out.', 'last');
    assertPageSize(last, context.pageLimit, 'last');
    return { first: last, after: before ?? null, isBackward: true };
  }
  const page = readPage(args, context);
  if (offset == null) return page;
  assertOffset(offset, page.after);
  return { ...page, offset };
}

/** Of a list without cursors that may be long, whose items are at hand. */
export const firstOptions = { nullable: true, defaultValue: 100, description: 'How many at the most: 1 to 100.' };

/** The first items. Throws BAD_USER_INPUT for more than the caller's limit. */
export function takeFirst<T>(all: readonly T[], first: number, context: Context): readonly T[] {
  return all.slice(0, readPage({ first }, context).first);
}
