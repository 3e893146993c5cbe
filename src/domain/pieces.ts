/** Items of a list that are worked on without a pause: some milliseconds, whatever is done with each. */
const pieceSize = 1000;

/** Does work for each item, in their order, with a pause after each `pieceSize` of them. */
export function* forEachInPieces<T>(items: readonly T[], work: (item: T) => void): Generator<undefined, void> {
  for (let at = 0; at < items.length; at++) {
    if (at > 0 && at % pieceSize === 0) yield;
    work(items[at]!);
  }
}

/** Work in pieces, with a pause after each, done without any. */
export function runAtOnce<T>(work: Generator<undefined, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** The items in an order: as `toSorted`, with pauses. Those that are alike stay in their order. */
export function* sortInPieces<T>(
  items: readonly T[],
  compare: (a: T, b: T) => number,
): Generator<undefined, readonly T[]> {
  let runs: (readonly T[])[] = [];
  for (let start = 0; start < items.length; start += pieceSize) {
    runs.push(items.slice(start, start + pieceSize).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const merged: (readonly T[])[] = [];
    for (let at = 0; at < runs.length; at += 2) merged.push(yield* merge(runs[at]!, runs[at + 1] ?? [], compare));
    runs = merged;
  }
  return runs[0] ?? [];
}

function* merge<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (a: T, b: T) => number,
): Generator<undefined, readonly T[]> {
  const merged: T[] = [];
  let [l, r] = [0, 0];
  while (l < left.length && r < right.length) {
    merged.push(compare(left[l]!, right[r]!) <= 0 ? left[l++]! : right[r++]!);
    if (merged.length % pieceSize === 0) yield;
  }
  for (const rest of [left.slice(l), right.slice(r)]) for (const one of rest) merged.push(one);
  return merged;
}
