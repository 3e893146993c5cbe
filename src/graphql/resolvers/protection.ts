import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { setProtection } from '../../catalogue/manage/protection.js';
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
    return answer(context, { action: 'setProtection', registry }, async (session) => ({
      registry: await setProtection(session, registry, changes),
    }));
  }
}
