import { badInput } from '../errors.js';
import type { EventFilter, EventKind } from './event.js';
import type { RepositoryGlob } from './glob.js';
import type { Viewer } from './account.js';

/** Why nothing is sent: an admin said so, it failed too long, it answered 410, or nobody answers for it any more. */
export const disabledReasons = ['BY_ADMIN', 'FAILING', 'GONE', 'OWNER_GONE'] as const;
export type DisabledReason = (typeof disabledReasons)[number];

/** Why a delivery did not come about, or was not taken. */
export type DeliveryFailure =
  | 'BLOCKED'
  | 'UNREACHABLE'
  | 'TLS'
  | 'TIMEOUT'
  | 'PROXY'
  | 'INVALID'
  | 'REDIRECTED'
  | 'REFUSED'
  | 'RATE_LIMITED'
  | 'GONE'
  | 'FAILED'
  | 'SECRET';

/** How one attempt ended. `failure` null: it was taken. */
export interface DeliveryOutcome {
  /** Of the answer; null: there was none. */
  readonly status: number | null;
  readonly failure: DeliveryFailure | null;
  /** Milliseconds from sending to the answer's headers, or to the failure. */
  readonly ms: number;
  /** Seconds that the endpoint asks to be left alone; null: it says nothing. */
  readonly retryAfter: number | null;
}

/** An endpoint that is told of events: those after its place that its filter lets through, in their order. */
export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly kinds: readonly EventKind[] | null;
  readonly registryIds: readonly string[] | null;
  readonly repositoryPattern: RepositoryGlob | null;
  /** Who answers for it, with the roles of now: it is told nothing that they may not see. null: nobody does. */
  readonly owner: Viewer | null;
  readonly createdAt: Date;
  /** Raised with each change that is asked for. */
  readonly version: number;
  /** null: it is told of events. */
  readonly disabled: { readonly reason: DisabledReason; readonly at: Date } | null;
  /** Until then deliveries are signed by the former secret too; null: by the present one alone. */
  readonly formerSecretUntil: Date | null;
  /** The id of the event up to which everything was taken, or is not wanted. */
  readonly place: number;
  /** The id of the last event that was taken; null: none was. */
  readonly lastEventId: number | null;
  readonly lastDeliveredAt: Date | null;
  readonly lastAttemptAt: Date | null;
  readonly lastStatus: number | null;
  readonly lastFailure: DeliveryFailure | null;
  readonly lastMs: number | null;
  /** Failures in a row. */
  readonly attempts: number;
  readonly failingSince: Date | null;
  /** When the event that failed is sent again; null: nothing waits for that. */
  readonly nextAttemptAt: Date | null;
}

/** Webhooks of one gateway. */
export const maxWebhooks = 100;

const longestUrl = 2048;

/**
 * Reads the address that events are sent to. Throws BAD_USER_INPUT for what is no address of `https:`, or, where
 * `isHttpAllowed`, of `http:`; for one with a user name or password, which would be shown to whoever lists webhooks;
 * and for a fragment, which is never sent.
 */
export function parseWebhookUrl(text: string, isHttpAllowed: boolean, ...path: string[]): string {
  const url = text.length <= longestUrl ? URL.parse(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.port === '0')
    throw badInput(`"url" must be an https:// address of ${longestUrl} characters at the most.`, ...path);
  if (url.protocol === 'http:' && !isHttpAllowed)
    throw badInput('"url" must be an https:// address: WEBHOOK_SCHEMES=any allows http:// too.', ...path);
  if (url.username !== '' || url.password !== '')
    throw badInput('"url" must have no user name and no password: deliveries are signed instead.', ...path);
  if (url.hash !== '') throw badInput('"url" must have no fragment ("#…"): it is never sent.', ...path);
  return url.href;
}

/** Whether what was found for it may be sent still: it is set as it was then, and its owner has the roles of then. */
export function isAsFound(now: Webhook, found: Webhook): boolean {
  const describeOwner = ({ owner }: Webhook): string => JSON.stringify(owner && [owner.accountId, owner.roles]);
  return now.version === found.version && now.disabled === null && describeOwner(now) === describeOwner(found);
}

/** Which events a webhook is told of. */
export function filterOf({ kinds, registryIds, repositoryPattern }: Webhook): EventFilter {
  return {
    ...(kinds && { kinds }),
    ...(registryIds && { registryIds }),
    ...(repositoryPattern && { repositoryPattern }),
  };
}

/** Milliseconds after the first failure; each one after it is twice as long, up to the longest. */
const firstRest = 1000;
const longestRest = 3_600_000;

/** Seconds of a Retry-After that are waited at the most. */
export const longestRetryAfter = longestRest / 1000;

/**
 * Milliseconds from a failure to the next attempt: exponential, of which the last half is left to chance, so that many
 * do not come back at once; as long as the endpoint asked for, where that is longer. `attempts`: failures in a row,
 * this one too. `chance`: from 0 up to 1.
 */
export function restAfter(attempts: number, retryAfter: number | null, chance: number): number {
  const rest = Math.min(firstRest * 2 ** (attempts - 1), longestRest);
  return Math.max(Math.round(rest * (0.5 + chance / 2)), Math.min(retryAfter ?? 0, longestRetryAfter) * 1000);
}

/** Milliseconds for which an endpoint fails until it is disabled, and failures that there must have been by then. */
const patience = 72 * 3_600_000;
const leastAttempts = 30;

/**
 * Whether an endpoint that has failed so often since then is given up. A gateway that stood still for days has not
 * tried: time alone does not count.
 */
export function isGivenUp(attempts: number, failingSince: Date, now: Date): boolean {
  return attempts >= leastAttempts && now.getTime() - failingSince.getTime() >= patience;
}
