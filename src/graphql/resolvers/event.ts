import { Arg, Args, Ctx, Extensions, FieldResolver, ID, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { ActivityFilter, EventFilter, ToldEvent } from '../../domain/event.js';
import type { Job } from '../../domain/job.js';
import { parseRepositoryName } from '../../domain/name.js';
import type { Registry } from '../../domain/registry.js';
import type { Context } from '../context.js';
import {
  ActivityArgs,
  EventConnection,
  type EventFilterInput,
  EventListArgs,
  EventStreamArgs,
  EventType,
} from '../types/event.js';
import { JobType } from '../types/job.js';
import { type Connection, readPage, toConnection } from '../types/page.js';
import { RegistryType } from '../types/registry.js';

/** Points of a part of a filter, by which all events that are kept are looked at. */
const filterCosts = { registries: 20, repository: 20, kinds: 20, since: 20, before: 20 };

@Resolver(() => EventConnection)
export class EventListResolver {
  @Extensions({
    volatile: true,
    cost: { filters: filterCosts },
  })
  @Query(() => EventConnection, {
    nullable: true,
    description:
      'The events that are kept, the oldest first. Cursors are ids of events: `subscription { events }` goes on from ' +
      'the last one.',
  })
  async events(@Args() args: EventListArgs, @Ctx() context: Context): Promise<Connection<ToldEvent>> {
    const filter = await toEventFilter(args.filter, context);
    return toConnection(await context.browsing.events.list(context.request, filter, readPage(args, context)));
  }

  @Extensions({ volatile: true, cost: { filters: filterCosts } })
  @Query(() => EventConnection, {
    nullable: true,
    description:
      'The changes in all registries, and the jobs there: the events that are kept, the newest first, in the order ' +
      'in which the gateway found them.',
  })
  async activity(@Args() args: ActivityArgs, @Ctx() context: Context): Promise<Connection<ToldEvent>> {
    const { since, before } = args.filter ?? {};
    const filter: ActivityFilter = {
      ...(await toEventFilter(args.filter, context)),
      ...(since && { since }),
      ...(before && { before }),
    };
    return toConnection(await context.browsing.events.listBack(context.request, filter, readPage(args, context)));
  }

  @Extensions({ volatile: true })
  @FieldResolver(() => ID, {
    description: 'The id of the newest event, whatever the page has: `after` it all that is new is told.',
  })
  newest(@Ctx() { request, browsing }: Context): Promise<string> {
    return browsing.events.findNewest(request);
  }
}

@Resolver(() => EventType)
export class EventResolver {
  @FieldResolver()
  repositoryName(@Root() { repository }: ToldEvent): string | null {
    return repository;
  }

  @FieldResolver()
  tagName(@Root() { tag }: ToldEvent): string | null {
    return tag;
  }

  @FieldResolver(() => RegistryType, { nullable: true, description: 'The registry; null: it is detached.' })
  registry(@Root() { registryId }: ToldEvent, @Ctx() { request, browsing }: Context): Promise<Registry | null> {
    return browsing.registries.findKnown(request, registryId);
  }
}

/** The fields of `/graphql/stream`: what follows is begun by `subscribe`, and each event is then resolved by itself. */
@Resolver()
export class SubscriptionResolver {
  @Subscription(() => EventType, {
    description: 'Events as they happen, from now on or `after` one.',
    subscribe: async ({ args, context }) => {
      const { after, filter } = args as EventStreamArgs;
      const { request, browsing, follow } = context as Context;
      const follower = await browsing.events.follow(
        request,
        after ?? null,
        await toEventFilter(filter, context as Context),
      );
      return follow!(follower);
    },
  })
  events(@Root() event: ToldEvent, @Args() _args: EventStreamArgs): ToldEvent {
    return event;
  }

  @Subscription(() => JobType, {
    description:
      'A job as it stands, again each time that it has got further, at most four times a second, to its end.',
    subscribe: async ({ args, context }) => {
      const { request, browsing, follow } = context as Context;
      return follow!(await browsing.jobs.follow(request, (args as { readonly id: string }).id));
    },
  })
  job(@Root() job: Job, @Arg('id', () => ID, { description: 'The id.' }) _id: string): Job {
    return job;
  }
}

/** With registries by id. Throws NOT_FOUND for a name of none. */
async function toEventFilter(
  input: EventFilterInput | null | undefined,
  { request, browsing }: Context,
): Promise<EventFilter> {
  const { registries, repository, kinds } = input ?? {};
  return {
    ...(registries && { registryIds: await browsing.events.findRegistries(request, registries) }),
    ...(repository != null && { repository: parseRepositoryName(repository, 'filter', 'repository') }),
    ...(kinds && { kinds }),
  };
}
