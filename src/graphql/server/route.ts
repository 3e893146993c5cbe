import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StaleAnswer } from '../../cache/headers.js';
import type { Mark } from '../../cache/marked.js';
import type { AnswerSurface, Made } from '../../cache/surface.js';
import { addVary } from '../../coding/condition.js';
import type { Viewer } from '../../domain/account.js';
import { noteError } from '../../domain/requestfacts.js';
import { type ErrorCode, GatewayError } from '../../errors.js';
import type { Context } from '../context.js';
import { asksOnlyToLogIn } from './login.js';
import { toHttpError, type WrittenAnswers } from './server.js';
import type { Cacheability } from './cacheability.js';
import type { GraphQLAsked, NamedDocuments } from './documents.js';

export interface GraphQLRouteParts {
  readonly apollo: ApolloServer<Context>;
  readonly cacheability: Cacheability;
  readonly answers: AnswerSurface;
  readonly documents: NamedDocuments;
  /** As the server was given it. */
  readonly written?: WrittenAnswers;
  /** Throws UNAUTHENTICATED for a bad token; without a token the viewer is null. */
  readonly identify: (request: FastifyRequest) => Promise<Viewer | null>;
  readonly createContext: (request: FastifyRequest, viewer: Viewer | null) => Context;
  /** Ids of the registries that a request read. */
  readonly readTouched: (context: Context) => readonly string[];
  /** Of a document, beyond which it is not read. */
  readonly maxTokens: number;
}

/** Answers `/graphql`: who asks is known before anything else, then a kept answer, then Apollo. */
export function createGraphQLHandler(
  parts: GraphQLRouteParts,
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  const { apollo, cacheability, answers, documents, written, identify, createContext, readTouched, maxTokens } = parts;
  const isLogin = ({ method, body }: FastifyRequest): boolean => method === 'POST' && asksOnlyToLogIn(body, maxTokens);
  return async (request, reply) => {
    if (isVisit(request)) return addVary(reply, 'accept').redirect(locateExplorer(request), 303);
    let viewer: Viewer | null = null;
    let refusal: unknown;
    try {
      viewer = await identify(request);
    } catch (error) {
      refusal = explainToApollo(error, request);
    }
    let asked: GraphQLAsked = request;
    try {
      if (!refusal) asked = documents.complete(request, viewer);
    } catch (error) {
      refusal = explainToApollo(error, request);
      // It is to have a document, which is not run.
      asked = { method: 'POST', url: request.url, headers: request.headers, body: { query: '{ __typename }' } };
    }
    const make = async (): Promise<Made> => {
      let context: Context | undefined;
      const response = await apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: toGraphQLRequest(asked),
        // Apollo answers in its own form when this throws.
        context: async () => {
          // Browsers send what they have stored, and a login is how they come by something better.
          if (refusal && !isLogin(request)) throw refusal;
          return (context = createContext(request, viewer));
        },
      });
      if (response.body.kind !== 'complete')
        throw new Error('An answer in parts was made, which the schema has none of.');
      for (const [name, value] of response.headers) if (name !== 'content-length') reply.header(name, value);
      const isCacheable = context !== undefined && cacheability.has(context);
      const { status = 200 } = response;
      return {
        status,
        contentType: response.headers.get('content-type') ?? 'application/json; charset=utf-8',
        body:
          (context && written?.get(context.request)) ??
          (status < 400 ? response.body.string : addRequestId(response.body.string, request.id)),
        isCacheable,
        touched: context ? readTouched(context) : [],
        validity: context?.request.validity,
        operation: [...request.facts.operations][0] ?? null,
      };
    };
    return answers.send(request, reply, {
      viewer,
      key: refusal ? null : keyOf(asked),
      kind: kindOf(asked),
      make,
      mark: markStale,
    });
  };
}

/** The extensions are the last of an answer with data, and never empty: their end and the answer's own end it. */
function markStale(body: Buffer, stale: StaleAnswer): Mark {
  return { at: body.lastIndexOf('}}'), text: `,"stale":${JSON.stringify(stale)}` };
}

/** Of some errors of a request Apollo answers before there is a context to know its id from. */
export function addRequestId(body: string, requestId: string): string {
  const answer = JSON.parse(body) as { readonly errors?: readonly { readonly extensions?: object }[] };
  const errors = answer.errors?.map((error) => ({ ...error, extensions: { ...error.extensions, requestId } }));
  return JSON.stringify({ ...answer, ...(errors && { errors }) });
}

/** Relative where it is not known below which path of a proxy the gateway is. */
function locateExplorer({ basePath, url }: FastifyRequest): string {
  if (basePath !== null) return `${basePath}/explorer`;
  return /^[^?]*\/(?:\?|$)/.test(url) ? '../explorer' : './explorer';
}

/**
 * Somebody opened the address in a browser: without a query there is nothing to answer, and the Explorer is what is
 * looked for.
 */
function isVisit({ method, url, headers }: FastifyRequest): boolean {
  if (method === 'POST') return false;
  const asksForPage = headers.accept?.toLowerCase().includes('text/html') ?? false;
  return asksForPage && !/[?&](?:query|extensions|documentId)=/.test(url);
}

/**
 * null for what is not a plain query: it is not looked up. Headers that change how Apollo answers, or whether, are part
 * of it.
 */
function keyOf({ method, url, body, headers }: GraphQLAsked): unknown[] | null {
  const said = [
    headers.accept,
    headers['content-type'],
    headers['apollo-require-preflight'],
    headers['x-apollo-operation-name'],
  ];
  if (method !== 'POST') return ['graphql', url, ...said];
  const { query, operationName, variables, extensions } = (body ?? {}) as Record<string, unknown>;
  return typeof query === 'string' && extensions === undefined
    ? ['graphql', operationName, variables, query, ...said]
    : null;
}

/** Of POST the document, and of GET all of it: what is asked by that is no change. */
function kindOf({ method, url, body }: GraphQLAsked): string {
  const { query, operationName } = (body ?? {}) as Record<string, unknown>;
  return method === 'POST' ? `${String(operationName)} ${String(query)}` : url;
}

/** As Apollo takes it. */
export function toGraphQLRequest({ method, url, body, headers }: GraphQLAsked) {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers))
    if (value) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  const mark = url.indexOf('?');
  // Apollo knows no HEAD, which is answered as GET is (RFC 9110 §9.3.2); Fastify leaves the body out.
  return { method: method === 'HEAD' ? 'GET' : method, headers: map, search: mark === -1 ? '' : url.slice(mark), body };
}

/** HTTP statuses of what keeps a request from being known for whose it is; else the database does not answer. */
const refusals: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  SESSION_OVER: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  // Clients look for it in an answer, and send the text.
  PERSISTED_QUERY_NOT_FOUND: 200,
  DOCUMENT_NOT_TRUSTED: 403,
  BAD_USER_INPUT: 400,
};

/** A token that is not valid, or used too often, is the whole request's error. */
export function explainToApollo(error: unknown, { id, facts }: FastifyRequest): unknown {
  const status = error instanceof GatewayError ? (refusals[error.code] ?? 503) : 500;
  facts.codes.add(error instanceof GatewayError ? error.code : 'INTERNAL');
  if (status >= 500) noteError(facts, error);
  return error instanceof GatewayError ? toHttpError(error, status, id) : error;
}
