/** How one thing of two images that are compared differs between them. `ADDED`: only the head has it. */
export type Difference = 'SAME' | 'CHANGED' | 'ADDED' | 'REMOVED';

/** One thing as both have it; null: that one does not. */
export interface Compared<T> {
  readonly difference: Difference;
  readonly base: T | null;
  readonly head: T | null;
}

/** Cells of a table that aligning takes: beyond them what differs in the middle counts as removed and added. */
const mostCells = 250_000;

export function compareOne<T>(base: T | null, head: T | null, isSame: (base: T, head: T) => boolean): Compared<T> {
  if (base === null) return { difference: 'ADDED', base, head };
  if (head === null) return { difference: 'REMOVED', base, head };
  return { difference: isSame(base, head) ? 'SAME' : 'CHANGED', base, head };
}

/** Matches things by their keys: those of the base in its order, then those that only the head has. */
export function compareByKey<T>(
  base: ReadonlyMap<string, T>,
  head: ReadonlyMap<string, T>,
  isSame: (base: T, head: T) => boolean,
): (Compared<T> & { readonly key: string })[] {
  const keys = new Set([...base.keys(), ...head.keys()]);
  return [...keys].map((key) => ({ key, ...compareOne(base.get(key) ?? null, head.get(key) ?? null, isSame) }));
}

/**
 * Aligns two lists in their order, so that as many as can be have one of the same key beside them. What is removed
 * stands before what is added in its place.
 */
export function align<T>(
  base: readonly T[],
  head: readonly T[],
  keyOf: (item: T) => string,
  isSame: (base: T, head: T) => boolean,
): Compared<T>[] {
  const [before, after] = [base.map(keyOf), head.map(keyOf)];
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const rest = Math.min(before.length, after.length) - start;
  while (end < rest && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const middle = pair(before.slice(start, before.length - end), after.slice(start, after.length - end));
  const pairs = [
    ...Array.from({ length: start }, (_, at): Pair => [at, at]),
    ...middle.map(([b, h]): Pair => [b === null ? null : b + start, h === null ? null : h + start]),
    ...Array.from({ length: end }, (_, at): Pair => [before.length - end + at, after.length - end + at]),
  ];
  return pairs.map(([b, h]) => compareOne(b === null ? null : base[b]!, h === null ? null : head[h]!, isSame));
}

/** Places of two lists that stand beside each other; null: none does. */
type Pair = readonly [base: number | null, head: number | null];

/** By the longest common subsequence. */
function pair(base: readonly string[], head: readonly string[]): Pair[] {
  const width = head.length + 1;
  if ((base.length + 1) * width > mostCells)
    return [...base.map((_, at): Pair => [at, null]), ...head.map((_, at): Pair => [null, at])];
  const lengths = new Uint16Array((base.length + 1) * width);
  for (let b = base.length - 1; b >= 0; b--) {
    for (let h = head.length - 1; h >= 0; h--) {
      const skipped = Math.max(lengths[(b + 1) * width + h]!, lengths[b * width + h + 1]!);
      lengths[b * width + h] = base[b] === head[h] ? lengths[(b + 1) * width + h + 1]! + 1 : skipped;
    }
  }
  const pairs: Pair[] = [];
  let [b, h] = [0, 0];
  while (b < base.length || h < head.length) {
    if (b < base.length && h < head.length && base[b] === head[h]) pairs.push([b++, h++]);
    else if (h >= head.length || (b < base.length && lengths[(b + 1) * width + h]! >= lengths[b * width + h + 1]!))
      pairs.push([b++, null]);
    else pairs.push([null, h++]);
  }
  return pairs;
}
