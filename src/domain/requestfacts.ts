/** Facts of one HTTP request, noted by whoever finds them out: for its line in the log, and for metrics. */
export interface RequestFacts {
  /** Of the GraphQL operations that ran for it, or made its kept answer; cut short, since clients name them. */
  readonly operations: Set<string>;
  /** Username of the account that the request's token is of, or that logged in with it; null: nobody is known. */
  viewer: string | null;
  /** Name or id of the registry whose notification it is; null: none. */
  registry: string | null;
  /** Points that its GraphQL operation was counted at; null: none was counted. */
  cost: number | null;
  /** Requests to registries that it caused and waited for. */
  upstreamRequests: number;
  /** When its answer was there to be sent, in milliseconds of the Timer; null: it is not. */
  answeredAt: number | null;
  /** Milliseconds in which it waited for registries, and for the database; null: not measured. */
  upstreamMs: number | null;
  databaseMs: number | null;
  /** null: nothing was looked up. */
  cache: 'hit' | 'miss' | null;
  /** Error codes that the answer has, each once. */
  readonly codes: Set<string>;
  /** Why it was refused, where the client is not told. */
  reason: string | null;
  /** Errors inside the gateway, or of a registry or the database behind it: see `noteError`. */
  readonly errors: unknown[];
  /** Of the caller's trace (W3C Trace Context); null: it sent none. */
  traceId: string | null;
}

export function createRequestFacts(): RequestFacts {
  return {
    operations: new Set(),
    viewer: null,
    registry: null,
    cost: null,
    upstreamRequests: 0,
    answeredAt: null,
    upstreamMs: null,
    databaseMs: null,
    cache: null,
    codes: new Set(),
    reason: null,
    errors: [],
    traceId: null,
  };
}

/** Characters; a GraphQL name may have as many as its document. */
const longestOperation = 100;

/** Notes that an operation ran; null: it has no name. */
export function noteOperation({ operations }: RequestFacts, name: string | null): void {
  if (name) operations.add(name.slice(0, longestOperation));
}

/** Errors of a request that are kept: one fault may show at each of a thousand things. */
const mostErrors = 5;

/** Notes an error that an operator should see, each once by its words. */
export function noteError({ errors }: RequestFacts, error: unknown): void {
  if (errors.length < mostErrors && !errors.some((other) => String(other) === String(error))) errors.push(error);
}
