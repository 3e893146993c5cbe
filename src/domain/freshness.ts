import type { ErrorCode } from '../errors.js';

/**
 * How old a piece of the catalogue is, and why.
 * - FRESH: the registry confirmed it within its `maxAge`.
 * - STALE: older than that, and being asked again, or the last attempt failed in a way that may pass.
 * - UNREACHABLE: the registry does not answer; this is the last known state.
 * - RATE_LIMITED: the registry takes no more requests just now; reading goes on when it does.
 * - INDEXING: some of it was never read yet.
 * - NEVER_INDEXED: nothing of it was ever read.
 */
export type FreshnessState = 'FRESH' | 'STALE' | 'UNREACHABLE' | 'RATE_LIMITED' | 'INDEXING' | 'NEVER_INDEXED';

export interface UpstreamProblem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly at: Date;
  /** Seconds after which it may be asked again, where it said so just now. */
  readonly retryAfter?: number | undefined;
  /** The host that failed, where it is not the registry's own: its token server, or a store that it redirects to. */
  readonly host?: string | undefined;
}

export interface Freshness {
  readonly state: FreshnessState;
  /** When the registry last confirmed it; null: never. */
  readonly confirmedAt: Date | null;
  /** The last failure since then; null when the last attempt succeeded. */
  readonly lastError: UpstreamProblem | null;
  /** When reading goes on, where the registry has limited it just now. */
  readonly retryAt?: Date | null;
  /** The registry that it is read from, where it is asked when that is. */
  readonly registryId?: string;
}
