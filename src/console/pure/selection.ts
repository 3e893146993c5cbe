/** Rows that are chosen, by their keys: some of them, or all that match the filter but for some. */
export type Selection =
  | { readonly mode: 'some'; readonly keys: ReadonlySet<string> }
  | { readonly mode: 'all'; readonly except: ReadonlySet<string> };

export const nothing: Selection = { mode: 'some', keys: new Set() };
export const everything: Selection = { mode: 'all', except: new Set() };

export function isChosen(selection: Selection, key: string): boolean {
  return selection.mode === 'all' ? !selection.except.has(key) : selection.keys.has(key);
}

/** How many of `total` rows are chosen. */
export function countChosen(selection: Selection, total: number): number {
  return selection.mode === 'all' ? Math.max(0, total - selection.except.size) : selection.keys.size;
}

/** The selection with the rows of these keys chosen, or no longer. */
export function choose(selection: Selection, keys: readonly string[], isOn: boolean): Selection {
  if (selection.mode === 'all') return { mode: 'all', except: change(selection.except, keys, !isOn) };
  return { mode: 'some', keys: change(selection.keys, keys, isOn) };
}

function change(set: ReadonlySet<string>, keys: readonly string[], isIn: boolean): ReadonlySet<string> {
  const changed = new Set(set);
  for (const key of keys) {
    if (isIn) changed.add(key);
    else changed.delete(key);
  }
  return changed;
}

/** All of them with the value, or without it where it was among them; undefined: none is left. */
export function toggleIn<Value>(all: readonly Value[], value: Value): readonly Value[] | undefined {
  const changed = all.includes(value) ? all.filter((one) => one !== value) : [...all, value];
  return changed.length > 0 ? changed : undefined;
}

/** The numbers from one to the other, both with, in their order. */
export function rangeOf(from: number, to: number): number[] {
  const [first, last] = from < to ? [from, to] : [to, from];
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}
