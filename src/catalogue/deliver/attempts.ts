import type { DeliveryFailure, DeliveryOutcome, Webhook } from '../../domain/webhook.js';
import { GatewayError } from '../../errors.js';
import type { SentCloudEvent } from '../../webhooks/cloudevent.js';
import type { WebhookSender } from '../../webhooks/sender.js';
import { signMessage } from '../../webhooks/signature.js';
import type { CatalogueParts } from '../parts.js';

/** Counts attempts: null is one that was taken. */
export type OnDelivery = (failure: DeliveryFailure | null) => void;

/** Signs what is to be sent, and sends it, for all webhooks. */
export interface Attempts {
  /**
   * One attempt, by the row as it is at this moment. null: nothing was sent, as there is no such webhook, or it is not
   * one that `mayBeSentTo` lets through. Rejects with the signal's reason, STORAGE_*.
   */
  send(
    id: string,
    event: SentCloudEvent,
    signal: AbortSignal,
    mayBeSentTo?: (webhook: Webhook) => boolean,
  ): Promise<DeliveryOutcome | null>;
}

export function createAttempts(
  { clock, webhooks }: Pick<CatalogueParts, 'clock' | 'webhooks'>,
  sender: Pick<WebhookSender, 'send'>,
  onDelivery: OnDelivery,
): Attempts {
  const read = (id: string) =>
    webhooks.findToSend(id).catch((error: unknown) => {
      if (error instanceof GatewayError && error.code === 'INTERNAL') return 'sealed' as const;
      throw error;
    });
  const send: Attempts['send'] = async (id, event, signal, mayBeSentTo = () => true) => {
    const found = await read(id);
    if (found === 'sealed') return { status: null, failure: 'SECRET', ms: 0, retryAfter: null };
    if (found === null || !mayBeSentTo(found.webhook)) return null;
    const message = {
      id: `msg_${id.replaceAll('-', '')}_${event.id}`,
      timestamp: Math.floor(clock().getTime() / 1000),
      body: JSON.stringify(event),
    };
    const headers = signMessage(message, found.secrets);
    return sender.send({ url: found.webhook.url, headers, body: message.body }, signal);
  };
  return {
    async send(...attempt) {
      const outcome = await send(...attempt);
      if (outcome) onDelivery(outcome.failure);
      return outcome;
    },
  };
}
