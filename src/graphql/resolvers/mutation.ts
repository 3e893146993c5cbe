import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Attempt, MutationContext } from '../../catalogue/audit.js';
import { GatewayError } from '../../errors.js';
import type { Context } from '../context.js';
import { toUserError, type UserError } from '../types/errors.js';
import { AddRegistryPayload, RefreshPayload, RemoveRegistryPayload, UpdateRegistryPayload } from '../types/registry.js';
import { AddRegistryInput, RefreshInput, RemoveRegistryInput, UpdateRegistryInput } from '../types/registryinput.js';
import { LoginInput, LoginPayload } from '../types/viewer.js';
import { describeTarget, findRegistry, type PlaceTarget, readPlaceTarget, readRegistryTarget } from './target.js';

@Resolver()
export class MutationResolver {
  @Mutation(() => LoginPayload, {
    description:
      'Gives a token, or the cookie of a session, for an account and its password. It and `changePassword` need no ' +
      'token; one of them, once in an operation.',
  })
  login(
    @Arg('input', { description: 'The account and its password.' }) { username, password, session }: LoginInput,
    @Ctx() context: Context,
  ): Promise<LoginPayload> {
    const { clientAddress } = context;
    const details = { clientAddress, ...(session && { session }) };
    return answer(context, { action: 'login', username, details }, async ({ deed }) => {
      const [form, give] = session ? (['session', context.session.open()] as const) : (['token', null] as const);
      const given = await deed.commit((entry) => context.logIn(username, password, clientAddress, entry(), form));
      give?.(given);
      return give ? { ...given, token: null } : given;
    });
  }

  @Mutation(() => AddRegistryPayload, { description: 'Tests the connection to a registry, then attaches it.' })
  addRegistry(
    @Arg('input', { description: 'The registry.' }) { dryRun, ...wanted }: AddRegistryInput,
    @Ctx() context: Context,
  ): Promise<AddRegistryPayload> {
    return answer(context, { action: 'addRegistry', registry: wanted.name, isDryRun: dryRun }, (request) =>
      context.managing.registries.attach(request, wanted, dryRun),
    );
  }

  @Mutation(() => UpdateRegistryPayload, { description: "Changes a registry's settings, after testing them." })
  updateRegistry(
    @Arg('input', { description: 'The registry, and its settings that change.' })
    { id, registry, ...changes }: UpdateRegistryInput,
    @Ctx() context: Context,
  ): Promise<UpdateRegistryPayload> {
    const attempt = { action: 'updateRegistry', ...describeTarget({ id, registry }) };
    return answer(context, attempt, async (request) => {
      const found = await findRegistry(context, readRegistryTarget({ id, registry }));
      return { registry: await context.managing.registries.change(request, found.id, changes) };
    });
  }

  @Mutation(() => RemoveRegistryPayload, {
    description: 'Detaches a registry and forgets what was known of it. The registry itself is not touched.',
  })
  removeRegistry(
    @Arg('input', { description: 'The registry to detach.' }) input: RemoveRegistryInput,
    @Ctx() context: Context,
  ): Promise<RemoveRegistryPayload> {
    return answer(context, { action: 'removeRegistry', ...describeTarget(input) }, async (request) => {
      const { id } = await findRegistry(context, readRegistryTarget(input));
      return { removedRegistryId: (await context.managing.registries.detach(request, id)).id };
    });
  }

  @Mutation(() => RefreshPayload, {
    description:
      'Reads a registry or a repository again now: each at most once in ten seconds, whoever asks. Who comes while ' +
      'it is being read joins that, and who comes within ten seconds after it gets what was read, and it is read ' +
      'once more when these are over.',
  })
  refresh(
    @Arg('input', { description: 'The registry or repository to read.' }) input: RefreshInput,
    @Ctx() context: Context,
  ): Promise<RefreshPayload> {
    return answer(context, { action: 'refresh', ...describeTarget(input) }, (request) =>
      refresh(context, request, readPlaceTarget(input), input.wait),
    );
  }
}

/**
 * Runs a mutation, which leaves an entry in the audit log: see catalogue/audit.ts. What a user can mend becomes the
 * payload's `userErrors`; the rest is thrown on.
 */
export async function answer<P extends object>(
  context: Context,
  attempt: Attempt,
  run: (request: MutationContext) => Promise<P>,
): Promise<P & { userErrors: UserError[] }> {
  const { request, audit } = context;
  try {
    return await audit.audited(
      request,
      attempt,
      async (recorded) => ({ userErrors: [], ...(await run(recorded)) }),
      ({ userErrors: [error] }) => error ?? null,
    );
  } catch (error) {
    // Without its own fields a payload is all nulls, which is what its nullable fields are for.
    return { userErrors: showRefusal(context, error) } as unknown as P & { userErrors: UserError[] };
  } finally {
    // The loaders may hold what is no longer true after the mutation.
    for (const loader of Object.values(request.loaders)) loader.clearAll();
  }
}

/** Gives, as `userErrors`, what a user can mend, and keeps the error itself for REST. Throws the rest on. */
export function showRefusal({ refusals }: Context, error: unknown): UserError[] {
  const userError = error instanceof GatewayError ? toUserError(error) : null;
  if (!(error instanceof GatewayError) || !userError) throw error;
  refusals.push(error);
  return [userError];
}

async function refresh(
  context: Context,
  request: MutationContext,
  target: PlaceTarget,
  wait: boolean,
): Promise<Pick<RefreshPayload, 'node' | 'job'>> {
  const { repositories, jobs } = context.browsing;
  const registry = await findRegistry(context, target);
  if (target.repository === null) {
    const job = await jobs.refreshRegistry(request, registry, wait);
    request.deed.tell({ outcome: 'ACCEPTED', jobId: job.id });
    return { job, node: { __typename: 'Registry', ...registry } };
  }
  const repository = await repositories.find(request, registry, target.repository);
  await jobs.refreshRepository(request, registry, repository, wait);
  return { node: { __typename: 'Repository', ...(await repositories.find(request, registry, repository.name)) } };
}
