import type { BasePath } from '../domain/basepath.js';
import { type ErrorCode, errorMeanings } from '../errors.js';

/** The HTTP status of each code. 500 is always a bug of the gateway. */
const statusByCode: Readonly<Record<ErrorCode, number>> = {
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  SESSION_OVER: 401,
  FORBIDDEN: 403,
  LOGIN_UNAVAILABLE: 503,
  NOT_FOUND: 404,
  EVENTS_GONE: 410,
  CONFLICT: 409,
  LAST_ADMIN: 409,
  NOT_AWAITING_APPROVAL: 409,
  CHANGED_SINCE_PLAN: 412,
  CHANGED_SINCE_READ: 412,
  PLAN_INVALID: 400,
  READ_ONLY: 423,
  PROTECTED: 423,
  QUERY_TOO_COMPLEX: 400,
  PERSISTED_QUERY_NOT_FOUND: 404,
  DOCUMENT_NOT_TRUSTED: 403,
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

/** Whatever is answered in place of a result. Facts that are absent are left out. */
export interface FailedRequest {
  readonly code: string;
  readonly message: string;
  readonly status: number;
  readonly requestId: string;
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** The part of a body that is as the REST routes answered errors from the beginning. */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly requestId: string;
  readonly retryAfter?: number;
  readonly [fact: string]: unknown;
}

/** A problem of RFC 9457, which has the gateway's own words beside the members that every API's problems have. */
export interface ProblemBody {
  /** Leads to the code's line of docs/errors.md, as the gateway shows it; the same for a code, wherever it is met. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** The message once more, for clients that know nothing but problems. */
  readonly detail?: string;
  readonly error: ErrorBody;
}

/** Bodies of this type have `detail`: those who ask for it look for the message there. */
export const problemType = 'application/problem+json';

export function statusOf(code: string): number {
  return statusByCode[code as ErrorCode] ?? 500;
}

/** The body of an error over REST. `basePath` stands before the type's path; null: it is not known. */
export function createProblem(
  failure: FailedRequest,
  basePath: BasePath | null = null,
  isDetailed = false,
): ProblemBody {
  const { code, message, status } = failure;
  return {
    type: `${basePath ?? ''}/explorer/errors.html#${code}`,
    title: errorMeanings[code as ErrorCode] ?? errorMeanings.INTERNAL,
    status,
    ...(isDetailed && { detail: message }),
    error: toErrorBody(failure),
  };
}

/** The same as GraphQL answers a request that it did not run: `errors`, and no data. */
export function createGraphQLErrorBody(failure: FailedRequest): {
  errors: readonly { readonly message: string; readonly extensions: Omit<ErrorBody, 'message'> }[];
} {
  const { message, ...extensions } = toErrorBody(failure);
  return { errors: [{ message, extensions }] };
}

function toErrorBody({ code, message, requestId, facts = {} }: FailedRequest): ErrorBody {
  const known = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null && value !== undefined));
  return { code, message, ...known, requestId };
}
