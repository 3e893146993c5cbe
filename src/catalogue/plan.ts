import { z } from 'zod';
import type { Tag } from '../domain/catalogue.js';
import type { Digest } from '../domain/digest.js';
import { badInput, GatewayError } from '../errors.js';
import type { Source } from './reading.js';
import type { Session } from './session.js';

/** What a deletion removes, as the registry had it when the plan was made. A dry run and the execution make it alike. */
export interface DeletionPlan {
  readonly tags: readonly Tag[];
  /** Deleted by digest, with every tag on them: those tags are all in `tags`. */
  readonly digests: readonly Digest[];
  /** Children of indexes, which would be left without a name. They go last: some registries keep a child while its index stands. */
  readonly childDigests: readonly Digest[];
  /** Deleted one by one: their digests have other tags, or stand in an index, and stay. */
  readonly singly: readonly Tag[];
}

/** Milliseconds a plan's token can be used. */
const tokenLifetime = 5 * 60_000;

const context = 'deletion-plan';
const content = z.object({ place: z.string(), pins: z.array(z.tuple([z.string(), z.string()])), expiresAt: z.number() });

/** A token that stands for the plan: which tags, and what each points to. Sealed, so that it can neither be made nor changed by a client. */
export function sealPlan({ sealer, clock }: Session, source: Source, plan: DeletionPlan): { token: string; expiresAt: Date } {
  const expiresAt = new Date(clock().getTime() + tokenLifetime);
  const text = JSON.stringify({ place: placeOf(source), pins: pinsOf(plan), expiresAt: expiresAt.getTime() });
  return { token: sealer.seal(text, context), expiresAt };
}

/** Throws BAD_USER_INPUT for a token of another place, or that is too old, and CHANGED_SINCE_PLAN when something moved since. */
export function assertPlanned({ sealer, clock }: Session, source: Source, plan: DeletionPlan, token: string): void {
  const { place, pins, expiresAt } = openToken(sealer, token);
  if (place !== placeOf(source)) throw badInput('"planToken" is of a plan for another repository.', 'input', 'planToken');
  if (clock().getTime() >= expiresAt) throw badInput('"planToken" is older than five minutes: plan again.', 'input', 'planToken');
  if (JSON.stringify(pins) === JSON.stringify(pinsOf(plan))) return;
  const { registry, repository } = source;
  throw new GatewayError('CHANGED_SINCE_PLAN', `${repository.name} of ${registry.name} has changed since it was planned. Nothing was touched: look at the new plan.`, {
    registry: registry.name,
  });
}

function openToken(sealer: Session['sealer'], token: string): z.infer<typeof content> {
  try {
    return content.parse(JSON.parse(sealer.open(token, context)));
  } catch {
    throw badInput('"planToken" is not a token of this gateway: take it from a dry run.', 'input', 'planToken');
  }
}

function placeOf({ registry, repository }: Source): string {
  return `${registry.id} ${repository.name}`;
}

/** In tag order, whatever order they were asked for in. */
function pinsOf({ tags }: DeletionPlan): [string, string][] {
  return tags.map((tag): [string, string] => [tag.name, tag.digest ?? '']).sort(([a], [b]) => (a < b ? -1 : 1));
}
