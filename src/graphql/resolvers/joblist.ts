import { Args, Ctx, Extensions, Query, Resolver } from 'type-graphql';
import type { Job, JobFilter } from '../../domain/job.js';
import { parseRepositoryName } from '../../domain/name.js';
import type { Context } from '../context.js';
import { JobConnection, type JobFilterInput, JobListArgs } from '../types/joblist.js';
import { type Connection, readPage, toConnection } from '../types/page.js';

/** Points of a part of the filter, by which all jobs that are kept are looked at. */
const filterCosts = { registries: 20, repository: 20, kinds: 20, states: 20, requestedBy: 20 };

@Resolver()
export class JobListResolver {
  @Extensions({ volatile: true, cost: { filters: filterCosts } })
  @Query(() => JobConnection, {
    nullable: true,
    description:
      'The jobs of all registries, the newest first; a deletion from many repositories once. Crawls are among them: ' +
      'say `kinds` for deletions alone. The last fifty of each kind and registry are kept.',
  })
  async jobs(@Args() args: JobListArgs, @Ctx() context: Context): Promise<Connection<Job>> {
    const filter = await toJobFilter(args.filter, context);
    return toConnection(await context.browsing.jobs.listAll(context.request, filter, readPage(args, context)));
  }
}

/** With registries by id. Throws NOT_FOUND for a name of none. */
async function toJobFilter(
  input: JobFilterInput | null | undefined,
  { request, browsing }: Context,
): Promise<JobFilter> {
  const { registries, repository, kinds, states, requestedBy, pieces } = input ?? {};
  return {
    ...(registries && { registryIds: await browsing.registries.findIds(request, registries) }),
    ...(repository != null && { repository: parseRepositoryName(repository, 'filter', 'repository') }),
    ...(kinds && { kinds }),
    ...(states && { states }),
    ...(requestedBy != null && { requestedBy }),
    pieces: pieces ?? false,
  };
}
