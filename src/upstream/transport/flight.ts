/** Joins callers that ask the same: one runs, all get its result. */
export type SharedCalls<T> = (
  key: string,
  signal: AbortSignal | undefined,
  start: (signal: AbortSignal) => Promise<T>,
) => Promise<T>;

interface Flight<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
  landed: boolean;
}

/**
 * `start` runs for the first caller of a key only. A caller whose signal aborts leaves with the signal's reason; what
 * was started is aborted when the last one has left, and when `closing` aborts, with its reason.
 */
export function createSharedCalls<T>(closing?: AbortSignal): SharedCalls<T> {
  const flights = new Map<string, Flight<T>>();
  // One listener for all of them: an AbortSignal.any for each costs more than the flight.
  closing?.addEventListener('abort', () => flights.forEach(({ controller }) => controller.abort(closing.reason)), {
    once: true,
  });
  return async (key, signal, start) => {
    signal?.throwIfAborted();
    const flight = flights.get(key) ?? launch(flights, key, start);
    flight.waiting++;
    try {
      return await waitFor(flight.result, signal);
    } finally {
      if (--flight.waiting === 0) {
        if (flights.get(key) === flight) flights.delete(key);
        if (!flight.landed) flight.controller.abort();
      }
    }
  };
}

function launch<T>(
  flights: Map<string, Flight<T>>,
  key: string,
  start: (signal: AbortSignal) => Promise<T>,
): Flight<T> {
  const controller = new AbortController();
  const flight: Flight<T> = { result: start(controller.signal), controller, waiting: 0, landed: false };
  flights.set(key, flight);
  const land = (): void => {
    flight.landed = true;
    if (flights.get(key) === flight) flights.delete(key);
  };
  flight.result.then(land, land);
  return flight;
}

async function waitFor<T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return result;
  const left = Promise.withResolvers<never>();
  const leave = (): void => left.reject(signal.reason as Error);
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([result, left.promise]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
