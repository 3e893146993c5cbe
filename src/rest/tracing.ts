import { AsyncLocalStorage } from 'node:async_hooks';
import type { Pieces } from '../cache/pieces.js';
import { describeOperation } from '../graphql/server/tracing.js';
import type { Tracer } from '../trace.js';

/** A list that is written page by page from use cases, told of as an operation that asks for one field would be. */
export interface ListOperation {
  readonly name: string;
  /** The field of the schema with the same use case. */
  readonly field: string;
}

export const listOperations = {
  registries: { name: 'RestRegistries', field: 'Query.registries' },
  repositories: { name: 'RestRepositories', field: 'Registry.repositories' },
  repository: { name: 'RestRepository', field: 'Registry.repository' },
} satisfies Record<string, ListOperation>;

/** Opens a list as a part of its request, which lasts until `gone`: the list is sent until then. */
export async function openTraced<T>(
  tracer: Tracer,
  { name, field }: ListOperation,
  gone: AbortSignal,
  open: () => Promise<T>,
): Promise<T> {
  const opened = Promise.withResolvers<T>();
  const work = async (): Promise<void> => {
    opened.resolve(await open());
    await (tracer.isOn && endOf(gone));
  };
  tracer
    .part(
      () => describeOperation('query', name),
      () => tracer.useCase(field, work),
    )
    .catch(opened.reject);
  return opened.promise;
}

function endOf(gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (gone.aborted) resolve();
    else gone.addEventListener('abort', () => resolve(), { once: true });
  });
}

/**
 * The pieces, made as a part of what is under way now: they are asked for by a socket, which does not know for which
 * request.
 */
export function followContext(pieces: Pieces): Pieces {
  const within = AsyncLocalStorage.snapshot();
  return {
    next: () => within(() => pieces.next()),
    return: () => within(() => pieces.return()),
    throw: (error) => within(() => pieces.throw(error)),
    [Symbol.asyncIterator]() {
      return this;
    },
    [Symbol.asyncDispose]: () => pieces[Symbol.asyncDispose](),
  };
}
