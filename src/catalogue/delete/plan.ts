import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Referrer, Tag } from '../../domain/catalogue.js';
import type { DeletionMethod, PlannedStep } from '../../domain/deletion.js';
import type { Digest } from '../../domain/digest.js';
import type { DeleteCapability } from '../../domain/registry.js';
import { GatewayError } from '../../errors.js';
import type { Keyring } from '../../store/keys/keyring.js';
import type { Source } from '../sync/reading.js';

/**
 * What a deletion removes, as the registry had it when the plan was made. A dry run and the execution make it alike.
 */
export interface DeletionPlan extends Source {
  /** Every tag that goes, in name order. */
  readonly tags: readonly Tag[];
  /** Of these, tags that were not asked for: they are on an image that was asked for with all its tags. */
  readonly alsoRemovedTags: readonly Tag[];
  /** Of these, tags that go alone: their image has other tags, or stands in an index, and stays. */
  readonly keepingImage: readonly Tag[];
  /** Manifests that go: those of tags, then children of indexes. */
  readonly manifests: readonly Digest[];
  /** What the registry gives back once its garbage collection runs, in bytes of distinct blobs. */
  readonly reclaimable: number;
  /** Signatures and the like, about images that go, which stay. */
  readonly orphanedReferrers: readonly Referrer[];
  /** The repository has no tags left then; most registries go on listing its name. */
  readonly leavesEmptyRepository: boolean;
  readonly capability: DeleteCapability;
  readonly method: DeletionMethod;
  /** About how many requests the execution sends to the registry. */
  readonly upstreamRequests: number;
  /** Why images are left though nothing that is known uses them, as sentences; none: all is known. */
  readonly uncertainties: readonly string[];
  /** In the order they are done in. */
  readonly steps: readonly PlannedStep[];
}

/** A plan with the token that stands for it, and until when that can be used. */
export interface SealedPlan extends DeletionPlan {
  readonly token: string;
  readonly expiresAt: Date;
}

/** What seals and dates tokens. */
interface Sealing {
  readonly sealer: Pick<Keyring, 'seal' | 'open'>;
  readonly clock: () => Date;
}

/** Milliseconds a plan's token can be used. */
const tokenLifetime = 5 * 60_000;

const context = 'deletion-plan';
const content = z.object({ place: z.string(), pins: z.string(), expiresAt: z.number() });

/**
 * A token that stands for the plan: which tags, and what each points to. Sealed, so that it can neither be made nor
 * changed by a client.
 */
export function sealPlan({ sealer, clock }: Sealing, plan: DeletionPlan): { token: string; expiresAt: Date } {
  const expiresAt = new Date(clock().getTime() + tokenLifetime);
  const text = JSON.stringify({ place: placeOf(plan), pins: hashSteps(plan), expiresAt: expiresAt.getTime() });
  return { token: sealer.seal(text, context), expiresAt };
}

/**
 * Throws PLAN_INVALID for a token of another place, or that is too old, and CHANGED_SINCE_PLAN when something moved
 * since.
 */
export function assertPlanned({ sealer, clock }: Sealing, plan: DeletionPlan, token: string): void {
  const { place, pins, expiresAt } = openToken(sealer, token);
  if (place !== placeOf(plan)) throw invalid('"planToken" is of a plan for another repository.');
  if (clock().getTime() >= expiresAt) throw invalid('"planToken" is older than five minutes: plan again.');
  if (pins === hashSteps(plan)) return;
  const { registry, repository } = plan;
  throw new GatewayError(
    'CHANGED_SINCE_PLAN',
    `${repository.name} of ${registry.name} has changed since it was planned. Nothing was touched: look at ` +
      'the new plan.',
    {
      registry: registry.name,
    },
  );
}

function openToken(sealer: Sealing['sealer'], token: string): z.infer<typeof content> {
  try {
    return content.parse(JSON.parse(sealer.open(token, context)));
  } catch {
    throw invalid('"planToken" is not a token of this gateway: take it from a dry run.');
  }
}

function invalid(message: string): GatewayError {
  return new GatewayError('PLAN_INVALID', `${message} Nothing was touched.`, { path: ['input', 'planToken'] });
}

function placeOf({ registry, repository }: Source): string {
  return `${registry.id} ${repository.name}`;
}

/** Every tag and digest, and how each goes: of 3,000 tags a token would be longer than a request may be. */
function hashSteps({ steps }: DeletionPlan): string {
  return createHash('sha256')
    .update(JSON.stringify(steps.map(({ kind, digest, tags }) => [kind, digest, tags])))
    .digest('base64url');
}
