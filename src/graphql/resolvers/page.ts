import { ArgsType, Field, Int } from 'type-graphql';
import { assertPageSize, assertParts, maxParts, type PageRequest } from '../../domain/page.js';
import type { Context } from '../context.js';
import { RepositoryFilterInput, RepositoryOrderInput, TagFilterInput, TagOrderInput } from '../types/filter.js';

@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: 20, description: 'How many items at the most: 1 to 100.' })
  first!: number;
  @Field(() => String, { nullable: true, description: "Only items after this cursor: a page's `endCursor`." })
  after?: string | null;
}

@ArgsType()
export class RepositoryListArgs extends PageArgs {
  @Field(() => RepositoryFilterInput, {
    nullable: true,
    description: 'Only these. Repositories without tags are left out unless it says otherwise.',
  })
  filter?: RepositoryFilterInput | null;
  @Field(() => RepositoryOrderInput, { nullable: true, description: 'By name when absent.' })
  orderBy?: RepositoryOrderInput | null;
}

@ArgsType()
export class TagListArgs extends PageArgs {
  @Field(() => TagFilterInput, {
    nullable: true,
    description: 'Only these. Signatures and fallback tags of referrers are left out unless it says otherwise.',
  })
  filter?: TagFilterInput | null;
  @Field(() => TagOrderInput, { nullable: true, description: 'By name when absent.' })
  orderBy?: TagOrderInput | null;
}

@ArgsType()
export class RepositoryHistoryArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Only this tag, which may be gone; all tags when absent.' })
  tag?: string | null;
  @Field({
    defaultValue: false,
    description: 'Only what tags pointed to before, so that what was moved or deleted last comes first.',
  })
  formerOnly!: boolean;
}

@ArgsType()
export class RegistryHistoryArgs extends RepositoryHistoryArgs {
  @Field({ description: "The repository's full name; it may be gone." })
  repository!: string;
}

/** Parts of one thing, of which there are seldom many: one list without cursors. */
@ArgsType()
export class PartsArgs {
  @Field(() => Int, { defaultValue: maxParts, description: 'How many at the most: 1 to 1,000.' })
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
