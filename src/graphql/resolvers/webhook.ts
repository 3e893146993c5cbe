import { Arg, Ctx, Extensions, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { type DisabledReason, maxWebhooks, type Webhook } from '../../domain/webhook.js';
import type { Context } from '../context.js';
import { DateTime } from '../scalars.js';
import {
  CreateWebhookInput,
  DeleteWebhookPayload,
  DisabledReasonEnum,
  TestWebhookPayload,
  UpdateWebhookInput,
  WebhookDeliveryType,
  WebhookInput,
  WebhookPayload,
  WebhookType,
} from '../types/webhook.js';
import { answer } from './mutation.js';

/** Points of counting what waits for a webhook, which looks at all events that are kept. */
const costOfPending = 50;

/** An endpoint may be waited for for ten seconds: an operation may test few. */
const costOfTest = 1000;

@Resolver(() => WebhookType)
export class WebhookResolver {
  @Extensions({ volatile: true, cost: { items: maxWebhooks } })
  @Query(() => [WebhookType], { nullable: true, description: 'Every webhook, the oldest first: for admins.' })
  webhooks(@Ctx() { request, managing }: Context): Promise<Webhook[]> {
    return managing.webhooks.list(request);
  }

  @Extensions({ volatile: true })
  @Query(() => WebhookType, {
    nullable: true,
    description: 'One webhook, for admins; null with NOT_FOUND when there is none of that id.',
  })
  webhook(
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
    @Ctx() { request, managing }: Context,
  ): Promise<Webhook> {
    return managing.webhooks.find(request, id);
  }

  @FieldResolver(() => [String], {
    nullable: true,
    description: 'The registries that it is told of, by name; those that are detached, by their UUID. null: all.',
  })
  async registries(
    @Root() { registryIds }: Webhook,
    @Ctx() { request, browsing }: Context,
  ): Promise<readonly string[] | null> {
    if (registryIds === null) return null;
    const names = new Map((await browsing.registries.list(request)).map(({ id, name }) => [id, name as string]));
    return registryIds.map((id) => names.get(id) ?? id);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'The pattern of full names of the repositories that it is told of; null: all.',
  })
  repository(@Root() { repositoryPattern }: Webhook): string | null {
    return repositoryPattern;
  }

  @FieldResolver(() => Boolean, { description: 'It is told of events.' })
  enabled(@Root() { disabled }: Webhook): boolean {
    return disabled === null;
  }

  @FieldResolver(() => DisabledReasonEnum, { nullable: true, description: 'Why nothing is sent to it.' })
  disabledReason(@Root() { disabled }: Webhook): DisabledReason | null {
    return disabled?.reason ?? null;
  }

  @FieldResolver(() => DateTime, { nullable: true, description: 'Since when nothing is sent to it.' })
  disabledAt(@Root() { disabled }: Webhook): Date | null {
    return disabled?.at ?? null;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The account that answers for it: who changed it last. It is told nothing that this one may not see, and is ' +
      'disabled once that is no admin. null: nobody does.',
  })
  owner(@Root() { owner }: Webhook): string | null {
    return owner?.username ?? null;
  }

  @FieldResolver(() => WebhookDeliveryType, { description: 'How far it has been told of events.' })
  delivery(@Root() webhook: Webhook): Webhook {
    return webhook;
  }

  @Mutation(() => WebhookPayload, {
    description: 'Has an endpoint told of events from now on. For admins, 100 webhooks at the most.',
  })
  createWebhook(
    @Arg('input', { description: 'The endpoint, and what it is told of.' }) input: CreateWebhookInput,
    @Ctx() context: Context,
  ): Promise<WebhookPayload> {
    return answer(context, { action: 'createWebhook' }, (request) => context.managing.webhooks.create(request, input));
  }

  @Mutation(() => WebhookPayload, { description: 'Changes a webhook. For admins.' })
  updateWebhook(
    @Arg('input', { description: 'The webhook, and what changes.' }) { id, enabled, ...changes }: UpdateWebhookInput,
    @Ctx() context: Context,
  ): Promise<WebhookPayload> {
    return answer(context, { action: 'updateWebhook' }, (request) =>
      context.managing.webhooks.change(request, id, { ...changes, ...(enabled != null && { isEnabled: enabled }) }),
    );
  }

  @Mutation(() => DeleteWebhookPayload, { description: 'Removes a webhook: nothing more is sent to it. For admins.' })
  deleteWebhook(
    @Arg('input', { description: 'The webhook.' }) { id }: WebhookInput,
    @Ctx() context: Context,
  ): Promise<DeleteWebhookPayload> {
    return answer(context, { action: 'deleteWebhook' }, async (request) => ({
      deletedWebhookId: await context.managing.webhooks.remove(request, id),
    }));
  }

  @Extensions({ cost: { points: costOfTest } })
  @Mutation(() => TestWebhookPayload, {
    description: 'Sends a `ping` to a webhook now, disabled or not, and tells what came of it. For admins.',
  })
  testWebhook(
    @Arg('input', { description: 'The webhook.' }) { id }: WebhookInput,
    @Ctx() context: Context,
  ): Promise<TestWebhookPayload> {
    return answer(context, { action: 'testWebhook' }, async (request) => {
      const { status, failure, ms } = await context.managing.webhooks.test(request, id);
      return { delivered: failure === null, status, failure, ms };
    });
  }
}

@Resolver(() => WebhookDeliveryType)
export class WebhookDeliveryResolver {
  @Extensions({ cost: { points: costOfPending } })
  @FieldResolver(() => Int, {
    description: 'The number of events that it is still to be told of; 1,000: that many, or more.',
  })
  pendingCount(@Root() webhook: Webhook, @Ctx() { request, managing }: Context): Promise<number> {
    return managing.webhooks.countPending(request, webhook);
  }
}
