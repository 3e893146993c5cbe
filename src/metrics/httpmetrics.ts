import type { RequestFacts } from '../domain/requestfacts.js';
import { errorCodes } from '../errors.js';
import type { Meters } from './meters.js';
import { createOperationNames } from './labels.js';

type HttpFacts = Pick<RequestFacts, 'operations' | 'viewer' | 'cost' | 'cache' | 'codes'>;

/** A request whose answer was sent, or whose connection is gone. */
export interface EndedHttpRequest {
  readonly method: string;
  /** The pattern of its route; null: there is none. */
  readonly route: string | null;
  /** null: its connection was gone before there was an answer. */
  readonly status: number | null;
  /** Milliseconds until the answer was there to be sent. */
  readonly answeredMs: number;
  /** Of the answer that were sent; null: not known. */
  readonly bytes: number | null;
  readonly isAborted: boolean;
  readonly facts: HttpFacts;
}

/** Seconds. */
const latencies = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Points: an operation may cost 10,000. */
const costs = [1, 10, 50, 100, 500, 1000, 2500, 5000, 10_000];

/** Of HTTP, and of this API. Whatever else is sent counts as one: a caller makes up no label. */
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const codes: ReadonlySet<string> = new Set(errorCodes);

/** Counts requests and what they took. `ownOperations`: names of the operations that the gateway's own routes run. */
export function createHttpMetrics(meters: Meters, ownOperations: readonly string[]): (ended: EndedHttpRequest) => void {
  const names = createOperationNames(ownOperations);
  const requests = meters.counter(
    'http_requests_total',
    'HTTP requests that have ended, by the status of their answer.',
    ['method', 'route', 'status'],
  );
  const durations = meters.histogram(
    'http_request_duration_seconds',
    'Time until an answer was there to be sent.',
    latencies,
    ['route'],
  );
  const bytes = meters.counter('http_response_bytes_total', 'Bytes of answers that were sent, with their heads.', [
    'route',
  ]);
  const aborted = meters.counter(
    'http_requests_aborted_total',
    'HTTP requests whose client did not wait for the whole answer.',
    ['route'],
  );
  const errors = meters.counter('errors_total', 'Answers with an error, by its code; one answer may have several.', [
    'code',
  ]);
  const operations = meters.counter(
    'operations_total',
    'Requests that ran an operation of GraphQL, by its name, or were answered with what it had given.',
    ['operation', 'result'],
  );
  const operationDurations = meters.histogram(
    'operation_duration_seconds',
    'Time until an operation was answered.',
    latencies,
    ['operation'],
  );
  const points = meters.histogram('graphql_cost_points', 'Points that operations of GraphQL were counted at.', costs);
  const kept = meters.counter('answer_cache_lookups_total', 'Looks for a kept answer.', ['result']);
  return ({ method, route, status, answeredMs, bytes: sent, isAborted, facts }) => {
    const at = route ?? '(none)';
    requests.inc({ method: methods.has(method) ? method : '(others)', route: at, status: status ?? '(none)' });
    durations.observe({ route: at }, answeredMs / 1000);
    if (sent) bytes.inc({ route: at }, sent);
    if (isAborted) aborted.inc({ route: at });
    for (const code of facts.codes) errors.inc({ code: codes.has(code) ? code : '(others)' });
    for (const name of facts.operations) {
      const operation = names.labelOf(name, facts.viewer !== null);
      operations.inc({ operation, result: facts.codes.size > 0 ? 'error' : 'ok' });
      operationDurations.observe({ operation }, answeredMs / 1000);
    }
    if (facts.cost !== null) points.observe(facts.cost);
    if (facts.cache !== null) kept.inc({ result: facts.cache });
  };
}
