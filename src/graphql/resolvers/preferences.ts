import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Viewer } from '../../domain/account.js';
import type { KeptPreferences } from '../../domain/preferences.js';
import type { Context } from '../context.js';
import { PreferencesType, SetPreferencesInput, SetPreferencesPayload } from '../types/preferences.js';
import { ViewerType } from '../types/viewer.js';
import { showRefusal } from './mutation.js';

@Resolver(() => ViewerType)
export class PreferencesResolver {
  @FieldResolver(() => PreferencesType, {
    nullable: true,
    description:
      'How the viewer wants the console. null: an API token or a service key asks, which has none: `setPreferences` ' +
      'refuses it with FORBIDDEN.',
  })
  preferences(@Root() viewer: Viewer, @Ctx() { identity }: Context): Promise<KeptPreferences | null> {
    return identity.preferences.find(viewer);
  }

  @Mutation(() => SetPreferencesPayload, {
    description:
      'Changes how the viewer wants the console, for whoever logged in to an account. It leaves no entry in the ' +
      'audit log: nothing but the console of this person changes.',
  })
  async setPreferences(
    @Arg('input', { description: 'The preferences that change.' }) input: SetPreferencesInput,
    @Ctx() context: Context,
  ): Promise<SetPreferencesPayload> {
    const { theme, density, language, pullTool, pinnedRepositories, savedViews, expectedVersion = null } = input;
    const changes = {
      theme: theme ?? undefined,
      density: density ?? undefined,
      language,
      pullTool,
      pinnedRepositories: pinnedRepositories ?? undefined,
      savedViews: savedViews ?? undefined,
    };
    try {
      return {
        preferences: await context.identity.preferences.change(context.request, changes, expectedVersion),
        userErrors: [],
      };
    } catch (error) {
      return { userErrors: showRefusal(context, error) };
    }
  }
}
