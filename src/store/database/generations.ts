/**
 * Counts the writes that a reader could see. What was made at one value is right for as long as the value stands, so a
 * cached answer needs no expiry. A confirmation alone does not count: freshness is never cached.
 */
export interface Generation {
  /** Another each time that it is read while the writes of others are not heard: nothing that is kept is right then. */
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
  /** Counts the writes that remove stored patterns of repositories: see patterns.ts. */
  readonly patternRemovals: Generation;
  /** Counts the writes of other processes to accounts and tokens, where the database tells of them. */
  readonly accountWrites: Generation;
}

/** Those of a database that is opened. `isHeard`: whether all that others write is counted too. */
export function createGenerations(isHeard: () => boolean = () => true): Generations {
  const create = (): Generation => createGeneration(isHeard);
  return {
    generation: create(),
    registryWrites: create(),
    departures: create(),
    patternRemovals: create(),
    accountWrites: create(),
  };
}

function createGeneration(isHeard: () => boolean): Generation {
  let value = 0;
  return {
    get value() {
      if (!isHeard()) value += 1;
      return value;
    },
    bump() {
      value += 1;
    },
  };
}
