import { Arg, Ctx, Extensions, FieldResolver, Resolver, Root } from 'type-graphql';
import { describeNotificationSetup, type Notifier } from '../../catalogue/manage/notificationsetup.js';
import type { Registry } from '../../domain/registry.js';
import type { Context } from '../context.js';
import { DateTime } from '../scalars.js';
import { NotificationSetupType, NotifierEnum, showBlank } from '../types/notificationsetup.js';
import { RegistryType } from '../types/registry.js';

/** A registry's notifications to the gateway. */
@Resolver(() => RegistryType)
export class RegistryNotificationsResolver {
  @Extensions({ volatile: true })
  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      'When a notification with its secret last came in, to the minute; null: none did since that secret was set. ' +
      'Who does not see all of the registry is not told.',
  })
  async lastEventAt(@Root() { id }: Registry, @Ctx() { request }: Context): Promise<Date | null> {
    return (await request.loaders.registryState.load(id)).lastEventAt;
  }

  @FieldResolver(() => NotificationSetupType, {
    nullable: true,
    description:
      'How to have it tell the gateway of its changes; null with FORBIDDEN for who may not change it. The secret is ' +
      'one that was set as `eventsSecret`: until then it is refused.',
  })
  notificationSetup(
    @Root() registry: Registry,
    @Arg('kind', () => NotifierEnum, { description: 'The kind of registry that it is.' }) notifier: Notifier,
    @Arg('address', () => String, {
      nullable: true,
      description: 'The address of the gateway as the registry reaches it; nothing: `PUBLIC_URL`.',
    })
    address: string | null,
    @Ctx() { request, gateway }: Context,
  ): NotificationSetupType {
    const setup = describeNotificationSetup(request, registry, { notifier, gateway: address ?? gateway.publicUrl });
    return { ...setup, kind: notifier, blanks: setup.blanks.map(showBlank) };
  }
}
