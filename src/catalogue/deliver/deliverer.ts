import type { DisabledReason, Webhook } from '../../domain/webhook.js';
import { repeat } from '../../timer.js';
import { EventFeed, type EventFeedParts } from '../browse/eventfeed.js';
import type { CatalogueParts } from '../parts.js';
import type { Attempts } from './attempts.js';
import { WebhookDelivery, type WebhookDeliveryParts } from './delivery.js';

/** Milliseconds between two looks at what other gateways of the database have changed, or left. */
const lookEvery = 3000;

/** Parts of the catalogue that it uses. */
export interface DelivererParts
  extends Omit<WebhookDeliveryParts, 'chance' | 'feed'>, EventFeedParts, Pick<CatalogueParts, 'leases' | 'tasks'> {
  readonly attempts: Attempts;
  readonly onDisabled: (reason: DisabledReason) => void;
  /** From 0 up to 1, for the rests after failures. */
  readonly chance?: () => number;
}

/** How the webhooks that this gateway sends to stand. */
export interface WebhookStanding {
  readonly sending: number;
  readonly failing: number;
  readonly disabled: number;
  /** Events that the one furthest behind has still to look at. */
  readonly behind: number;
}

interface RunningDelivery {
  readonly delivery: WebhookDelivery;
  readonly ending: AbortController;
  readonly ended: Promise<void>;
}

/**
 * Sends each webhook its events, one after the other; webhooks do not wait for each other. Of several gateways of a
 * database one sends to a webhook: who has its lease.
 */
export class Deliverer {
  readonly #parts: WebhookDeliveryParts & Pick<DelivererParts, 'leases' | 'tasks'>;
  readonly #running = new Map<string, RunningDelivery>();
  #isOn = false;
  #looking: Promise<void> | null = null;
  #stopLooking = (): void => undefined;

  constructor({ chance = Math.random, ...parts }: DelivererParts) {
    this.#parts = { ...parts, chance, feed: new EventFeed(parts) };
  }

  async start(): Promise<void> {
    const { leases, tasks, timer, webhooks } = this.#parts;
    this.#isOn = true;
    for (const { id } of await webhooks.list()) this.#begin(id);
    if (!leases.isShared) return;
    const look = (): void => {
      this.#looking ??= tasks.add(this.#look()).finally(() => (this.#looking = null));
    };
    this.#stopLooking = repeat(timer, lookEvery, look);
  }

  /** A webhook was made, or is set otherwise: what is under way for it ends, and it begins anew. */
  restart(id: string): void {
    if (this.#isOn) this.#begin(id);
  }

  /** A webhook is no more. */
  forget(id: string): void {
    this.#running.get(id)?.ending.abort(ended());
    this.#running.delete(id);
  }

  /** Ends what is under way: what was not taken yet is sent at the next start. */
  async stop(): Promise<void> {
    this.#isOn = false;
    this.#stopLooking();
    await this.#looking;
    const running = [...this.#running.values()];
    for (const { ending } of running) ending.abort(ended());
    await Promise.all(running.map((each) => each.ended));
  }

  get standing(): WebhookStanding {
    const deliveries = [...this.#running.values()].map(({ delivery }) => delivery);
    const count = (state: WebhookDelivery['state']): number => deliveries.filter((each) => each.state === state).length;
    return {
      sending: count('sending'),
      failing: count('failing'),
      disabled: count('disabled'),
      behind: deliveries.reduce((most, { behind }) => Math.max(most, behind), 0),
    };
  }

  #begin(id: string): void {
    const before = this.#running.get(id);
    before?.ending.abort(ended());
    const ending = new AbortController();
    const delivery = new WebhookDelivery(id, this.#parts);
    const run = async (): Promise<void> => {
      await before?.ended;
      await this.#runLeased(id, delivery, ending.signal);
    };
    this.#running.set(id, { delivery, ending, ended: this.#parts.tasks.add(run()) });
  }

  /** One that another gateway has the lease of, or that this one lost it of, is looked at again: see `#look`. */
  async #runLeased(id: string, delivery: WebhookDelivery, signal: AbortSignal): Promise<void> {
    const { leases } = this.#parts;
    const lease = signal.aborted ? null : await leases.take(`webhook:${id}`);
    if (!lease) return this.#leave(id, delivery);
    try {
      await leases.within(lease, () => delivery.run(AbortSignal.any([signal, lease.lost])));
    } catch (error) {
      if (!signal.aborted && !lease.lost.aborted) throw error;
    } finally {
      if (lease.lost.aborted) this.#leave(id, delivery);
      await lease.release();
    }
  }

  #leave(id: string, delivery: WebhookDelivery): void {
    if (this.#running.get(id)?.delivery === delivery) this.#running.delete(id);
  }

  /** Two statements, however many there are. */
  async #look(): Promise<void> {
    const { leases, webhooks, warn } = this.#parts;
    try {
      const all = await webhooks.list();
      const held = await leases.listHeld(all.map(({ id }) => `webhook:${id}`));
      if (!this.#isOn) return;
      for (const id of this.#running.keys()) if (!all.some((one) => one.id === id)) this.forget(id);
      for (const webhook of all) this.#compare(webhook, held.has(`webhook:${webhook.id}`));
    } catch (error) {
      warn('webhooks could not be looked at, and are again soon', { err: error });
    }
  }

  #compare(webhook: Webhook, isHeld: boolean): void {
    const version = this.#running.get(webhook.id)?.delivery.version ?? 0;
    const isSetOtherwise = version > 0 && version < webhook.version;
    if (isSetOtherwise || (!isHeld && !webhook.disabled)) this.#begin(webhook.id);
  }
}

function ended(): Error {
  return new Error('The webhook is set otherwise, or the gateway stops');
}
