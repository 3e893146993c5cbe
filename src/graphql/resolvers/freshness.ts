import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Freshness } from '../../domain/freshness.js';
import type { Context } from '../context.js';
import { DateTime } from '../scalars.js';
import { FreshnessType } from '../types/node.js';

@Resolver(() => FreshnessType)
export class FreshnessResolver {
  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      'When the gateway next reads the registry by itself, and with it each repository and tag: the time of the ' +
      'answer, where that is due. Whoever reads what is older than `maxAge` has it read sooner, and so do ' +
      'notifications and `refresh`. null: the gateway is about to stop, and begins nothing more.',
  })
  nextAttemptAt(@Root() { registryId }: Freshness, @Ctx() { request, browsing }: Context): Promise<Date | null> | null {
    return registryId === undefined ? null : browsing.registries.findNextAttempt(request, registryId);
  }
}
