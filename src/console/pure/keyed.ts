/** A text under a key. */
export interface Keyed {
  readonly key: string;
  readonly value: string;
}

/** A text under a key as two sides have it; null: that side has none. */
export interface KeyedPair {
  readonly key: string;
  readonly base: string | null;
  readonly head: string | null;
}

/**
 * The texts of two sides by their keys, in the order of the keys. A list of `most` texts may have been cut: keys
 * beyond its last are left out, for nobody knows whether that side has them.
 */
export function pairByKey(base: readonly Keyed[], head: readonly Keyed[], most: number): KeyedPair[] {
  const [bases, heads] = [base, head].map((side) => new Map(side.map(({ key, value }) => [key, value])));
  const keys = [...new Set([...bases!.keys(), ...heads!.keys()])].sort();
  const ends = [base, head].flatMap((side) => (side.length >= most ? [side.at(-1)!.key] : []));
  return keys
    .filter((key) => ends.every((end) => key <= end))
    .map((key) => ({ key, base: bases!.get(key) ?? null, head: heads!.get(key) ?? null }));
}

/** All pairs, for a page that shows what is alike, too: those that differ, as they were told, and those of the head. */
export function withSame(differing: readonly KeyedPair[], head: readonly Keyed[]): KeyedPair[] {
  const told = new Set(differing.map(({ key }) => key));
  const same = head.filter(({ key }) => !told.has(key)).map(({ key, value }) => ({ key, base: value, head: value }));
  return [...differing, ...same].sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
}
