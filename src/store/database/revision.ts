/**
 * Counts the writes that a reader could see. What was made at one value is right for as long as the value stands, so a
 * cached answer needs no expiry. A confirmation alone does not count: freshness is never cached.
 */
export interface Generation {
  readonly value: number;
  bump(): void;
}

export function createGeneration(): Generation {
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
