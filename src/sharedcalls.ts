/** Joins callers that ask the same: one runs, all get its result, and each may leave before. */
export type SharedCalls<T> = (
  key: string,
  signal: AbortSignal | undefined,
  start: (signal: AbortSignal) => Promise<T>,
) => Promise<T>;

interface SharedCall<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
  ended: boolean;
}

/**
 * `start` runs for the first caller of a key only. A caller whose signal aborts leaves with the signal's reason; what
 * was started is aborted when the last one has left, and when `closing` aborts, with its reason.
 */
export function createSharedCalls<T>(closing?: AbortSignal): SharedCalls<T> {
  const calls = new Map<string, SharedCall<T>>();
  // One listener for all of them: an AbortSignal.any for each costs more than the call.
  closing?.addEventListener('abort', () => calls.forEach(({ controller }) => controller.abort(closing.reason)), {
    once: true,
  });
  return async (key, signal, start) => {
    signal?.throwIfAborted();
    const shared = calls.get(key) ?? begin(calls, key, start);
    shared.waiting++;
    try {
      return await waitFor(shared.result, signal);
    } finally {
      if (--shared.waiting === 0) {
        if (calls.get(key) === shared) calls.delete(key);
        if (!shared.ended) shared.controller.abort();
      }
    }
  };
}

function begin<T>(
  calls: Map<string, SharedCall<T>>,
  key: string,
  start: (signal: AbortSignal) => Promise<T>,
): SharedCall<T> {
  const controller = new AbortController();
  const shared: SharedCall<T> = { result: start(controller.signal), controller, waiting: 0, ended: false };
  calls.set(key, shared);
  const end = (): void => {
    shared.ended = true;
    if (calls.get(key) === shared) calls.delete(key);
  };
  shared.result.then(end, end);
  return shared;
}

/** By hand: a race and a promise that only the signal settles take longer than all the rest of a call. */
function waitFor<T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return result;
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', leave);
    const stay = (): void => signal.removeEventListener('abort', leave);
    result.then(
      (value) => {
        stay();
        resolve(value);
      },
      (error: unknown) => {
        stay();
        reject(error);
      },
    );
  });
}
