/** Keys in one page of a set: 65,536 bits, 8 KiB. */
const pageBits = 65_536;

/** Keys up to which they are kept one by one: few that lie far apart would take a page each. */
const mostKept = 1000;

/**
 * A set of database keys that, once there are many, grows with the largest key, by a bit for each, and not with their
 * number: what a list has shown of a million layers takes 125 KB.
 */
export interface KeySet {
  has(key: number): boolean;
  /** True when it was not there. */
  add(key: number): boolean;
}

export function createKeySet(): KeySet {
  let few: Set<number> | null = new Set();
  const many = createBits();
  return {
    has: (key) => (few ?? many).has(key),
    add(key) {
      if (few === null) return many.add(key);
      if (few.has(key)) return false;
      few.add(key);
      if (few.size <= mostKept) return true;
      for (const kept of few) many.add(kept);
      few = null;
      return true;
    },
  };
}

function createBits(): KeySet {
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
