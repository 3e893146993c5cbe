import { gatewayActor, createOwnEntry } from '../../domain/audit.js';
import type { CatalogueEvent } from '../../domain/event.js';
import {
  type DeliveryOutcome,
  type DisabledReason,
  filterOf,
  isAsFound,
  isGivenUp,
  restAfter,
  type Webhook,
} from '../../domain/webhook.js';
import { GatewayError } from '../../errors.js';
import { createGapEvent, toCloudEvent } from '../../webhooks/cloudevent.js';
import { isAllowed } from '../access.js';
import type { EventFeed } from '../browse/eventfeed.js';
import type { CatalogueParts } from '../parts.js';
import type { Attempts } from './attempts.js';

/** Events that are found, and held, to be sent one after the other. */
const mostAtOnce = 50;

/**
 * Milliseconds after which the place is written down that events which are not wanted have brought it to: until then a
 * restart looks at them again.
 */
const placeEvery = 60_000;

/** The longest wait for what another clock has written down, in milliseconds. */
const longestWait = 3_600_000;

/** Milliseconds after a fault of the gateway's own. */
const restAfterFault = 5000;

/** Parts of the catalogue that it uses. */
export interface WebhookDeliveryParts extends Pick<
  CatalogueParts,
  'clock' | 'eventLog' | 'eventTail' | 'instanceId' | 'log' | 'registries' | 'timer' | 'warn' | 'webhooks'
> {
  readonly feed: EventFeed;
  readonly attempts: Attempts;
  /** From 0 up to 1. */
  readonly chance: () => number;
  readonly onDisabled: (reason: DisabledReason) => void;
}

/**
 * Sends one webhook its events, in their order, each until it is taken. What is to be sent stands in the table of
 * events, and how far that has come in the webhook's row: an event is sent again where the process ended between the
 * answer and the row.
 */
export class WebhookDelivery {
  readonly #id: string;
  readonly #parts: WebhookDeliveryParts;
  #placedAt = -Infinity;
  /** The event up to which none is wanted any more. */
  #looked = 0;
  #version = 0;
  #state: 'sending' | 'failing' | 'disabled' = 'sending';

  constructor(id: string, parts: WebhookDeliveryParts) {
    this.#id = id;
    this.#parts = parts;
  }

  get state(): 'sending' | 'failing' | 'disabled' {
    return this.#state;
  }

  /** Of the webhook as it was last read for this; 0: it is still to be read. */
  get version(): number {
    return this.#version;
  }

  /** Events that it has still to look at. */
  get behind(): number {
    return this.#state === 'disabled' ? 0 : Math.max(0, this.#parts.eventTail.end - this.#looked);
  }

  /** Goes on until the webhook is disabled or removed, or the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { eventTail, timer, warn } = this.#parts;
    const leave = await this.#untilItWorks(() => eventTail.join(), signal);
    try {
      const begun = await this.#untilItWorks(() => this.#read(), signal);
      const rest = begun ? this.#restOf(begun) : 0;
      if (rest > 0) await timer.sleep(rest, signal);
      for (let isOn = true; isOn;) {
        try {
          isOn = await this.#step(signal);
        } catch (error) {
          signal.throwIfAborted();
          warn('a webhook could not be told of events, and is again soon', { webhook: this.#id, err: error });
          await timer.sleep(restAfterFault, signal);
        }
      }
      this.#state = 'disabled';
    } finally {
      leave();
    }
  }

  async #read(): Promise<Webhook | null> {
    const webhook = await this.#parts.webhooks.find(this.#id);
    this.#version = webhook?.version ?? 0;
    return webhook;
  }

  /** False: nothing more is to be sent. */
  async #step(signal: AbortSignal): Promise<boolean> {
    const { eventLog, eventTail, feed, registries } = this.#parts;
    const webhook = await this.#read();
    if (!webhook || webhook.disabled) return false;
    this.#state = webhook.attempts > 0 ? 'failing' : 'sending';
    if (!isAllowed(webhook.owner, 'notify')) return this.#disable(webhook, 'OWNER_GONE');
    this.#looked = Math.max(this.#looked, webhook.place);
    const reader = { caller: `webhook ${this.#id}`, signal, viewer: webhook.owner, seen: { eventLog, registries } };
    const found = await feed.read(reader, filterOf(webhook), this.#looked).catch(toGap);
    if (found === null) return this.#tellGap(webhook, signal);
    const isWhole = found.events.length <= mostAtOnce;
    if (!(await this.#sendEach(webhook, found.events.slice(0, mostAtOnce), signal))) return true;
    if (!isWhole) return true;
    if (found.upTo > this.#looked) await this.#moveOn(found.upTo);
    await eventTail.wait(this.#looked, signal);
    signal.throwIfAborted();
    return true;
  }

  /** False: one was not taken, or the webhook, or what its owner may, is not as it was when they were found. */
  async #sendEach(webhook: Webhook, events: readonly CatalogueEvent[], signal: AbortSignal): Promise<boolean> {
    const { attempts, instanceId } = this.#parts;
    let now = webhook;
    for (const event of events) {
      const sent = toCloudEvent(event, await instanceId());
      const outcome = await attempts.send(this.#id, sent, signal, (row) => isAsFound(row, webhook));
      if (outcome === null || !(await this.#note(now, outcome, { place: event.id, lastEventId: event.id }, signal)))
        return false;
      now = { ...now, place: event.id, attempts: 0, failingSince: null };
      this.#looked = event.id;
    }
    return true;
  }

  /** Events were removed before their turn came: it is said which, and gone on with what is kept. */
  async #tellGap(webhook: Webhook, signal: AbortSignal): Promise<true> {
    const { attempts, clock, eventLog, instanceId } = this.#parts;
    const { start } = await eventLog.bounds();
    const gap = createGapEvent(this.#looked, start, clock(), await instanceId());
    const outcome = await attempts.send(this.#id, gap, signal, (row) => isAsFound(row, webhook));
    if (outcome && (await this.#note(webhook, outcome, { place: start }, signal))) this.#looked = start;
    return true;
  }

  /** Writes down what an attempt came to, and rests after a failure. True: it was taken, and the next may be sent. */
  async #note(
    webhook: Webhook,
    outcome: DeliveryOutcome,
    taken: { readonly place: number; readonly lastEventId?: number },
    signal: AbortSignal,
  ): Promise<boolean> {
    const { clock, webhooks, timer, chance, log, warn } = this.#parts;
    const now = clock();
    const last = {
      lastAttemptAt: now,
      lastStatus: outcome.status,
      lastFailure: outcome.failure,
      lastMs: outcome.ms,
    };
    if (outcome.failure === null) {
      const rested = { attempts: 0, failingSince: null, nextAttemptAt: null };
      this.#placedAt = timer.elapsed();
      if (webhook.attempts > 0) log('a webhook takes what it is sent again', { webhook: this.#id });
      return webhooks.note(this.#id, webhook.place, { ...last, ...rested, ...taken, lastDeliveredAt: now });
    }
    this.#state = 'failing';
    const { status, failure } = outcome;
    if (webhook.attempts === 0) warn('a webhook does not take what it is sent', { webhook: this.#id, failure, status });
    const [attempts, failingSince] = [webhook.attempts + 1, webhook.failingSince ?? now];
    const rest = restAfter(attempts, outcome.retryAfter, chance());
    const nextAttemptAt = new Date(now.getTime() + rest);
    const isNoted = await webhooks.note(this.#id, webhook.place, { ...last, attempts, failingSince, nextAttemptAt });
    if (!isNoted) return false;
    if (failure === 'GONE') await this.#disable(webhook, 'GONE');
    else if (isGivenUp(attempts, failingSince, now)) await this.#disable(webhook, 'FAILING');
    else await timer.sleep(rest, signal);
    return false;
  }

  async #moveOn(upTo: number): Promise<void> {
    const { webhooks, timer } = this.#parts;
    this.#looked = upTo;
    if (timer.elapsed() - this.#placedAt < placeEvery) return;
    const now = await webhooks.find(this.#id);
    if (now && upTo > now.place) await webhooks.note(this.#id, now.place, { place: upTo });
    this.#placedAt = timer.elapsed();
  }

  async #disable(webhook: Webhook, reason: DisabledReason): Promise<false> {
    const { clock, webhooks, warn, onDisabled } = this.#parts;
    const { id, url } = webhook;
    const entry = (): ReturnType<typeof createOwnEntry> =>
      createOwnEntry({
        at: clock(),
        actor: gatewayActor,
        action: 'disableWebhook',
        details: { webhook: id, origin: new URL(url).origin, reason },
      });
    if (await webhooks.disable(id, reason, entry)) {
      warn('a webhook is disabled: nothing is sent to it any more', { webhook: id, reason });
      onDisabled(reason);
    }
    this.#state = 'disabled';
    return false;
  }

  #restOf({ nextAttemptAt }: Webhook): number {
    const rest = nextAttemptAt === null ? 0 : nextAttemptAt.getTime() - this.#parts.clock().getTime();
    return Math.min(Math.max(rest, 0), longestWait);
  }

  /** The database may be away at the start. */
  async #untilItWorks<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        await this.#parts.timer.sleep(restAfterFault, signal);
      }
    }
  }
}

/** null: not all that follows is kept any more. */
function toGap(error: unknown): null {
  if (error instanceof GatewayError && error.code === 'EVENTS_GONE') return null;
  throw error;
}
