import type { FastifyRequest } from 'fastify';
import type { AccountUseCases } from '../auth/usecases.js';
import type { LoggedIn, LogIn } from '../auth/login.js';
import type { UseCases } from '../catalogue/usecases.js';
import type { Follower, RequestContext } from '../catalogue/context.js';
import type { Viewer } from '../domain/account.js';
import type { GatewayFacts } from '../domain/gateway.js';
import type { RequestFacts } from '../domain/requestfacts.js';
import type { GatewayError } from '../errors.js';

/** Resolvers of one request share it, with the use cases. Both surfaces make one anew for each request. */
export interface Context extends UseCases {
  readonly viewer: Viewer | null;
  /** Each use case takes it first. */
  readonly request: RequestContext;
  /** Ends what the operation asks of registries and of the database. */
  readonly end: (reason: unknown) => void;
  /** Tells of what a follower is told, while the stream is open; null where no stream is answered. */
  readonly follow: (<T>(follower: Follower<T>) => AsyncIterable<T>) | null;
  readonly logIn: LogIn;
  /** The cookie of a session, as the answer changes it. */
  readonly session: {
    /** Gives what has it set. Throws FORBIDDEN for a page of another site. */
    readonly open: () => (session: LoggedIn) => void;
    readonly clear: () => void;
  };
  readonly identity: AccountUseCases;
  readonly gateway: GatewayFacts;
  readonly clientAddress: string;
  readonly requestId: string;
  /** The request's line in the log is made from these. */
  readonly facts: RequestFacts;
  /** Errors that a mutation's payload tells of as its `userErrors`, as they were thrown; the last one counts. */
  readonly refusals: GatewayError[];
  /** The largest `first`: clients have `maxPageSize`; the REST routes, which have no pages, more. */
  readonly pageLimit: number;
}

/** In which contexts of one surface differ from those of another. */
export interface ContextOptions extends Pick<Context, 'pageLimit'> {
  /** A request's `no-cache` has registries asked. */
  readonly mayForce: boolean;
}

export type CreateContext = (request: FastifyRequest, viewer: Viewer | null, options: ContextOptions) => Context;
