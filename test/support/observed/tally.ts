/** How often each of several things happened. */
export interface Tally {
  add(what: string | number): void;
  /** By what they are, in its order. */
  counts(): Readonly<Record<string, number>>;
}

export function createTally(): Tally {
  const seen = new Map<string, number>();
  return {
    add: (what) => void seen.set(`${what}`, (seen.get(`${what}`) ?? 0) + 1),
    counts: () => Object.fromEntries([...seen].sort(([a], [b]) => a.localeCompare(b))),
  };
}
