import type { ErrorCode } from '../errors.js';

/** The HTTP status of each code. 500 is always a bug of the gateway. */
const statusByCode: Readonly<Record<ErrorCode, number>> = {
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  LOGIN_UNAVAILABLE: 503,
  NOT_FOUND: 404,
  EVENTS_GONE: 410,
  CONFLICT: 409,
  LAST_ADMIN: 409,
  NOT_AWAITING_APPROVAL: 409,
  CHANGED_SINCE_PLAN: 412,
  PLAN_INVALID: 400,
  READ_ONLY: 423,
  PROTECTED: 423,
  QUERY_TOO_COMPLEX: 400,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
  OPERATION_TIMEOUT: 504,
  ANSWER_TOO_LARGE: 400,
  DELETE_DISABLED: 409,
  DELETE_NOT_EXACT: 409,
  DELETE_INCOMPLETE: 502,
  UPSTREAM_UNREACHABLE: 502,
  UPSTREAM_TLS: 502,
  UPSTREAM_TIMEOUT: 504,
  UPSTREAM_PROXY: 502,
  UPSTREAM_AUTH: 502,
  UPSTREAM_REALM_REFUSED: 502,
  UPSTREAM_RATE_LIMITED: 503,
  UPSTREAM_UNSUPPORTED: 409,
  UPSTREAM_LOCKED: 423,
  UPSTREAM_INVALID: 502,
  UPSTREAM_DIGEST_MISMATCH: 502,
  UPSTREAM_TOO_LARGE: 502,
  UPSTREAM_EMPTIED: 502,
  UPSTREAM_PAGINATION: 502,
  UPSTREAM_BLOCKED: 422,
  UPSTREAM_ERROR: 502,
  STORAGE_BUSY: 503,
  STORAGE_FULL: 507,
  STORAGE_READ_ONLY: 503,
  STORAGE_CORRUPT: 503,
  STORAGE_OUTCOME_UNKNOWN: 503,
  INTERNAL: 500,
};

/** The JSON body that the REST routes answer in place of a result. */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly requestId: string;
  readonly retryAfter?: number;
  readonly [fact: string]: unknown;
}

export function statusOf(code: string): number {
  return statusByCode[code as ErrorCode] ?? 500;
}

/** Facts that are absent are left out. */
export function createErrorBody(
  code: string,
  message: string,
  requestId: string,
  facts: Readonly<Record<string, unknown>> = {},
): { error: ErrorBody } {
  const known = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null && value !== undefined));
  return { error: { code, message, ...known, requestId } };
}

/** The same as GraphQL answers a request that it did not run: `errors`, and no data. */
export function createGraphQLErrorBody(
  code: string,
  message: string,
  requestId: string,
  facts: Readonly<Record<string, unknown>> = {},
): { errors: readonly { readonly message: string; readonly extensions: Omit<ErrorBody, 'message'> }[] } {
  const { message: shown, ...extensions } = createErrorBody(code, message, requestId, facts).error;
  return { errors: [{ message: shown, extensions }] };
}
