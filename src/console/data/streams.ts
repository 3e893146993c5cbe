import type { Client } from 'graphql-sse';

/** Follows subscriptions of the GraphQL API by streams of events (GraphQL over SSE, "distinct connections"). */
export interface Streams {
  /** Calls `onResult` with each result, and `onEnd` once no more comes. Gives a stop, which does not call `onEnd`. */
  follow(
    text: string,
    variables: Readonly<Record<string, unknown>>,
    onResult: (result: unknown) => void,
    onEnd: () => void,
  ): () => void;
}

/** `headers` go with each request. */
export function createStreams(headers: Readonly<Record<string, string>>): Streams {
  const load = createLoader(headers);
  return {
    follow(text, variables, onResult, onEnd) {
      let isStopped = false;
      let stop = (): void => undefined;
      const over = (): void => {
        if (!isStopped) onEnd();
      };
      load().then((client) => {
        if (isStopped) return;
        stop = client.subscribe(
          { query: text, variables },
          {
            next: (result) => {
              if (!isStopped) onResult(result);
            },
            error: over,
            complete: over,
          },
        );
      }, over);
      return () => {
        isStopped = true;
        stop();
      };
    },
  };
}

/**
 * Loads what reads streams when the first one is followed: a screen is there before what it shows is followed. What did
 * not come is asked for again.
 */
function createLoader(headers: Readonly<Record<string, string>>): () => Promise<Client> {
  let loading: Promise<Client> | null = null;
  return () => {
    loading ??= import('graphql-sse').then(
      ({ createClient }) =>
        createClient({
          url: new URL('graphql/stream', document.baseURI).href,
          credentials: 'same-origin',
          headers,
          // The stream is asked for again from the last event on, by whoever follows it.
          retryAttempts: 0,
        }),
      (error: unknown) => {
        loading = null;
        throw error;
      },
    );
    return loading;
  };
}
