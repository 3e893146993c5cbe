import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { isAble } from '../../catalogue/access.js';
import type { Viewer } from '../../domain/account.js';
import type { Repository } from '../../domain/catalogue.js';
import type { Registry } from '../../domain/registry.js';
import type { Context } from '../context.js';
import { DateTime } from '../scalars.js';
import { RegistryType } from '../types/registry.js';
import { RepositoryType } from '../types/repository.js';
import { ViewerType } from '../types/viewer.js';

@Resolver(() => ViewerType)
export class ViewerAbilitiesResolver {
  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      'The time when the session, or the token, that asks ends at the latest: a session that is not used ends ' +
      'before. null: a proxy says who asks, or a provider of single sign-on does.',
  })
  sessionExpiresAt(@Root() { expiresAt }: Viewer): Date | null {
    return expiresAt ?? null;
  }

  @FieldResolver(() => Boolean, { description: 'The viewer may attach registries: `addRegistry`.' })
  canAttachRegistries(@Root() viewer: Viewer): boolean {
    return isAble(viewer, 'attachRegistries');
  }

  @FieldResolver(() => Boolean, {
    description:
      'The viewer may say by which proxy a registry is asked: `proxy` of `addRegistry` and `updateRegistry`.',
  })
  canSetProxies(@Root() viewer: Viewer): boolean {
    return isAble(viewer, 'setProxies');
  }

  @FieldResolver(() => Boolean, { description: 'The viewer may read who did what: `auditLog`.' })
  canSeeAuditLog(@Root() viewer: Viewer): boolean {
    return isAble(viewer, 'seeAuditLog');
  }

  @FieldResolver(() => Boolean, {
    description: 'The viewer may be shown accounts, teams and webhooks, and the tokens of others.',
  })
  canSeeAccounts(@Root() viewer: Viewer): boolean {
    return isAble(viewer, 'seeAccounts');
  }

  @FieldResolver(() => Boolean, {
    description: 'The viewer may make, change and remove accounts, teams and grants. A service key may not.',
  })
  canManageAccounts(@Root() viewer: Viewer): boolean {
    return isAble(viewer, 'manageAccounts');
  }

  @FieldResolver(() => Boolean, {
    description: 'The viewer may make, change, test and remove webhooks. A service key may not.',
  })
  canManageWebhooks(@Root() viewer: Viewer): boolean {
    return isAble(viewer, 'manageWebhooks');
  }
}

@Resolver(() => RegistryType)
export class RegistryAbilitiesResolver {
  @FieldResolver(() => Boolean, {
    description:
      'The viewer may change its settings: `updateRegistry`. Another address takes `viewerCanDetach` too, and ' +
      'its proxy `Viewer.canSetProxies`.',
  })
  viewerCanUpdate(@Root() registry: Registry, @Ctx() { request }: Context): boolean {
    return isAble(request.viewer, 'update', { registry });
  }

  @FieldResolver(() => Boolean, {
    description:
      'The viewer may detach it: `removeRegistry`. Of one that is read-only, or has rules of protection or ' +
      'approval, that takes an admin.',
  })
  viewerCanDetach(@Root() registry: Registry, @Ctx() { request }: Context): boolean {
    return isAble(request.viewer, 'detach', { registry });
  }

  @FieldResolver(() => Boolean, {
    description: 'The viewer may say what of it is protected, and which deletions need approval: `setProtection`.',
  })
  viewerCanProtect(@Root() registry: Registry, @Ctx() { request }: Context): boolean {
    return isAble(request.viewer, 'protect', { registry });
  }

  @FieldResolver(() => Boolean, {
    description:
      'The viewer may set rules of retention for some of it: `setRetention`. By a grant these are the rules of ' +
      'its places, and not how often they run.',
  })
  viewerCanSetRetention(@Root() registry: Registry, @Ctx() { request }: Context): boolean {
    return isAble(request.viewer, 'setRetention', { registry });
  }

  @FieldResolver(() => Boolean, {
    description:
      'The viewer may have its rules of retention applied to all of it: `applyRetention` without a repository. ' +
      'One that is read-only refuses it all the same.',
  })
  viewerCanApplyRetention(@Root() registry: Registry, @Ctx() { request }: Context): boolean {
    return isAble(request.viewer, 'applyAllRetention', { registry });
  }

  @FieldResolver(() => Boolean, { description: 'The viewer may have it read whole: `refresh` without a repository.' })
  viewerCanRefresh(@Root() registry: Registry, @Ctx() { request }: Context): boolean {
    return isAble(request.viewer, 'refresh', { registry });
  }
}

@Resolver(() => RepositoryType)
export class RepositoryAbilitiesResolver {
  @FieldResolver(() => Boolean, {
    description:
      'The viewer may have the rules of retention applied to it: `applyRetention`. A registry that is read-only ' +
      'refuses it all the same.',
  })
  async viewerCanApplyRetention(
    @Root() { registryId, name }: Repository,
    @Ctx() { request }: Context,
  ): Promise<boolean> {
    const registry = await request.loaders.registry.load(registryId);
    return isAble(request.viewer, 'applyRetention', { registry, repository: name });
  }
}
