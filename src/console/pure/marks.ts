/** A part of a text, by UTF-16 units. */
export interface Mark {
  readonly start: number;
  readonly end: number;
}

export interface Piece {
  readonly text: string;
  readonly isMarked: boolean;
}

/** Cuts a text into what is marked and what is not. Marks may overlap, lie outside of it, and come in any order. */
export function cutMarks(text: string, marks: readonly Mark[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end } of marks.toSorted((one, other) => one.start - other.start)) {
    const [from, to] = [Math.max(at, start), Math.min(text.length, end)];
    if (from >= to) continue;
    if (from > at) pieces.push({ text: text.slice(at, from), isMarked: false });
    pieces.push({ text: text.slice(from, to), isMarked: true });
    at = to;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), isMarked: false });
  return pieces;
}

/** Where the words of `typed` are in a text; null: not all of them are. Upper and lower case are the same. */
export function markWords(text: string, typed: string): readonly Mark[] | null {
  const lower = text.toLowerCase();
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const marks = words.map((word) => ({ start: lower.indexOf(word), end: lower.indexOf(word) + word.length }));
  return marks.some(({ start }) => start < 0) ? null : marks;
}
