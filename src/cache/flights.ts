import { LRUCache } from 'lru-cache';
import type { Timer } from '../timer.js';

/** Answers that are being made, so that whoever asks for one of them meanwhile may wait for it. */
export interface Flights {
  /**
   * Resolves once the answer that is being made under this key was made, or failed, or takes long; null: none is, or
   * the last such answer was not kept, as those of mutations never are, and waiting would be in vain.
   */
  join(key: string, kind: string): Promise<void> | null;
  /** Says that an answer is being made; what it gives says that it was, any number of times. */
  begin(key: string): () => void;
  /** An answer of this kind was made, and kept or not. */
  note(kind: string, isKept: boolean): void;
}

/** Milliseconds after which a caller has its answer made itself: the one before may wait for a registry. */
const patience = 2000;

/** Characters of kinds that are remembered: those of GraphQL are documents. */
const kindCharacters = 1024 * 1024;

export function createFlights(timer: Timer): Flights {
  const underWay = new Map<string, Promise<void>>();
  const kept = new LRUCache<string, true>({ maxSize: kindCharacters, sizeCalculation: (_, { length }) => length + 1 });
  return {
    join(key, kind) {
      const flight = underWay.get(key);
      if (!flight || !kept.has(kind)) return null;
      const late = Promise.withResolvers<void>();
      const cancel = timer.after(patience, () => {
        // Nobody waits for it again: the next one waits for an answer that was begun later.
        if (underWay.get(key) === flight) underWay.delete(key);
        late.resolve();
      });
      return Promise.race([flight, late.promise]).finally(cancel);
    },
    begin(key) {
      const flight = Promise.withResolvers<void>();
      // One that does not wait is made beside another.
      if (!underWay.has(key)) underWay.set(key, flight.promise);
      return () => {
        if (underWay.get(key) === flight.promise) underWay.delete(key);
        flight.resolve();
      };
    },
    note: (kind, isKept) => void (isKept ? kept.set(kind, true) : kept.delete(kind)),
  };
}
