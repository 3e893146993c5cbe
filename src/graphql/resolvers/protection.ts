import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../context.js';
import { SetProtectionPayload } from '../types/payload.js';
import { SetProtectionInput } from '../types/protection.js';
import { answer } from './mutation.js';

@Resolver()
export class ProtectionResolver {
  @Mutation(() => SetProtectionPayload, {
    description: 'Says what may not be deleted in a registry, by whomever. For admins.',
  })
  setProtection(
    @Arg('input', { description: 'What.' }) { registry, ...changes }: SetProtectionInput,
    @Ctx() context: Context,
  ): Promise<SetProtectionPayload> {
    return answer(context, { action: 'setProtection', registry }, async (request) => ({
      registry: await context.managing.protection.set(request, registry, changes),
    }));
  }
}
