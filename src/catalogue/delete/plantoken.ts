import { createHash } from 'node:crypto';
import { z } from 'zod';
import { GatewayError } from '../../errors.js';
import type { Keyring } from '../../store/keys/keyring.js';
import type { RepositorySource } from '../sync/reading.js';
import type { DeletionPlan, SealedPlan } from './plan.js';

/** Seals tokens, and tells when they expire. */
export interface TokenSealing {
  readonly sealer: Pick<Keyring, 'seal' | 'open'>;
  readonly clock: () => Date;
}

/** Milliseconds for which a plan's token is taken. */
const tokenLifetime = 5 * 60_000;

/** Keeps a text that was sealed for another purpose from being taken for a token. */
const purpose = 'deletion-plan';
const tokenContent = z.object({ place: z.string(), pins: z.string(), expiresAt: z.number() });

/** A plan as a token stands for it. */
export interface Pinned {
  /** The id of its registry, and the name of its repository where it is of one alone. */
  readonly place: string;
  /** A hash of all that goes. */
  readonly pins: string;
}

/** A token, and until when it is taken. */
type SealedToken = Pick<SealedPlan, 'token' | 'expiresAt' | 'secondsLeft'>;

/**
 * Returns a token that stands for the plan's steps: each tag, what it points to, and how it goes. It is sealed, so that
 * no client can make or change one.
 */
export function sealPlan(sealing: TokenSealing, plan: DeletionPlan): SealedToken {
  return sealPinned(sealing, { place: placeOf(plan), pins: hashSteps(plan) });
}

/** As `sealPlan`, of a plan of any kind. */
export function sealPinned({ sealer, clock }: TokenSealing, pinned: Pinned): SealedToken {
  const expiresAt = new Date(clock().getTime() + tokenLifetime);
  const text = JSON.stringify({ ...pinned, expiresAt: expiresAt.getTime() });
  return { token: sealer.seal(text, purpose), expiresAt, secondsLeft: tokenLifetime / 1000 };
}

/**
 * Asserts that the plan, made just now, is the one that the token was issued for. Throws PLAN_INVALID for a token of
 * another repository or gateway and for one that has expired, CHANGED_SINCE_PLAN when a step differs.
 */
export function assertPlanned(sealing: TokenSealing, plan: DeletionPlan, token: string): void {
  const { registry, repository } = plan;
  const pinned = { place: placeOf(plan), pins: hashSteps(plan) };
  assertPinned(sealing, pinned, token, `${repository.name} of ${registry.name}`, registry.name);
}

/** As `assertPlanned`, of a plan of any kind, which is of `what`. */
export function assertPinned(
  { sealer, clock }: TokenSealing,
  pinned: Pinned,
  token: string,
  what: string,
  registry: string | null,
): void {
  const { place, pins, expiresAt } = openToken(sealer, token);
  if (place !== pinned.place) throw planInvalid('"planToken" is of a plan for another place.');
  if (clock().getTime() >= expiresAt) throw planInvalid('"planToken" is older than five minutes: plan again.');
  if (pins === pinned.pins) return;
  const message = `${what} has changed since it was planned. Nothing was touched: look at the new plan.`;
  throw new GatewayError('CHANGED_SINCE_PLAN', message, registry === null ? {} : { registry });
}

function openToken(sealer: TokenSealing['sealer'], token: string): z.infer<typeof tokenContent> {
  try {
    return tokenContent.parse(JSON.parse(sealer.open(token, purpose)));
  } catch {
    throw planInvalid('"planToken" is not a token of this gateway: take it from a dry run.');
  }
}

/** The error for a token that is none, or is missing. */
export function planInvalid(message: string): GatewayError {
  return new GatewayError('PLAN_INVALID', `${message} Nothing was touched.`, { path: ['input', 'planToken'] });
}

function placeOf({ registry, repository }: RepositorySource): string {
  return `${registry.id} ${repository.name}`;
}

/** Hashes every tag and digest with how it goes: a token that listed 3,000 tags would not fit into a request. */
function hashSteps({ steps }: DeletionPlan): string {
  return createHash('sha256')
    .update(JSON.stringify(steps.map(({ kind, digest, tags }) => [kind, digest, tags])))
    .digest('base64url');
}
