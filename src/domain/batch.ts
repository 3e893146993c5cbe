/** Neighbours that together weigh no more than `most`, and one alone that weighs more by itself. */
export function* batch<T>(items: readonly T[], weigh: (item: T) => number, most: number): Generator<readonly T[]> {
  let [some, weight]: [T[], number] = [[], 0];
  for (const item of items) {
    const more = weigh(item);
    if (some.length > 0 && weight + more > most) {
      yield some;
      [some, weight] = [[], 0];
    }
    some.push(item);
    weight += more;
  }
  if (some.length > 0) yield some;
}
