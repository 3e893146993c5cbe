import {
  ApolloServer,
  type ApolloServerOptions,
  type ApolloServerPlugin,
  type GraphQLRequestListener,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  OperationTypeNode,
} from 'graphql';
import { noteError, noteOperation } from '../../domain/requestfacts.js';
import { secretAnswer } from '../../coding/content.js';
import { badInput, GatewayError, unauthenticated } from '../../errors.js';
import { createSlices } from '../../timer.js';
import { writeAnswer } from './answertext.js';
import type { Context } from '../context.js';
import { findOriginal, showError } from './failure.js';
import { createApolloExecutor, type Execute } from './jit.js';
import { assertCost, countCost } from './cost.js';
import { conditionalRoot, createShapeRule, hasConditionalRoot, type QueryLimits } from './limits.js';
import { onlyLogsIn } from './login.js';
import { coerceVariables } from './variables.js';

export interface GraphQLServerParts {
  readonly schema: GraphQLSchema;
  readonly execute: Execute;
  readonly limits: QueryLimits;
  readonly plugins?: readonly ApolloServerPlugin<Context>[];
  /** Has what Apollo says of itself; the console where it is left out. */
  readonly logger?: ApolloServerOptions<Context>['logger'];
  /** Takes answers that are bytes already, in place of Apollo's own, which can only be text. */
  readonly written?: WrittenAnswers;
}

/** Answers by the `request` of their context, which Apollo copies. */
export type WrittenAnswers = WeakMap<Context['request'], Buffer>;

/** Each answer as it is sent, by its data. */
type AnswerTexts = WeakMap<object, string>;

/** The error that was thrown, by the one that is shown in its place. */
type Masked = WeakMap<object, unknown>;

/**
 * Apollo as it serves `/graphql`: limits on, schema details hidden from error messages, errors shown by failure.ts
 * only.
 */
export function createGraphQLServer({
  schema,
  execute,
  limits,
  plugins = [],
  logger,
  written,
}: GraphQLServerParts): ApolloServer<Context> {
  const texts: AnswerTexts = new WeakMap();
  const masked: Masked = new WeakMap();
  return new ApolloServer<Context>({
    gateway: createApolloExecutor(schema, execute),
    ...(logger && { logger }),
    introspection: true,
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    // They are kept before it is known who asks.
    persistedQueries: false,
    parseOptions: { maxTokens: limits.tokens },
    validationRules: [createShapeRule(limits)],
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      createGatePlugin(schema, limits),
      createFactsPlugin(masked),
      createHeaderPlugin(limits, texts, written),
      ...plugins,
    ],
    stringifyResult: (result) => (result.data && texts.get(result.data)) ?? `${JSON.stringify(result)}\n`,
    formatError: (formatted, error) => {
      const { shown, isMasked } = showError(formatted, error, readRequestId(formatted));
      if (isMasked) masked.set(shown, findOriginal(error));
      return shown;
    },
  });
}

/**
 * Every operation passes these before it runs: a viewer, unless it only logs in, variables that fit their types, and
 * its cost.
 */
function createGatePlugin(schema: GraphQLSchema, limits: QueryLimits): ApolloServerPlugin<Context> {
  return {
    async requestDidStart(): Promise<GraphQLRequestListener<Context>> {
      return {
        async validationDidStart(context) {
          if (hasConditionalRoot(context.document)) (context as { document: DocumentNode }).document = conditionalRoot;
        },
        async didResolveOperation({ operation, document, request, contextValue }) {
          noteOperation(contextValue.facts, operation?.name?.value ?? null);
          if (contextValue.viewer === null && !onlyLogsIn(operation)) throw toHttpError(unauthenticated(), 401);
          if (document === conditionalRoot) throw toHttpError(explainCondition(), 400);
          if (!operation)
            throw toHttpError(badInput('"operationName" must name one of the operations sent.', 'operationName'), 400);
          if ((operation.operation === OperationTypeNode.SUBSCRIPTION) !== (contextValue.follow !== null))
            throw toHttpError(explainPlace(operation.operation), 400);
          try {
            const variables = coerceVariables(schema, operation, request.variables ?? {});
            const cost = countCost(schema, document, operation, variables);
            contextValue.facts.cost = cost;
            const isStreamed = operation.operation === OperationTypeNode.SUBSCRIPTION;
            assertCost(cost, isStreamed ? limits.eventCost : limits.cost);
          } catch (error) {
            throw error instanceof GatewayError ? toHttpError(error, 400) : error;
          }
        },
      };
    },
  };
}

function explainCondition(): GatewayError {
  return badInput('"@skip" and "@include" have no place at the root of a subscription: leave them out.', 'query');
}

function explainPlace(operation: OperationTypeNode): GatewayError {
  if (operation === OperationTypeNode.SUBSCRIPTION)
    return badInput('Subscriptions are answered at /graphql/stream: send a query or a mutation here.');
  return badInput(`Only subscriptions are answered here: send the ${operation} to /graphql.`);
}

/** Notes which errors an answer has, and what was thrown in place of those that are masked. */
function createFactsPlugin(masked: Masked): ApolloServerPlugin<Context> {
  const listener: GraphQLRequestListener<Context> = {
    async willSendResponse({ response: { body }, contextValue: { facts } }) {
      if (body.kind !== 'single') return;
      for (const error of body.singleResult.errors ?? []) {
        facts.codes.add(String(error.extensions?.['code']));
        if (masked.has(error)) noteError(facts, masked.get(error));
      }
    },
  };
  return { requestDidStart: async () => listener };
}

/** Milliseconds that answers are written in one turn of the event loop. */
const slice = 10;

/**
 * Puts the request's id beside each error's code, and beside the data how many requests to registries it took and what
 * it cost. Then writes the answer, or ANSWER_TOO_LARGE in its place.
 */
function createHeaderPlugin(
  limits: QueryLimits,
  texts: AnswerTexts,
  written?: WrittenAnswers,
): ApolloServerPlugin<Context> {
  const slices = createSlices(slice);
  return {
    async requestDidStart(): Promise<GraphQLRequestListener<Context>> {
      return {
        async willSendResponse({ response, operation, contextValue }) {
          if (response.body.kind !== 'single') return;
          const { singleResult } = response.body;
          const { requestId, facts } = contextValue;
          // Mutations give out secrets once: tokens, and tokens of plans.
          if (operation?.operation === OperationTypeNode.MUTATION)
            response.http.headers.set('cache-control', secretAnswer);
          singleResult.errors = singleResult.errors?.map((error) => ({
            ...error,
            extensions: { ...error.extensions, requestId },
          }));
          if (singleResult.data === undefined) return;
          const cost = { requested: facts.cost ?? 0, limit: limits.cost };
          singleResult.extensions = { ...singleResult.extensions, upstreamRequests: facts.upstreamRequests, cost };
          if (singleResult.data === null) return;
          try {
            const { errors, data, extensions } = singleResult;
            const answer = await writeAnswer({ errors, data, extensions }, limits.answer, slices, '\n');
            const isTaken = typeof answer !== 'string' && written?.set(contextValue.request, answer);
            texts.set(data, isTaken ? '' : answer.toString());
          } catch (error) {
            if (!(error instanceof GatewayError)) throw error;
            response.http.status = 400;
            response.body.singleResult = {
              errors: [explainSize(error, operation?.operation === OperationTypeNode.MUTATION, requestId)],
            };
          }
        },
      };
    },
  };
}

function explainSize(
  { code, message, retryable }: GatewayError,
  isChange: boolean,
  requestId: string,
): GraphQLFormattedError {
  const done = isChange ? ' What it changes was done: the audit log has what came of it.' : '';
  return { message: message + done, extensions: { code, retryable, requestId } };
}

/**
 * An error of the whole request, with the HTTP status it is answered with. `requestId` where there is no context to
 * know it from.
 */
export function toHttpError(error: GatewayError, status: number, requestId?: string): GraphQLError {
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { code: error.code, http: { status }, requestId },
  });
}

function readRequestId({ extensions }: GraphQLFormattedError): string | undefined {
  const id = extensions?.['requestId'];
  return typeof id === 'string' ? id : undefined;
}
