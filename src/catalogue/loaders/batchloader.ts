import DataLoader from 'dataloader';
import type { PageRequest } from '../../domain/page.js';

/** How requests of one tick become few statements. */
export interface Batching<R, V> {
  /** Tells requests of one kind apart. */
  readonly keyOf: (request: R) => string | number;
  /** Requests of one kind differ in their key only, and are one load; absent: all are. */
  readonly kindOf?: (request: R) => string;
  /** Of requests of one kind, each once: what each gives, in their order. */
  readonly load: (requests: readonly R[]) => Promise<readonly (V | Error)[]>;
  /**
   * false: equal requests are one in a tick, and read anew in the next. For what a use case reads again after it
   * changed it.
   */
  readonly isKept?: boolean;
}

/**
 * Equal requests are read once, and those of one kind together: whoever asks twice, or for many, pays for one
 * statement.
 */
export function createBatchLoader<R, V>({
  keyOf,
  kindOf = () => '',
  load,
  isKept = true,
}: Batching<R, V>): DataLoader<R, V, string> {
  const nameOf = (request: R): string => `${kindOf(request)} ${keyOf(request)}`;
  const loadAll = async (requests: readonly R[]): Promise<(V | Error)[]> => {
    const distinct = new Map(requests.map((request) => [nameOf(request), request]));
    const found = new Map<string, V | Error>();
    for (const some of Map.groupBy(distinct.values(), kindOf).values()) {
      const values = await load(some).catch((error: Error) => some.map(() => error));
      for (const [at, request] of some.entries()) found.set(nameOf(request), values[at]!);
    }
    return requests.map((request) => found.get(nameOf(request))!);
  };
  return new DataLoader(loadAll, { cacheKeyFn: nameOf, cache: isKept });
}

/**
 * Of requests for pages of one kind: the first pages together, and those after a cursor one by one, since a cursor
 * belongs to one list. Those of other lists are refused before anything is read for them.
 */
export function loadPages<R extends { readonly page: PageRequest }, V>(
  load: (requests: readonly R[]) => Promise<readonly V[]>,
): Batching<R, V>['load'] {
  return async (requests) => {
    if (requests.every(({ page }) => page.after === null)) return load(requests);
    const found: (V | Error)[] = [];
    for (const request of requests)
      found.push(
        await load([request]).then(
          ([one]) => one!,
          (error: Error) => error,
        ),
      );
    return found;
  };
}

/** Gives for each request, in their order, the map's value under its key; without `absent` the map has all of them. */
export async function loadByKey<R, K, V>(
  requests: readonly R[],
  keyOf: (request: R) => K,
  load: (keys: K[]) => Promise<ReadonlyMap<K, V>>,
  absent?: V,
): Promise<V[]> {
  const found = await load(requests.map(keyOf));
  return requests.map((request) => found.get(keyOf(request)) ?? absent!);
}
