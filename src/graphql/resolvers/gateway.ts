import { Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { assertAllowed } from '../../catalogue/access.js';
import { maxTags } from '../../catalogue/delete/selection.js';
import type { GatewayFacts } from '../../domain/gateway.js';
import { maxPageSize } from '../../domain/page.js';
import type { Context } from '../context.js';
import { GatewayLimitsType, GatewayLinksType, GatewayType } from '../types/gateway.js';

@Resolver(() => GatewayType)
export class GatewayResolver {
  @Query(() => GatewayType, {
    nullable: true,
    description: 'The gateway itself: its version, its limits, what it serves beside the API, and how it is called.',
  })
  gateway(@Ctx() { viewer, gateway }: Context): GatewayFacts {
    assertAllowed(viewer, 'read');
    return gateway;
  }

  @FieldResolver(() => GatewayLinksType, { description: 'The pages and documents that it serves beside the API.' })
  links(@Root() { isConsoleServed }: GatewayFacts): GatewayLinksType {
    return {
      console: isConsoleServed ? './' : null,
      explorer: 'explorer',
      documentation: 'explorer/documentation.html',
      reference: 'api/docs',
      openapi: 'api/openapi.json',
      schema: 'schema.graphql',
    };
  }

  @FieldResolver(() => GatewayLimitsType, { description: 'The bounds of one caller.' })
  limits(@Root() { limits }: GatewayFacts): GatewayLimitsType {
    return { ...limits, pageSize: maxPageSize, deletedTags: maxTags };
  }
}
