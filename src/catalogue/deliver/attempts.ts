import PQueue from 'p-queue';
import type { DeliveryFailure, DeliveryOutcome, Webhook } from '../../domain/webhook.js';
import { GatewayError } from '../../errors.js';
import type { SentCloudEvent } from '../../webhooks/cloudevent.js';
import type { WebhookSender } from '../../webhooks/sender.js';
import { signMessage } from '../../webhooks/signature.js';
import type { CatalogueParts } from '../parts.js';

/** Deliveries of all webhooks under way at a time. */
const atATime = 16;

/** Counts attempts: null is one that was taken. */
export type OnDelivery = (failure: DeliveryFailure | null) => void;

/** Signs what is to be sent, and sends it, for all webhooks. */
export interface Attempts {
  /** One attempt. Rejects with the signal's reason, STORAGE_* and NOT_FOUND. */
  send(webhook: Pick<Webhook, 'id' | 'url'>, event: SentCloudEvent, signal: AbortSignal): Promise<DeliveryOutcome>;
}

export function createAttempts(
  { clock, webhooks }: Pick<CatalogueParts, 'clock' | 'webhooks'>,
  sender: Pick<WebhookSender, 'send'>,
  onDelivery: OnDelivery,
): Attempts {
  const queue = new PQueue({ concurrency: atATime });
  const readSecrets = (id: string): Promise<string[] | null> =>
    webhooks.secretsOf(id).catch((error: unknown) => {
      if (error instanceof GatewayError && error.code === 'INTERNAL') return null;
      throw error;
    });
  const send: Attempts['send'] = async ({ id, url }, event, signal) => {
    const secrets = await readSecrets(id);
    if (secrets === null) return { status: null, failure: 'SECRET', ms: 0, retryAfter: null };
    const message = {
      id: `msg_${id.replaceAll('-', '')}_${event.id}`,
      timestamp: Math.floor(clock().getTime() / 1000),
      body: JSON.stringify(event),
    };
    return sender.send({ url, headers: signMessage(message, secrets), body: message.body }, signal);
  };
  return {
    async send(webhook, event, signal) {
      const outcome = await queue.add(() => send(webhook, event, signal), { signal });
      onDelivery(outcome.failure);
      return outcome;
    },
  };
}
