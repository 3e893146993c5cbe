import { Field, ID, InterfaceType, ObjectType } from 'type-graphql';
import type { FreshnessState } from '../../domain/freshness.js';
import type { ErrorCode } from '../../errors.js';
import { createEnumType } from '../enum.js';
import { DateTime } from '../scalars.js';
import { ErrorCodeEnum } from './errors.js';

@InterfaceType('Node', {
  description: 'Anything that has an id of its own, to be read again with `node`.',
  resolveType: (value: { __typename?: string }) => value.__typename,
})
export abstract class Node {
  @Field(() => ID, { description: 'Opaque and stable: the same thing keeps its id when it is indexed again.' })
  id!: string;
}

export const FreshnessStateEnum = createEnumType<FreshnessState>(
  'FreshnessState',
  'How far an answer can be relied on.',
  {
    FRESH: 'The registry confirmed it within its `maxAge`.',
    STALE: 'Older than `maxAge`, or the last attempt failed in a way that may pass.',
    UNREACHABLE: 'The registry does not answer: this is its last known state.',
    RATE_LIMITED: 'The registry takes no more requests just now: reading goes on at `retryAt`.',
    INDEXING: 'Some of it has not been read yet.',
    NEVER_INDEXED: 'Nothing of it has been read yet.',
  },
);

@ObjectType('UpstreamProblem', { description: 'The failure of a registry when it was last asked.' })
export class UpstreamProblemType {
  @Field(() => ErrorCodeEnum, { description: 'The stable error code, such as UPSTREAM_UNREACHABLE.' })
  code!: ErrorCode;
  @Field({ description: 'A sentence that says what happened.' })
  message!: string;
  @Field(() => DateTime, { description: 'When it happened.' })
  at!: Date;
}

@ObjectType('Freshness', { description: 'How old an answer is, and why.' })
export class FreshnessType {
  @Field(() => FreshnessStateEnum, { description: 'How far the answer can be relied on.' })
  state!: FreshnessState;
  @Field(() => DateTime, { nullable: true, description: 'When the registry last confirmed it; null: never.' })
  confirmedAt!: Date | null;
  @Field(() => UpstreamProblemType, {
    nullable: true,
    description: 'The last failure; null when the last attempt succeeded.',
  })
  lastError!: UpstreamProblemType | null;
  @Field(() => DateTime, {
    nullable: true,
    description:
      'When reading goes on, where the registry has limited it, or is away; null: neither, or it did not say.',
  })
  retryAt?: Date | null;
  registryId?: string;
}

@ObjectType('KeyValue', { description: 'One label or annotation.' })
export class KeyValue {
  @Field({ description: 'The key.' })
  key!: string;
  @Field({ description: 'The value.' })
  value!: string;
}

/** Sorted by key, so that equal maps give equal answers. */
export function listPairs(map: Readonly<Record<string, string>>): KeyValue[] {
  return Object.entries(map)
    .map(([key, value]) => ({ key, value }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}
