import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { MutationContext } from '../../catalogue/audit.js';
import { type ConnectionStep, hasPassed } from '../../domain/connectionstep.js';
import { badInput } from '../../errors.js';
import type { Context } from '../context.js';
import { TestRegistryPayload } from '../types/connectionstep.js';
import { TestRegistryInput } from '../types/registryinput.js';
import { answer } from './mutation.js';
import { describeTarget, findRegistry, readRegistryTarget } from './target.js';

@Resolver()
export class ConnectionTestResolver {
  @Mutation(() => TestRegistryPayload, {
    description:
      'Tests the connection to a registry, step by step, and changes nothing: at most some fifteen small requests, ' +
      'within ten seconds. It takes the rights of `addRegistry`, and who may not be told what answers at an address ' +
      'without a registry learns only that none does.',
  })
  testRegistry(
    @Arg('input', { description: 'The registry, attached or not.' }) input: TestRegistryInput,
    @Ctx() context: Context,
  ): Promise<TestRegistryPayload> {
    return answer(context, { action: 'testRegistry', ...describeTarget(input) }, async (request) => {
      const steps = await test(context, request, input);
      const passed = hasPassed(steps);
      const failed = steps.find(({ state }) => state === 'FAILED');
      request.deed.tell({ details: { passed, ...(failed && { failed: failed.kind, code: failed.code }) } });
      return { steps, passed };
    });
  }
}

async function test(
  context: Context,
  request: MutationContext,
  { id, registry, addr, repository = null, ...settings }: TestRegistryInput,
): Promise<readonly ConnectionStep[]> {
  const { connections } = context.managing;
  if (addr !== null && addr !== undefined) {
    if (id != null || registry != null)
      throw badInput(
        '"addr" is of a registry that is not attached: give it without "id" and "registry".',
        'input',
        'addr',
      );
    return connections.testNew(request, { ...settings, addr }, repository);
  }
  const given = Object.entries(settings).find(([, value]) => value !== null && value !== undefined && value !== false);
  if (given)
    throw badInput(
      `"${given[0]}" goes with "addr": a registry that is attached is tested as it is set.`,
      'input',
      given[0],
    );
  const found = await findRegistry(context, readRegistryTarget({ id, registry }));
  return connections.testAttached(request, found, repository);
}
