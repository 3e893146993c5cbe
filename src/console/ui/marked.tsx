import type { ReactNode } from 'react';
import { cutMarks, type Mark } from '../pure/marks.js';

/** A text with the parts in it that were looked for. */
export function Marked({ text, marks }: { text: string; marks: readonly Mark[] }): ReactNode {
  let at = 0;
  return cutMarks(text, marks).map((piece) => {
    const key = at;
    at += piece.text.length;
    return piece.isMarked ? <mark key={key}>{piece.text}</mark> : piece.text;
  });
}
