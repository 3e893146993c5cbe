import type { Io } from '../io.js';
import { escapeControls } from '../table.js';

/** A table that is printed piece by piece. */
export interface Table {
  /** Whole lines; before the first rows the headings. */
  format(rows: readonly (readonly string[])[]): string;
}

const gap = 2;
/** A column is not cut below this many characters. */
const least = 6;

/**
 * On a terminal columns are aligned, and cut to its width, the widest first; they grow with what comes, and never
 * shrink again. Elsewhere cells are whole, with a tab between them. Texts come from registries and users: control
 * characters are escaped.
 */
export function createTable({ isTTY, columns }: Pick<Io, 'isTTY' | 'columns'>, headings: readonly string[]): Table {
  let widths = headings.map(() => 0);
  let isBegun = false;
  return {
    format(rows) {
      const cells = [...(isBegun ? [] : [headings]), ...rows].map((row) => row.map(escapeControls));
      isBegun = true;
      if (!isTTY) return cells.map((row) => `${row.join('\t')}\n`).join('');
      widths = fit(
        widths.map((width, at) => cells.reduce((widest, row) => Math.max(widest, lengthOf(row[at])), width)),
        columns,
      );
      return cells
        .map(
          (row) =>
            `${row
              .map((cell, at) => pad(cell, widths[at] ?? 0))
              .join(' '.repeat(gap))
              .trimEnd()}\n`,
        )
        .join('');
    },
  };
}

function fit(widths: readonly number[], columns: number): number[] {
  const fitted = [...widths];
  let over = fitted.reduce((sum, width) => sum + width, gap * (fitted.length - 1)) - columns;
  while (over > 0) {
    const widest = fitted.indexOf(fitted.reduce((most, width) => Math.max(most, width), 0));
    if ((fitted[widest] ?? 0) <= least) break;
    fitted[widest] = (fitted[widest] ?? 0) - 1;
    over--;
  }
  return fitted;
}

function pad(cell: string, width: number): string {
  const length = lengthOf(cell);
  if (length <= width) return `${cell}${' '.repeat(width - length)}`;
  return `${Array.from(cell)
    .slice(0, Math.max(width - 1, 0))
    .join('')}…`;
}

/** Characters, not UTF-16 units. */
function lengthOf(text = ''): number {
  return Array.from(text).length;
}

/** Names and what they have, a line each. */
export function formatFacts(facts: readonly (readonly [name: string, value: string])[]): string {
  const width = facts.reduce((widest, [name]) => Math.max(widest, name.length), 0);
  return facts.map(([name, value]) => `${name.padEnd(width)}  ${escapeControls(value)}\n`).join('');
}
