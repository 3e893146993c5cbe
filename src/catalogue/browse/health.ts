import type { Freshness, UpstreamProblem } from '../../domain/freshness.js';
import type { Registry } from '../../domain/registry.js';
import type { ErrorCode } from '../../errors.js';
import type { Health } from '../../store/registries/state.js';
import type { Outage } from '../../upstream/upstream.js';
import { assertAllowed } from '../access.js';
import type { RequestContext } from '../context.js';
import type { CatalogueParts } from '../parts.js';

/** Health, and when a registry that is away is asked again; null: it is asked when there is something to ask. */
export interface HealthNow extends Health {
  readonly retryAt: Date | null;
}

/** Parts of the catalogue that it uses. */
export type HealthBrowsingParts = Pick<CatalogueParts, 'clock' | 'clients'>;

export class HealthBrowsing {
  readonly #parts: HealthBrowsingParts;

  constructor(parts: HealthBrowsingParts) {
    this.#parts = parts;
  }

  /** Returns the health that the last contact showed, be that a ping which is written down nowhere else. */
  async judge({ viewer, loaders }: RequestContext, { id }: Registry): Promise<HealthNow> {
    const { clients, clock } = this.#parts;
    assertAllowed(viewer, 'read');
    const { health } = await loaders.registryState.load(id);
    const outage = await clients.outageOf(id);
    if (outage === null) return { ...health, retryAt: null };
    const { at, code, message } = toProblem(outage, clock());
    const isReachable = answering.includes(code);
    const shown = { checkedAt: at, message, reachable: isReachable, latencyMs: isReachable ? health.latencyMs : null };
    return { ...health, ...shown, retryAt: retryAtOf(outage, clock()) };
  }
}

/** Failures of a registry that answers all the same. */
const answering: readonly ErrorCode[] = ['UPSTREAM_ERROR'];

/** Returns the freshness to show while the registry is away, and so is asked nothing. */
export function showAway(freshness: Freshness, outage: Outage | null, now: Date): Freshness {
  if (outage === null || freshness.state === 'FRESH') return freshness;
  return { ...freshness, state: 'UNREACHABLE', lastError: toProblem(outage, now), retryAt: retryAtOf(outage, now) };
}

function toProblem({ error, ageMs }: Outage, now: Date): UpstreamProblem {
  return { code: error.code, message: error.message, at: new Date(now.getTime() - ageMs) };
}

function retryAtOf({ restMs }: Outage, now: Date): Date {
  return new Date(now.getTime() + restMs);
}
