import { type DeliveryFailure, type DisabledReason, disabledReasons } from '../domain/webhook.js';
import type { Meters } from './meters.js';

/** How webhooks stand. */
export interface WebhookSample {
  readonly sending: number;
  readonly failing: number;
  readonly disabled: number;
  /** Events that the one furthest behind has still to look at. */
  readonly behind: number;
}

/** Counts what is sent to webhooks, as it is told. */
export interface WebhookMetrics {
  /** null: it was taken. */
  readonly noteDelivery: (failure: DeliveryFailure | null) => void;
  readonly noteDisabled: (reason: DisabledReason) => void;
}

export function createWebhookMetrics(meters: Meters): WebhookMetrics {
  const deliveries = meters.counter(
    'webhook_deliveries_total',
    'Attempts to deliver to webhooks, by what came of them: ok, or why not.',
    ['outcome'],
  );
  deliveries.inc({ outcome: 'ok' }, 0);
  const disabled = meters.counter('webhooks_disabled_total', 'Webhooks that the gateway has disabled, by why.', [
    'reason',
  ]);
  for (const reason of disabledReasons) if (reason !== 'BY_ADMIN') disabled.inc({ reason: reason.toLowerCase() }, 0);
  return {
    noteDelivery: (failure) => deliveries.inc({ outcome: failure?.toLowerCase() ?? 'ok' }),
    noteDisabled: (reason) => disabled.inc({ reason: reason.toLowerCase() }),
  };
}

export function createWebhookGauges(meters: Meters): (sample: WebhookSample) => void {
  const states = ['sending', 'failing', 'disabled'] as const;
  const count = meters.gauge('webhooks', 'Webhooks, by how they stand.', ['state']);
  const behind = meters.gauge('webhook_events_behind', 'Events that the webhook furthest behind has still to look at.');
  return (sample) => {
    for (const state of states) count.set({ state }, sample[state]);
    behind.set(sample.behind);
  };
}
