import type { Io } from './io.js';

/**
 * Rows of text below a line of headings: aligned in a terminal, elsewhere with a tab between cells, which programs cut at.
 * Texts come from registries and users: control characters, tabs and line ends are escaped.
 */
export function formatTable({ isTTY }: Pick<Io, 'isTTY'>, headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [headings, ...rows].map((row) => row.map(escapeControls));
  if (!isTTY) return cells.map((row) => `${row.join('\t')}\n`).join('');
  const widths = headings.map((_, at) => cells.reduce((widest, row) => Math.max(widest, row[at]?.length ?? 0), 0));
  return cells.map((row) => `${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ').trimEnd()}\n`).join('');
}

/** A terminal obeys control characters; C1 ones too, and those that turn the direction of writing. */
export function escapeControls(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, (character) => {
    const known = JSON.stringify(character).slice(1, -1);
    return known === character ? `\\u${character.codePointAt(0)?.toString(16).padStart(4, '0')}` : known;
  });
}
