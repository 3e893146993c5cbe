import type { MemoryStore } from './store.js';

/** Tag lists that are a cache: after a deletion they stay what they were for a number of answers. */
export interface Outdated {
  /** Runs the deletion; when it succeeds, the list from before it is answered `lag` times. */
  around<T extends { readonly status: number }>(repository: string, carryOut: () => T): T;
  /** The old list, one answer nearer to its end; null where the list is true. */
  take(repository: string): readonly string[] | null;
}

export function createOutdated(store: MemoryStore, lag: number): Outdated {
  const lists = new Map<string, { readonly tags: readonly string[]; left: number }>();
  return {
    around(repository, carryOut) {
      const tags = lists.get(repository)?.tags ?? store.tags(repository);
      const reply = carryOut();
      if (lag > 0 && reply.status === 202) lists.set(repository, { tags, left: lag });
      return reply;
    },
    take(repository) {
      const list = lists.get(repository);
      if (!list) return null;
      list.left -= 1;
      if (list.left <= 0) lists.delete(repository);
      return list.tags;
    },
  };
}
