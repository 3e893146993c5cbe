import PQueue from 'p-queue';
import type { NewAuditEntry } from '../../domain/audit.js';
import type { EventKind } from '../../domain/event.js';
import { maxFilterValues } from '../../domain/filter.js';
import { parseRepositoryGlob } from '../../domain/glob.js';
import { type DeliveryOutcome, filterOf, parseWebhookUrl, type Webhook } from '../../domain/webhook.js';
import { badInput, type GatewayError, notFound } from '../../errors.js';
import type { WebhookUpdate } from '../../store/webhooks/webhooks.js';
import { createPingEvent } from '../../webhooks/cloudevent.js';
import { createWebhookSecret, parseWebhookSecret } from '../../webhooks/signature.js';
import { assertAllowed } from '../access.js';
import type { MutationContext } from '../audit.js';
import type { EventBrowsing } from '../browse/events.js';
import type { RequestContext } from '../context.js';
import type { CatalogueParts } from '../parts.js';
import type { Attempts } from './attempts.js';
import type { Deliverer } from './deliverer.js';

/** Of a webhook, as somebody wants it. null: all of them. */
export interface WantedWebhook {
  readonly url: string;
  readonly kinds?: readonly EventKind[] | null;
  /** Names or UUIDs. */
  readonly registries?: readonly string[] | null;
  readonly repository?: string | null;
  /** Absent or null: one is made. */
  readonly secret?: string | null;
}

/** A setting that is absent stays. */
export interface WebhookChanges extends Omit<WantedWebhook, 'url'> {
  readonly url?: string | null;
  readonly isEnabled?: boolean | null;
  /** A new secret is made. */
  readonly rotateSecret?: boolean | null;
  /** How long the secret from before signs beside a new one. */
  readonly overlapHours: number;
  /** Events that it was not told of until now are passed over. */
  readonly skipPending?: boolean | null;
}

/** A webhook, with the secret that was made for it, which is shown this once; null: none was. */
export interface ShownWebhook {
  readonly webhook: Webhook;
  readonly secret: string | null;
}

/** Events that are counted at the most. */
export const mostPending = 1000;

/** Tests under way at a time: each may take as long as an endpoint is waited for. */
const testsAtATime = 16;

const longestOverlap = 168;
const hour = 3_600_000;

/** Parts of the catalogue that it uses. */
export interface WebhooksParts extends Pick<
  CatalogueParts,
  'clock' | 'eventLog' | 'instanceId' | 'isHttpAllowed' | 'webhooks'
> {
  readonly eventBrowsing: EventBrowsing;
  readonly deliverer: Pick<Deliverer, 'forget' | 'restart'>;
  readonly attempts: Attempts;
}

/** Makes, changes, removes and tests webhooks, for admins. All throw FORBIDDEN for others. */
export class WebhookManaging {
  readonly #parts: WebhooksParts;
  readonly #tests = new PQueue({ concurrency: testsAtATime });

  constructor(parts: WebhooksParts) {
    this.#parts = parts;
  }

  /** The oldest first. */
  async list(context: RequestContext): Promise<Webhook[]> {
    assertAllowed(context.viewer, 'oversee');
    return this.#parts.webhooks.list();
  }

  /** Throws NOT_FOUND. */
  async find(context: RequestContext, id: string): Promise<Webhook> {
    assertAllowed(context.viewer, 'oversee');
    const webhook = await this.#parts.webhooks.find(id);
    if (!webhook) throw noWebhook();
    return webhook;
  }

  /** How many events wait for it: `mostPending` at the most. */
  async countPending({ viewer }: RequestContext, webhook: Webhook): Promise<number> {
    assertAllowed(viewer, 'oversee');
    return this.#parts.eventLog.countAfter(filterOf(webhook), webhook.place, mostPending);
  }

  /** It is told of events from now on. Throws BAD_USER_INPUT, for one too many as well. */
  async create(context: MutationContext, wanted: WantedWebhook): Promise<ShownWebhook> {
    assertAllowed(context.viewer, 'notify');
    const { webhooks, eventLog, deliverer, isHttpAllowed } = this.#parts;
    const url = parseWebhookUrl(wanted.url, isHttpAllowed, 'input', 'url');
    const filter = { kinds: null, registryIds: null, repositoryPattern: null, ...(await this.#read(context, wanted)) };
    const made = wanted.secret == null ? createWebhookSecret() : null;
    const secret = made ?? parseWebhookSecret(wanted.secret!, 'input', 'secret');
    const { end: place } = await eventLog.bounds();
    const ownerId = context.viewer.accountId;
    const webhook = await context.deed.commit((entry) =>
      webhooks.create({ url, ...filter, secret }, { ownerId, place }, (now) => entry({ details: describe(now) })),
    );
    deliverer.restart(webhook.id);
    return { webhook, secret: made };
  }

  /** Whoever changes it answers for it from then on. Throws NOT_FOUND, BAD_USER_INPUT. */
  async change(context: MutationContext, id: string, changes: WebhookChanges): Promise<ShownWebhook> {
    assertAllowed(context.viewer, 'notify');
    const { webhooks, eventLog, deliverer, isHttpAllowed, clock } = this.#parts;
    await this.find(context, id);
    const { overlapHours, rotateSecret } = changes;
    if (overlapHours < 0 || overlapHours > longestOverlap)
      throw badInput(`"overlapHours" must be from 0 to ${longestOverlap}.`, 'input', 'overlapHours');
    if (rotateSecret && changes.secret != null)
      throw badInput('"rotateSecret" makes a secret: leave out "secret", or it.', 'input', 'rotateSecret');
    const made = rotateSecret ? createWebhookSecret() : null;
    const text = changes.secret == null ? made : parseWebhookSecret(changes.secret, 'input', 'secret');
    const update: WebhookUpdate = {
      ...(changes.url != null && { url: parseWebhookUrl(changes.url, isHttpAllowed, 'input', 'url') }),
      ...(await this.#read(context, changes)),
      ...(text !== null && {
        secret: { text, formerUntil: new Date(clock().getTime() + overlapHours * hour) },
      }),
      ...(changes.isEnabled != null && { isEnabled: changes.isEnabled }),
      ...(changes.skipPending && { place: (await eventLog.bounds()).end }),
      ownerId: context.viewer.accountId,
    };
    const changed = Object.keys(update).filter((name) => name !== 'ownerId');
    const webhook = await context.deed.commit((entry) =>
      webhooks.update(id, update, (now) => entry({ details: { ...describe(now), changed } })),
    );
    deliverer.restart(id);
    return { webhook, secret: made };
  }

  /** Throws NOT_FOUND. */
  async remove(context: MutationContext, id: string): Promise<string> {
    assertAllowed(context.viewer, 'notify');
    const { webhooks, deliverer } = this.#parts;
    await context.deed.commit((entry) => webhooks.remove(id, (before) => entry({ details: describe(before) })));
    deliverer.forget(id);
    return id;
  }

  /** Sends it a `ping` now, disabled or not, and tells what came of that. Throws NOT_FOUND. */
  async test(context: MutationContext, id: string): Promise<DeliveryOutcome> {
    assertAllowed(context.viewer, 'notify');
    const webhook = await this.find(context, id);
    const { attempts, clock, instanceId } = this.#parts;
    const now = clock();
    const ping = createPingEvent(`ping-${now.getTime()}`, now, await instanceId());
    const { signal } = context.call;
    const outcome = await this.#tests.add(() => attempts.send(id, ping, signal), { signal });
    if (!outcome) throw noWebhook();
    const { status, failure } = outcome;
    context.deed.tell({ details: { ...describe(webhook), status, failure } });
    return outcome;
  }

  /** The parts of the filter that are given. */
  async #read(context: RequestContext, { kinds, registries, repository }: Omit<WantedWebhook, 'url'>) {
    if (kinds?.length === 0) throw badInput('"kinds" must name one at least; null is all of them.', 'input', 'kinds');
    if (registries && (registries.length === 0 || registries.length > maxFilterValues)) {
      const message = `"registries" must name 1 to ${maxFilterValues}; null is all of them.`;
      throw badInput(message, 'input', 'registries');
    }
    const { eventBrowsing } = this.#parts;
    return {
      ...(kinds !== undefined && { kinds: kinds && [...new Set(kinds)] }),
      ...(registries !== undefined && {
        registryIds: registries && [...new Set(await eventBrowsing.findRegistries(context, registries))],
      }),
      ...(repository !== undefined && {
        repositoryPattern: repository === null ? null : parseRepositoryGlob(repository, 'input', 'repository'),
      }),
    };
  }
}

function noWebhook(): GatewayError {
  return notFound('There is no webhook with this id.');
}

/** For the audit log. The path of the address may be a secret of the endpoint, and is left out. */
function describe({ id, url, kinds, registryIds, repositoryPattern }: Webhook): NewAuditEntry['details'] {
  const filter = { kinds, registryIds, repository: repositoryPattern };
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== null));
  return { webhook: id, origin: new URL(url).origin, ...given };
}
