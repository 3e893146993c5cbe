import type { ErrorCode } from '../errors.js';
import type { Meters } from './meters.js';

/** How one request to a registry, or to where it leads, ended. */
export interface EndedUpstreamRequest {
  /** Of the answer; null: none was read whole. */
  readonly status: number | null;
  /** Why none was read whole; null: the gateway gave the request up itself. */
  readonly code: ErrorCode | null;
  readonly ms: number;
}

/** Seconds. A patient list may take minutes. */
const latencies = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300];

/** Statuses that say something of their own: not let in, not there, to be asked less often. */
const told = new Set([304, 401, 403, 404, 429]);

export function createUpstreamMetrics(meters: Meters): (registry: string, ended: EndedUpstreamRequest) => void {
  const requests = meters.counterOfRegistry(
    'upstream_requests_total',
    'Requests sent to a registry and its token server and blob stores, retries included, by what came of them.',
    ['outcome'],
  );
  const durations = meters.histogramOfRegistry(
    'upstream_request_duration_seconds',
    'Time of requests to a registry until their answer was read whole.',
    latencies,
  );
  return (registry, ended) => {
    requests.add(registry, 1, { outcome: outcomeOf(ended) });
    if (ended.status !== null) durations.add(registry, ended.ms / 1000);
  };
}

/** `2xx`, `404`, `5xx` …; without an answer its error code: `unreachable`, `timeout`, `tls` …; `given_up`. */
function outcomeOf({ status, code }: EndedUpstreamRequest): string {
  if (status !== null) return told.has(status) ? String(status) : `${Math.floor(status / 100)}xx`;
  return code?.toLowerCase().replace(/^upstream_/, '') ?? 'given_up';
}
