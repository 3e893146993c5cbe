import { Arg, Args, Ctx, Extensions, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Repository } from '../../domain/catalogue.js';
import type { Drift, Namespace, RepositoryGroup } from '../../domain/summary.js';
import type { Context } from '../context.js';
import { byName, type Connection, PageArgs, readPage, toConnection } from '../types/page.js';
import { RepositoryType, toRepositoryFilter } from '../types/repository.js';
import {
  DriftType,
  NamespaceConnection,
  RepositoryGroupConnection,
  RepositoryGroupListArgs,
  RepositoryGroupType,
} from '../types/summary.js';
import { repositoryFilterPoints } from './repository.js';

/** Points of a list for which all names of repositories are looked through. */
const costOfNames = 50;

@Resolver(() => RepositoryGroupType)
export class SummaryResolver {
  @Extensions({ cost: { points: costOfNames } })
  @Query(() => NamespaceConnection, {
    nullable: true,
    description:
      'The tree that the names of repositories make, a level at a time: the namespaces right below `parent`, by ' +
      'name, with all that is in them and below. `RepositoryFilter.namespace` has the repositories right in one.',
  })
  async namespaces(
    @Args() page: PageArgs,
    @Ctx() context: Context,
    @Arg('registry', () => String, {
      nullable: true,
      description: 'Only of this registry: its name, or its UUID. All when absent.',
    })
    registry?: string | null,
    @Arg('parent', () => String, {
      nullable: true,
      description: 'The namespace that they are right below: `team/web`. Those at the top when absent.',
    })
    parent?: string | null,
  ): Promise<Connection<Namespace>> {
    const { request, browsing } = context;
    const registryId = registry == null ? null : (await browsing.registries.find(request, registry)).id;
    const place = { registryId, parent: parent ?? null };
    return toConnection(await browsing.summaries.listNamespaces(request, place, readPage(page, context)));
  }

  @Extensions({ cost: { points: costOfNames, filters: repositoryFilterPoints } })
  @Query(() => RepositoryGroupConnection, {
    nullable: true,
    description:
      'Repositories by their names, over all registries: where the same name is, and whether it is the same.',
  })
  async repositoryGroups(
    @Args() args: RepositoryGroupListArgs,
    @Ctx() context: Context,
  ): Promise<Connection<RepositoryGroup>> {
    const { filter, registryCountAtLeast, orderBy } = args;
    return toConnection(
      await context.browsing.summaries.listRepositoryGroups(
        context.request,
        { ...(await toRepositoryFilter(filter, context)), registryCountAtLeast },
        orderBy ?? byName,
        readPage(args, context),
      ),
    );
  }

  @FieldResolver(() => [RepositoryType], {
    description: 'The repositories themselves, by the names of their registries: 100 at the most.',
  })
  repositories(@Root() { repositories }: RepositoryGroup): readonly Repository[] {
    return repositories;
  }

  @Extensions({ cost: { points: 20 } })
  @FieldResolver(() => DriftType, { description: 'How far the tags of `repositories` are the same.' })
  drift(@Root() group: RepositoryGroup, @Ctx() { request, browsing }: Context): Promise<Drift> {
    return browsing.summaries.compare(request, group);
  }
}
