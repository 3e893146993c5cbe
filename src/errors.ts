/**
 * Every code a caller can meet, and whether asking again unchanged may help.
 * Codes are part of the public API: they are added, never renamed.
 */
const retryableByCode = {
  BAD_USER_INPUT: false,
  UNAUTHENTICATED: false,
  SESSION_OVER: false,
  FORBIDDEN: false,
  LOGIN_UNAVAILABLE: true,
  NOT_FOUND: false,
  EVENTS_GONE: false,
  CONFLICT: false,
  LAST_ADMIN: false,
  CHANGED_SINCE_PLAN: false,
  CHANGED_SINCE_READ: false,
  PLAN_INVALID: false,
  NOT_AWAITING_APPROVAL: false,
  READ_ONLY: false,
  PROTECTED: false,
  QUERY_TOO_COMPLEX: false,
  PERSISTED_QUERY_NOT_FOUND: false,
  DOCUMENT_NOT_TRUSTED: false,
  RATE_LIMITED: true,
  OVERLOADED: true,
  OPERATION_TIMEOUT: true,
  ANSWER_TOO_LARGE: false,
  DELETE_DISABLED: false,
  DELETE_NOT_EXACT: false,
  DELETE_INCOMPLETE: true,
  UPSTREAM_UNREACHABLE: true,
  UPSTREAM_TLS: false,
  UPSTREAM_TIMEOUT: true,
  UPSTREAM_PROXY: false,
  UPSTREAM_AUTH: false,
  UPSTREAM_REALM_REFUSED: false,
  UPSTREAM_RATE_LIMITED: true,
  UPSTREAM_UNSUPPORTED: false,
  UPSTREAM_LOCKED: false,
  UPSTREAM_INVALID: false,
  UPSTREAM_DIGEST_MISMATCH: false,
  UPSTREAM_TOO_LARGE: false,
  UPSTREAM_PAGINATION: false,
  UPSTREAM_BLOCKED: false,
  UPSTREAM_EMPTIED: false,
  UPSTREAM_ERROR: true,
  STORAGE_BUSY: true,
  STORAGE_FULL: true,
  STORAGE_READ_ONLY: true,
  STORAGE_CORRUPT: false,
  STORAGE_OUTCOME_UNKNOWN: false,
  INTERNAL: false,
} as const;

export type ErrorCode = keyof typeof retryableByCode;

/** All codes, in the order docs/errors.md lists them. */
export const errorCodes = Object.keys(retryableByCode) as ErrorCode[];

/** Of each code a sentence that is the same wherever it is met. */
export const errorMeanings = {
  BAD_USER_INPUT: 'An argument or a name is not what it must be: `path` says which.',
  UNAUTHENTICATED: 'There is no token, or it is not valid; or the user name or the password is wrong.',
  SESSION_OVER: 'The session of the cookie was ended, was not used for too long, or ran out.',
  FORBIDDEN: 'The role for it is missing.',
  LOGIN_UNAVAILABLE: 'The provider of single sign-on does not answer, so that its tokens cannot be judged.',
  NOT_FOUND: 'There is no such thing.',
  EVENTS_GONE: 'Events after the one that was named are not kept any more, or it is not of this gateway.',
  CONFLICT: 'The name is taken.',
  LAST_ADMIN: 'Nobody would be left who can log in as an admin. Nothing was changed.',
  CHANGED_SINCE_PLAN: 'The repository has changed since the plan was made. Nothing was touched.',
  CHANGED_SINCE_READ: 'It is of another version than the one that was named. Nothing was changed.',
  PLAN_INVALID: "The plan's token is too old, of another plan, or not of this gateway. Nothing was touched.",
  NOT_AWAITING_APPROVAL: 'The job waits for no approval, or no longer. Nothing was touched.',
  READ_ONLY: 'The registry is read-only, here or by its own maintenance mode. Nothing was touched.',
  PROTECTED: 'A rule protects it. Nothing was touched.',
  PERSISTED_QUERY_NOT_FOUND: 'No document of this hash or id is known: clients send it with its text then.',
  DOCUMENT_NOT_TRUSTED: 'The gateway runs the documents that its operator lists, and this is none of them.',
  QUERY_TOO_COMPLEX: 'The operation could cost more than is allowed.',
  RATE_LIMITED: 'One caller asked too much in too short a time.',
  OVERLOADED: 'All callers together ask too much just now.',
  OPERATION_TIMEOUT: 'It took too long and was ended.',
  ANSWER_TOO_LARGE: 'The answer would be larger than is allowed.',
  DELETE_DISABLED: 'The registry does not delete. Nothing was touched.',
  DELETE_NOT_EXACT: 'The registry cannot delete the tag without other tags on the same image. Nothing was touched.',
  DELETE_INCOMPLETE: 'The registry still has some of it.',
  UPSTREAM_UNREACHABLE: 'The registry refused the connection or reset it, or its name is not known.',
  UPSTREAM_TLS: "The registry's certificate is not trusted, or it does not take the gateway's.",
  UPSTREAM_TIMEOUT: 'The registry did not answer in time.',
  UPSTREAM_PROXY: 'The proxy on the way refuses.',
  UPSTREAM_AUTH: "The registry refused the gateway's credentials.",
  UPSTREAM_REALM_REFUSED: 'The registry sends its clients to a token server that is not allowed.',
  UPSTREAM_RATE_LIMITED: 'The registry limits the requests of the gateway.',
  UPSTREAM_UNSUPPORTED: 'The registry cannot do this.',
  UPSTREAM_LOCKED: 'The registry deletes other images, and locks or protects this one itself.',
  UPSTREAM_INVALID: 'The registry sent something that cannot be read.',
  UPSTREAM_DIGEST_MISMATCH: 'The registry sent something else than its digest says.',
  UPSTREAM_TOO_LARGE: 'The registry sent more than is read.',
  UPSTREAM_PAGINATION: 'The pages of a list that the registry sent do not end, or do not follow each other.',
  UPSTREAM_BLOCKED: 'The registry leads to an address that is never opened, or redirects in a way not followed.',
  UPSTREAM_EMPTIED: 'More than half of the tags of the registry were gone at once.',
  UPSTREAM_ERROR: 'The registry failed.',
  STORAGE_BUSY: "Another process holds the gateway's database.",
  STORAGE_FULL: "The disk of the gateway's database is full.",
  STORAGE_READ_ONLY: "The gateway's database cannot be written.",
  STORAGE_CORRUPT: "The gateway's database is damaged.",
  STORAGE_OUTCOME_UNKNOWN:
    "The gateway's database was lost as the change was committed: whether it was made is not known. Look first.",
  INTERNAL: 'The gateway has a bug: its log has it under the request id.',
} as const satisfies Readonly<Record<ErrorCode, string>>;

/**
 * The facts that a caller may be told beside the code and the message. None may hold a secret, or an upstream's raw
 * text: only the message of UPSTREAM_LOCKED quotes a registry, as upstream/failure/reason.ts bounds it.
 */
export interface ErrorFacts {
  /** The name of the registry that failed. */
  readonly registry?: string;
  /** The host that failed, when that is not the registry's own: its token server, the store of its blobs. */
  readonly host?: string;
  /** `host:port` of the proxy on the way: the one that failed, or the one that the failure came through. */
  readonly proxy?: string;
  /** The HTTP status the registry answered with. */
  readonly upstreamStatus?: number;
  /** Seconds to wait before asking again. */
  readonly retryAfter?: number;
  /** The argument that was wrong, outermost first: `['input', 'addr']`. */
  readonly path?: readonly string[];
  /** A sentence that says which setting or argument to change, and how. */
  readonly hint?: string;
  /** Tags that the failure is about: those that are protected, or would have gone as well. */
  readonly tags?: readonly string[];
  /** Points that a GraphQL operation asks for, and those that are allowed. */
  readonly cost?: { readonly requested: number; readonly limit: number };
  /** For the log only. */
  readonly cause?: unknown;
}

/**
 * The one error family. The message says what happened, to what, and what to do next, and may be shown to a caller;
 * `cause` never is. Anything else that is thrown is a bug and is masked as INTERNAL by each surface.
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  readonly facts: Omit<ErrorFacts, 'cause'>;

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    const { cause, ...shown } = facts;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.facts = shown;
  }

  get retryable(): boolean {
    return retryableByCode[this.code];
  }
}

/** True for a failure on the registry's side of the wire: what stale data may stand in for. */
export function isUpstreamError(error: unknown): error is GatewayError {
  return error instanceof GatewayError && isUpstreamCode(error.code);
}

/** The same of a failure that was written down. */
export function isUpstreamCode(code: ErrorCode): boolean {
  return code.startsWith('UPSTREAM_');
}

/** A caller's mistake, naming the argument it is in. */
export function badInput(message: string, ...path: string[]): GatewayError {
  return new GatewayError('BAD_USER_INPUT', message, path.length ? { path } : {});
}

/** Something that is not there, or that the viewer may not know of: the two look alike on purpose. */
export function notFound(message: string): GatewayError {
  return new GatewayError('NOT_FOUND', message);
}

/** True where a token or a session does not count, or no longer: whoever sent it is nobody now. */
export function isOfNobody(error: unknown): error is GatewayError {
  return error instanceof GatewayError && (error.code === 'UNAUTHENTICATED' || error.code === 'SESSION_OVER');
}

/** Nobody has said who is asking. */
export function unauthenticated(): GatewayError {
  return new GatewayError(
    'UNAUTHENTICATED',
    'A token is needed: send "X-Access-Token: username:token", from login or "registry-gateway token create".',
  );
}
