import { Extensions, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { EventKind } from '../../domain/event.js';
import { type DeliveryFailure, type DeliveryOutcome, type DisabledReason, type Webhook } from '../../domain/webhook.js';
import { createEnumType } from '../enum.js';
import { DateTime } from '../scalars.js';
import { Payload } from './errors.js';
import { EventKindEnum } from './event.js';

export const DisabledReasonEnum = createEnumType<DisabledReason>(
  'WebhookDisabledReason',
  'Why nothing is sent to a webhook.',
  {
    BY_ADMIN: 'An admin said so.',
    FAILING: 'It took nothing for 72 hours, and thirty attempts.',
    GONE: 'It answered 410.',
    OWNER_GONE: 'Who answers for it is no admin any more: an admin who changes it takes it over.',
  },
);

export const DeliveryFailureEnum = createEnumType<DeliveryFailure>('WebhookFailure', 'Why a delivery was not taken.', {
  BLOCKED: 'The address is in a network that the gateway may not connect to, or is no `https:` one.',
  UNREACHABLE: 'Nothing listens there, the connection was reset, or the name is not known.',
  TLS: 'Its certificate is not trusted.',
  TIMEOUT: 'It did not answer within ten seconds.',
  PROXY: 'The proxy on the way failed, or refuses.',
  INVALID: 'The answer cannot be read.',
  REDIRECTED: 'It answered with a redirect, which is not followed.',
  REFUSED: 'It answered with another status from 400 to 499.',
  RATE_LIMITED: 'It answered 429.',
  GONE: 'It answered 410, and is disabled.',
  FAILED: 'It answered with a status from 500 on.',
  SECRET: 'Its secret cannot be opened with the keys of the gateway: give it another.',
});

@ObjectType('Webhook', {
  description:
    'An endpoint that is told of events: those that fit its filter, in their order, each until it is taken. For ' +
    'admins alone, as its address may hold what nobody else should know.',
})
export class WebhookType {
  @Field(() => ID, { description: 'Its id, a UUID.' })
  id!: string;
  @Field({ description: 'The address that events are sent to.' })
  url!: string;
  @Field(() => [EventKindEnum], { nullable: true, description: 'The kinds of events that it is told of; null: all.' })
  kinds!: readonly EventKind[] | null;
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;
  @Field(() => DateTime, {
    nullable: true,
    description: 'Until then deliveries are signed by the secret from before too; null: by the present one alone.',
  })
  formerSecretUntil!: Date | null;
}

@ObjectType('WebhookDelivery', { description: 'How far a webhook has been told of events, and how that goes.' })
export class WebhookDeliveryType {
  @Field(() => ID, { nullable: true, description: 'The id of the last event that it took; null: none yet.' })
  lastEventId!: number | null;
  @Field(() => DateTime, { nullable: true, description: 'When it last took one; null: never.' })
  lastDeliveredAt!: Date | null;
  @Field(() => DateTime, { nullable: true, description: 'When one was last sent, taken or not; null: never.' })
  lastAttemptAt!: Date | null;
  @Field(() => Int, { nullable: true, description: 'The HTTP status that it answered then; null: it did not.' })
  lastStatus!: number | null;
  @Field(() => DeliveryFailureEnum, { nullable: true, description: 'Why that was not taken; null: it was.' })
  lastFailure!: DeliveryFailure | null;
  @Field(() => Int, { nullable: true, description: 'Milliseconds that it took to answer then.' })
  lastMs!: number | null;
  @Field(() => Int, { description: 'The number of attempts that failed since it last took one.' })
  attempts!: number;
  @Field(() => DateTime, { nullable: true, description: 'When it began to fail; null: it does not.' })
  failingSince!: Date | null;
  @Field(() => DateTime, {
    nullable: true,
    description: 'When the event that was not taken is sent again; null: none waits for that.',
  })
  nextAttemptAt!: Date | null;
}

@InputType('CreateWebhookInput', { description: 'An endpoint, and what it is told of.' })
export class CreateWebhookInput {
  @Field(() => [EventKindEnum], { nullable: true, description: 'Only these kinds of events; all when left out.' })
  kinds?: EventKind[] | null;
  @Field(() => [String], {
    nullable: true,
    description: 'Only events of these registries, names or UUIDs, 100 at the most; all when left out.',
  })
  registries?: string[] | null;
  @Field(() => String, {
    nullable: true,
    description:
      'Only events of repositories whose full names fit this pattern, and none that is about no repository: `*` is ' +
      'any text, slashes too, `?` any one character; all when left out.',
  })
  repository?: string | null;
  @Field({
    description:
      'The address that events are sent to: https://, without a user name or password. It must not be in an inner ' +
      'network, unless the settings of the gateway open that.',
  })
  url!: string;
  @Field(() => String, {
    nullable: true,
    description: 'Deliveries are signed by it: `whsec_` and the base64 of 24 to 64 bytes. One is made when left out.',
  })
  secret?: string | null;
}

@InputType('UpdateWebhookInput', {
  description: 'A webhook, and what changes of it; a field that is left out stays. Who changes it answers for it.',
})
export class UpdateWebhookInput {
  @Extensions({ nullIsValue: true })
  @Field(() => [EventKindEnum], { nullable: true, description: 'Only these kinds of events; null: all.' })
  kinds?: EventKind[] | null;
  @Extensions({ nullIsValue: true })
  @Field(() => [String], {
    nullable: true,
    description: 'Only events of these registries, names or UUIDs, 100 at the most; null: all.',
  })
  registries?: string[] | null;
  @Extensions({ nullIsValue: true })
  @Field(() => String, {
    nullable: true,
    description:
      'Only events of repositories whose full names fit this pattern, and none that is about no repository: `*` is ' +
      'any text, slashes too, `?` any one character; null: all.',
  })
  repository?: string | null;
  @Field(() => ID, { description: "The webhook's id." })
  id!: string;
  @Field(() => String, { nullable: true, description: 'Another address: see `CreateWebhookInput.url`.' })
  url?: string | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'False: nothing is sent to it. True: it is told of what came since, at once.',
  })
  enabled?: boolean | null;
  @Field(() => Boolean, { nullable: true, description: 'Makes another secret, which the payload shows once.' })
  rotateSecret?: boolean | null;
  @Field(() => String, { nullable: true, description: 'Another secret of your own, in place of `rotateSecret`.' })
  secret?: string | null;
  @Field(() => Int, {
    nullable: true,
    defaultValue: 24,
    description: 'Hours for which the secret from before signs beside another one: 0 to 168.',
  })
  overlapHours!: number;
  @Field(() => Boolean, {
    nullable: true,
    description: 'It is told of events from now on: those that it was not told of yet are passed over.',
  })
  skipPending?: boolean | null;
}

@InputType('WebhookInput', { description: 'A webhook.' })
export class WebhookInput {
  @Field(() => ID, { description: "The webhook's id." })
  id!: string;
}

@ObjectType('WebhookPayload', { description: 'The result of making or changing a webhook.' })
export class WebhookPayload extends Payload {
  @Field(() => WebhookType, { nullable: true, description: 'The webhook as it is now; null after a failure.' })
  webhook?: Webhook | null;
  @Field(() => String, {
    nullable: true,
    description: 'The secret that was made for it, which is shown this once; null: none was made.',
  })
  secret?: string | null;
}

@ObjectType('DeleteWebhookPayload', { description: 'The result of removing a webhook.' })
export class DeleteWebhookPayload extends Payload {
  @Field(() => ID, { nullable: true, description: 'The id that it had; null after a failure.' })
  deletedWebhookId?: string | null;
}

@ObjectType('TestWebhookPayload', {
  description: 'The result of sending a `ping` to a webhook. Nothing of what it answers is shown but its status.',
})
export class TestWebhookPayload extends Payload implements Partial<Pick<DeliveryOutcome, 'ms' | 'status' | 'failure'>> {
  @Field(() => Boolean, { nullable: true, description: 'It was taken; null: it was not sent.' })
  delivered?: boolean | null;
  @Field(() => Int, { nullable: true, description: 'The HTTP status that it answered; null: it did not.' })
  status?: number | null;
  @Field(() => Int, { nullable: true, description: 'Milliseconds until it answered, or failed.' })
  ms?: number;
  @Field(() => DeliveryFailureEnum, { nullable: true, description: 'Why it was not taken; null: it was.' })
  failure?: DeliveryFailure | null;
}
