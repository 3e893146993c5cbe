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

export interface TableOptions {
  /** The first column has ids, which another command takes: they are never cut. */
  readonly hasIds?: boolean;
}

interface ShownCell {
  readonly cell: Text;
  readonly text: string;
}

const gap = 2;
/** A column is not cut below so many places. */
const least = 6;
/** Columns of a terminal below which a row that does not fit is shown as a block, a line for each of its cells. */
const narrow = 60;

/**
 * On a terminal columns are aligned, and cut to its width, the widest first, and the first of all, which says what a
 * row is about, last; they grow with what comes, and never shrink again. Elsewhere cells are whole, with a tab between
 * them. Texts come from registries and users: control characters are escaped.
 */
export function createTable(io: TableIo, headings: readonly string[], options: TableOptions = {}): Table {
  let widths = headings.map(() => 0);
  let shape: 'not begun' | 'rows' | 'blocks' = 'not begun';
  return {
    format(rows) {
      const cells = rows.map((row) => row.map((cell) => ({ cell, text: escapeControls(textOf(cell)) })));
      const head = shape === 'not begun' ? [headings.map((text) => ({ cell: text, text }))] : [];
      if (!io.isTTY) {
        shape = 'rows';
        return [...head, ...cells]
          .map((row) => `${row.map(({ cell, text }) => paint(io, cell, text)).join('\t')}\n`)
          .join('');
      }
      const needed = widths.map((width, at) =>
        [...head, ...cells].reduce((widest, row) => Math.max(widest, widthOf(row[at]?.text ?? '')), width),
      );
      if (shape === 'not begun') shape = io.columns < narrow && sumOf(needed) > io.columns ? 'blocks' : 'rows';
      if (shape === 'blocks') return cells.map((row) => formatBlock(io, headings, row)).join('');
      widths = fit(needed, io.columns, options);
      return [...head, ...cells].map((row) => `${formatRow(io, row, widths)}\n`).join('');
    },
  };
}

/** All rows at once, below their headings. */
export function formatTable(
  io: TableIo,
  headings: readonly string[],
  rows: readonly (readonly Text[])[],
  options: TableOptions = {},
): string {
  return createTable(io, headings, options).format(rows);
}

function formatRow(io: TableIo, row: readonly ShownCell[], widths: readonly number[]): string {
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

/** Nothing is cut. An empty line ends it. */
function formatBlock(io: TableIo, headings: readonly string[], row: readonly ShownCell[]): string {
  const facts = row.map(({ cell }, at) => [headings[at] ?? '', cell] as const);
  return `${formatFacts(io, facts)}\n`;
}

function sumOf(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, gap * (widths.length - 1));
}

function fit(widths: readonly number[], columns: number, { hasIds = false }: TableOptions): number[] {
  const [first = 0, ...others] = widths;
  const shrunk = shrink(others, sumOf(widths) - columns);
  if (hasIds) return [first, ...shrunk];
  return [...shrink([first], sumOf([first, ...shrunk]) - columns), ...shrunk];
}

/** Takes `over` places from the widest, one after the other, as far as they have more than the least. */
function shrink(widths: readonly number[], over: number): number[] {
  const shrunk = [...widths];
  for (let left = over; left > 0; left--) {
    const most = shrunk.reduce((widest, width) => Math.max(widest, width), 0);
    if (most <= least) break;
    shrunk[shrunk.indexOf(most)] = most - 1;
  }
  return shrunk;
}

/** Names and what they have, a line each. */
export function formatFacts(io: Pick<Io, 'colours'>, facts: readonly (readonly [name: string, value: Text])[]): string {
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
