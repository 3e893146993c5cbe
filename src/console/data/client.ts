import { isLoggedOut, readProblem, type Problem, type ToldErrors } from '../pure/problem.js';
import type { Operation } from '../pure/operation.js';
import { createStreams } from './streams.js';

/** The answer to an operation: its data, what went wrong, or both, where a part could not be told. */
export interface Answer<Data> {
  readonly data: Data | null;
  readonly problem: Problem | null;
}

/** Asks the gateway's GraphQL API, which stands beside the page. */
export interface Gateway {
  /** A question that `signal` gave up has no answer that counts. */
  ask<Data, Variables>(
    operation: Operation<Data, Variables>,
    variables: Variables,
    signal?: AbortSignal,
  ): Promise<Answer<Data>>;
  /** Calls `next` with each answer, and `end` once no more comes. Gives what stops it, without a call of `end`. */
  follow<Data, Variables>(
    operation: Operation<Data, Variables>,
    variables: Variables,
    next: (answer: Answer<Data>) => void,
    end: () => void,
  ): () => void;
}

export interface GatewaySettings {
  /** The sentence for a gateway that does not answer: to a question, or to a change, which is not asked for again. */
  readonly away: (isChange: boolean) => string;
  readonly onAnswered: () => void;
  /** Told when an answer says that whoever asked is not logged in (any longer). */
  readonly onLoggedOut: () => void;
}

/** The body of an answer (GraphQL over HTTP). */
interface Told<Data> {
  readonly data?: Data | null | undefined;
  readonly errors?: ToldErrors | undefined;
}

/** A plan changes nothing, and is named as one. */
function isChange(text: string): boolean {
  return /^mutation (?!Plan)/.test(text);
}

/** The cookie of the session goes along; the header, which no other site can send, says that this page asks. */
const headers = { 'apollo-require-preflight': 'true' };

/**
 * Answers are kept by the screens that show them, not here: a list that a screen shows is asked for again whenever it
 * may have changed, so that nothing old is told as new.
 */
export function createGateway({ away, onAnswered, onLoggedOut }: GatewaySettings): Gateway {
  const url = new URL('graphql', document.baseURI).href;
  const streams = createStreams(headers);
  const read = <Data>({ data, errors }: Told<Data>): Answer<Data> => {
    const problem = errors === undefined ? null : readProblem(errors, away(false));
    if (problem === null) onAnswered();
    else if (isLoggedOut(problem)) onLoggedOut();
    return { data: data ?? null, problem };
  };
  return {
    async ask<Data, Variables>(operation: Operation<Data, Variables>, variables: Variables, signal?: AbortSignal) {
      try {
        const response = await fetch(url, {
          method: 'POST',
          credentials: 'same-origin',
          headers: { ...headers, accept: 'application/graphql-response+json', 'content-type': 'application/json' },
          body: JSON.stringify({ query: operation.text, variables }),
          signal: signal ?? null,
        });
        return read((await response.json()) as Told<Data>);
      } catch {
        return { data: null, problem: readProblem([], away(isChange(operation.text))) };
      }
    },
    follow<Data, Variables>(
      operation: Operation<Data, Variables>,
      variables: Variables,
      next: (answer: Answer<Data>) => void,
      end: () => void,
    ) {
      return streams.follow(
        operation.text,
        variables as Record<string, unknown>,
        (result) => next(read(result as Told<Data>)),
        end,
      );
    },
  };
}
