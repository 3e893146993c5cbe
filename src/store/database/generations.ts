/**
 * Counts the writes that a reader could see. What was made at one value is right for as long as the value stands, so a
 * cached answer needs no expiry. A confirmation alone does not count: freshness is never cached.
 */
export interface Generation {
  readonly value: number;
  bump(): void;
}

export interface Generations {
  /** Changes exactly when what a reader can see does. */
  readonly generation: Generation;
  /** Counts the writes to rows of registries, those that no reader could see too. */
  readonly registryWrites: Generation;
  /** Counts the writes that may have taken repositories away from a registry that stays. */
  readonly departures: Generation;
}

/** Those of a database that is opened, of either engine. */
export function createGenerations(): Generations {
  return { generation: createGeneration(), registryWrites: createGeneration(), departures: createGeneration() };
}

function createGeneration(): Generation {
  let value = 0;
  return {
    get value() {
      return value;
    },
    bump() {
      value += 1;
    },
  };
}
