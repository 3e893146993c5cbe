/**
 * Counts the writes that a reader could see. What was made at one value is right for as long as the value stands, so a
 * cached answer needs no expiry. A confirmation alone does not count: freshness is never cached.
 */
export interface Generation {
  /**
   * Another each time that it is read while the writes of others are not heard: nothing that is kept then is right
   * later.
   */
  readonly value: number;
  /**
   * The value by which what was kept may be given out, for as long as the database is away too; null: nothing may be,
   * and what is kept waits until others are heard again.
   */
  readonly kept: number | null;
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

/**
 * Whether the writes of other processes are heard. `away`: they are not, as the database cannot be reached, and not for
 * so long that what was kept would count no more. `unheard`: they are not, and others may write.
 */
export type HearingState = 'heard' | 'away' | 'unheard';

/** Those of a database that is opened. */
export function createGenerations(judge: () => HearingState = () => 'heard'): Generations {
  const create = (): Generation => createGeneration(judge);
  return {
    generation: create(),
    registryWrites: create(),
    departures: create(),
    patternRemovals: create(),
    accountWrites: create(),
  };
}

function createGeneration(judge: () => HearingState): Generation {
  let counted = 0;
  let readUnheard = 0;
  return {
    get value() {
      return judge() === 'heard' ? counted : -(readUnheard += 1);
    },
    get kept() {
      return judge() === 'unheard' ? null : counted;
    },
    bump() {
      counted += 1;
    },
  };
}
