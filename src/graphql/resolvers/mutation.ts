import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { refreshRegistry, refreshRepository } from '../../catalogue/jobs.js';
import { attachRegistry, changeRegistry, detachRegistry, findRegistryById } from '../../catalogue/registries.js';
import { findRepository } from '../../catalogue/repositories.js';
import type { Session } from '../../catalogue/session.js';
import { isUuid } from '../../domain/name.js';
import { badInput, notFound } from '../../errors.js';
import type { Context } from '../context.js';
import { decodeNodeId } from '../nodeid.js';
import { AddRegistryInput, LoginInput, RefreshInput, RemoveRegistryInput, UpdateRegistryInput } from '../types/input.js';
import { AddRegistryPayload, LoginPayload, RefreshPayload, RemoveRegistryPayload, UpdateRegistryPayload } from '../types/payload.js';
import { toUserError, type UserError } from '../types/usererror.js';

@Resolver()
export class MutationResolver {
  @Mutation(() => LoginPayload, { description: 'Gives a token for an account and its password. The only operation that needs no token; once in an operation.' })
  login(@Arg('input', { description: 'The account and its password.' }) { username, password }: LoginInput, @Ctx() context: Context): Promise<LoginPayload> {
    return answer(context, () => context.logIn(username, password, context.clientAddress));
  }

  @Mutation(() => AddRegistryPayload, { description: 'Tests the connection to a registry, then attaches it.' })
  addRegistry(@Arg('input', { description: 'The registry.' }) { dryRun, ...wanted }: AddRegistryInput, @Ctx() context: Context): Promise<AddRegistryPayload> {
    return answer(context, () => attachRegistry(context.session, wanted, dryRun));
  }

  @Mutation(() => UpdateRegistryPayload, { description: "Changes a registry's settings, after testing them." })
  updateRegistry(@Arg('input', { description: 'What to change.' }) { id, ...changes }: UpdateRegistryInput, @Ctx() context: Context): Promise<UpdateRegistryPayload> {
    return answer(context, async () => ({ registry: await changeRegistry(context.session, assertRegistryId(id), changes) }));
  }

  @Mutation(() => RemoveRegistryPayload, { description: 'Detaches a registry and forgets what was known of it. The registry itself is not touched.' })
  removeRegistry(@Arg('input', { description: 'Which.' }) { id }: RemoveRegistryInput, @Ctx() context: Context): Promise<RemoveRegistryPayload> {
    return answer(context, async () => ({ removedRegistryId: (await detachRegistry(context.session, assertRegistryId(id))).id }));
  }

  @Mutation(() => RefreshPayload, { description: 'Reads a registry or a repository again now.' })
  refresh(@Arg('input', { description: 'What.' }) { id, wait }: RefreshInput, @Ctx() context: Context): Promise<RefreshPayload> {
    return answer(context, () => refresh(context.session, id, wait));
  }
}

/** Runs a mutation. What a user can mend becomes the payload's `userErrors`; the rest is thrown on. */
export async function answer<P extends object>({ session }: Context, run: () => Promise<P>): Promise<P & { userErrors: UserError[] }> {
  try {
    return { userErrors: [], ...(await run()) };
  } catch (error) {
    const userError = toUserError(error);
    if (!userError) throw error;
    // Without its own fields a payload is all nulls, which is what its nullable fields are for.
    return { userErrors: [userError] } as unknown as P & { userErrors: UserError[] };
  } finally {
    // What the loaders read before the mutation may not be true after it.
    for (const loader of Object.values(session.loaders)) loader.clearAll();
  }
}

async function refresh(session: Session, id: string, wait: boolean): Promise<Pick<RefreshPayload, 'node' | 'job'>> {
  const node = decodeNodeId(id);
  if (node?.type !== 'Registry' && node?.type !== 'Repository') throw badInput('"id" is not the id of a registry or repository.', 'input', 'id');
  const registry = await findRegistryById(session, node.registryId);
  if (node.type === 'Registry') return { job: await refreshRegistry(session, registry, wait), node: { __typename: node.type, ...registry } };
  const repository = await findRepository(session, registry, node.name);
  await refreshRepository(session, registry, repository, wait);
  return { node: { __typename: node.type, ...(await findRepository(session, registry, node.name)) } };
}

function assertRegistryId(id: string): string {
  if (isUuid(id)) return id;
  throw notFound('No registry is attached with this id.');
}
