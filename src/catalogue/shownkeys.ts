/** Keys in one page of a set: 65,536 bits, 8 KiB. */
const pageBits = 65_536;

/**
 * A set of database keys that grows with the largest key, by a bit for each, and not with their number: what a list has shown of
 * a million layers takes 125 KB.
 */
export interface KeySet {
  has(key: number): boolean;
  /** True when it was not there. */
  add(key: number): boolean;
}

export function createKeySet(): KeySet {
  const pages = new Map<number, Uint8Array>();
  const bitOf = (key: number): number => 1 << (key % 8);
  return {
    has: (key) => Boolean((pages.get(Math.floor(key / pageBits))?.[(key % pageBits) >> 3] ?? 0) & bitOf(key)),
    add(key) {
      const number = Math.floor(key / pageBits);
      const page = pages.get(number) ?? new Uint8Array(pageBits / 8);
      if (!pages.has(number)) pages.set(number, page);
      const byte = (key % pageBits) >> 3;
      if (page[byte]! & bitOf(key)) return false;
      page[byte]! |= bitOf(key);
      return true;
    },
  };
}
