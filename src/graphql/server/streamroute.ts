import type { ApolloServer } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLError } from 'graphql';
import type { Follower } from '../../catalogue/context.js';
import type { Viewer } from '../../domain/account.js';
import { noteError } from '../../domain/requestfacts.js';
import { GatewayError } from '../../errors.js';
import { admitReader, comment, follow, readWithin, sendEvents, writeEvent } from '../../streams/eventstream.js';
import type { OpenStream, OpenStreams } from '../../streams/openstreams.js';
import { createSlices } from '../../timer.js';
import type { Context } from '../context.js';
import { writeAnswer } from './answertext.js';
import { findOriginal, showError } from './failure.js';
import type { Execute } from './jit.js';
import type { NamedDocuments } from './documents.js';
import { addRequestId, explainToApollo, toGraphQLRequest } from './route.js';
import type { Begun, Subscriptions } from './subscriptions.js';

export interface StreamRouteParts {
  readonly apollo: ApolloServer<Context>;
  readonly documents: NamedDocuments;
  readonly subscriptions: Subscriptions;
  readonly streams: OpenStreams;
  /** Throws UNAUTHENTICATED for a bad token; without a token the viewer is null. */
  readonly identify: (request: FastifyRequest) => Promise<Viewer | null>;
  readonly createContext: (request: FastifyRequest, viewer: Viewer | null) => Context;
  readonly execute: Execute;
  /** Bytes of one answer. */
  readonly longestAnswer: number;
}

/** Milliseconds that answers are written in one turn of the event loop. */
const slice = 10;

/** Answers `/graphql/stream`: whatever Apollo refuses of a query is refused before a stream is opened. */
export function createStreamHandler(
  parts: StreamRouteParts,
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  const { apollo, documents, subscriptions, streams, identify, createContext } = parts;
  const complete = (request: FastifyRequest, viewer: Viewer | null) => {
    try {
      return { asked: toGraphQLRequest(documents.complete(request, viewer)), refusal: null };
    } catch (error) {
      const { method, url, headers } = request;
      const asked = toGraphQLRequest({ method, url, headers, body: { query: '{ __typename }' } });
      return { asked, refusal: explainToApollo(error, request) };
    }
  };
  const writer = createWriter(parts);
  return async (request, reply) => {
    const viewer = await admitReader(request, identify);
    const stream = streams.open(request, viewer);
    try {
      const open = (): Context => createContext(request, stream.viewer);
      const tell = <T>(follower: Follower<T>): AsyncIterable<T> => follow(stream, follower, open);
      const context: Context = { ...open(), follow: tell };
      const { asked, refusal } = complete(request, stream.viewer);
      asked.headers.set('accept', 'application/json');
      const response = await readWithin(stream, context.end, () =>
        apollo.executeHTTPGraphQLRequest({
          httpGraphQLRequest: asked,
          context: async () => {
            if (refusal) throw refusal;
            return context;
          },
        }),
      );
      const begun = subscriptions.take(context.request);
      if (begun) return await sendEvents(reply, stream, writer(request, stream, begun));
      stream.end('gone');
      const body = response.body.kind === 'complete' ? response.body.string : '';
      reply.header('content-type', response.headers.get('content-type') ?? 'application/json; charset=utf-8');
      return await reply.code(response.status ?? 200).send(addRequestId(body, request.id));
    } catch (error) {
      stream.end('gone');
      throw error;
    }
  };
}

type Write = (request: FastifyRequest, stream: OpenStream, begun: Begun) => AsyncGenerator<string>;

/** The messages of graphql-sse's protocol: `next` for each answer, and `complete` at an end that is not the line's. */
function createWriter({ createContext, execute, longestAnswer }: StreamRouteParts): Write {
  const slices = createSlices(slice);
  const show = ({ id, facts }: FastifyRequest, error: GraphQLError): object => {
    const { shown, isMasked } = showError(error.toJSON(), error, id);
    if (isMasked) noteError(facts, findOriginal(error));
    return shown;
  };
  const answer = async (request: FastifyRequest, stream: OpenStream, begun: Begun, told: unknown): Promise<string> => {
    const context = createContext(request, stream.viewer);
    try {
      const execution = { ...begun.execution, context, rootValue: told };
      const { data, errors } = await readWithin(stream, context.end, async () => execute(execution));
      const shown = { ...(errors && { errors: errors.map((error) => show(request, error)) }), data };
      return (await writeAnswer(shown, longestAnswer, slices)).toString();
    } catch (error) {
      return JSON.stringify({ errors: [explain(request, error)] });
    } finally {
      context.end(new GatewayError('OPERATION_TIMEOUT', 'The answer was sent.'));
    }
  };
  return async function* write(request, stream, begun) {
    yield comment;
    try {
      for await (const told of begun.source) {
        const text = await answer(request, stream, begun, told);
        if (stream.ended === 'gone' || stream.ended === 'closing') return;
        yield writeEvent({ event: 'next', data: text });
      }
    } catch (error) {
      const shown = explain(request, error);
      // The client comes back by itself where that may help, as it does when the line breaks.
      if (error instanceof GatewayError && error.retryable) return;
      yield writeEvent({ event: 'next', data: JSON.stringify({ errors: [shown] }) });
    }
    if (stream.ended === 'gone' || stream.ended === 'closing') return;
    if (stream.ended === 'refused')
      yield writeEvent({ event: 'next', data: JSON.stringify({ errors: [explain(request, stream.signal.reason)] }) });
    yield writeEvent({ event: 'complete', data: '' });
  };
}

/** An error of the whole stream, or of one answer in it. */
function explain({ id, facts }: FastifyRequest, error: unknown): object {
  const { shown, isMasked } = showError({ message: '' }, error, id);
  if (isMasked) noteError(facts, error);
  return shown;
}
