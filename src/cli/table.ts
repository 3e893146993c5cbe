import type { Io } from './io.js';
import { paint, type Text, textOf } from './style.js';
import { cutTo, widthOf } from './width.js';

/** A table that is printed piece by piece. */
export interface Table {
  /** Whole lines; before the first rows the headings. */
  format(rows: readonly (readonly Text[])[]): string;
}

/** How a terminal shows a table. */
export type TableIo = Pick<Io, 'isTTY' | 'columns' | 'colours'>;

const gap = 2;
/** A column is not cut below so many places, but where not even that leaves room for all of them. */
const least = 6;

/**
 * On a terminal columns are aligned, and cut to its width, the widest first; they grow with what comes, and never
 * shrink again. Elsewhere cells are whole, with a tab between them. Texts come from registries and users: control
 * characters are escaped.
 */
export function createTable(io: TableIo, headings: readonly string[]): Table {
  let widths = headings.map(() => 0);
  let isBegun = false;
  return {
    format(rows) {
      const cells = [...(isBegun ? [] : [headings]), ...rows].map((row) =>
        row.map((cell) => ({ cell, text: escapeControls(textOf(cell)) })),
      );
      isBegun = true;
      if (!io.isTTY)
        return cells.map((row) => `${row.map(({ cell, text }) => paint(io, cell, text)).join('\t')}\n`).join('');
      widths = fit(
        widths.map((width, at) => cells.reduce((widest, row) => Math.max(widest, widthOf(row[at]?.text ?? '')), width)),
        io.columns,
      );
      return cells.map((row) => `${formatRow(io, row, widths)}\n`).join('');
    },
  };
}

/** All rows at once, below their headings. */
export function formatTable(io: TableIo, headings: readonly string[], rows: readonly (readonly Text[])[]): string {
  return createTable(io, headings).format(rows);
}

function formatRow(
  io: TableIo,
  row: readonly { readonly cell: Text; readonly text: string }[],
  widths: readonly number[],
): string {
  const last = row.findLastIndex(({ text }) => text !== '');
  return row
    .slice(0, last + 1)
    .map(({ cell, text }, at) => {
      const shown = cutTo(text, widths[at] ?? 0);
      const padding = at === last ? '' : ' '.repeat((widths[at] ?? 0) - widthOf(shown));
      return `${paint(io, cell, shown)}${padding}`;
    })
    .join(' '.repeat(gap));
}

function fit(widths: readonly number[], columns: number): number[] {
  const fitted = [...widths];
  const room = Math.floor((columns + gap) / fitted.length) - gap;
  const narrowest = Math.max(1, Math.min(least, room));
  let over = fitted.reduce((sum, width) => sum + width, gap * (fitted.length - 1)) - columns;
  while (over > 0) {
    const widest = fitted.indexOf(fitted.reduce((most, width) => Math.max(most, width), 0));
    if ((fitted[widest] ?? 0) <= narrowest) break;
    fitted[widest] = (fitted[widest] ?? 0) - 1;
    over--;
  }
  return fitted;
}

/** Names and what they have, a line each. */
export function formatFacts(
  io: Pick<Io, 'colours'>,
  facts: readonly (readonly [name: string, value: Text])[],
): string {
  const width = facts.reduce((widest, [name]) => Math.max(widest, name.length), 0);
  return facts
    .map(([name, value]) => `${name.padEnd(width)}  ${paint(io, value, escapeControls(textOf(value)))}\n`)
    .join('');
}

/** A terminal obeys control characters; C1 ones too, and those that turn the direction of writing. */
export function escapeControls(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, (character) => {
    const known = JSON.stringify(character).slice(1, -1);
    return known === character ? `\\u${character.codePointAt(0)?.toString(16).padStart(4, '0')}` : known;
  });
}
