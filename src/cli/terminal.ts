import type { Io } from './io.js';
import { escapeControls } from './table.js';

/**
 * Nothing that a terminal obeys leaves the program but line ends, tabs, the colours that the program gives, and the
 * clearing of a line that progress needs. Texts of registries and users are escaped where they are put into a line:
 * this holds for what was forgotten there, and for the C1 and direction characters that JSON leaves as they are.
 */
export function guardTerminal(io: Io): Io {
  return { ...io, out: (text) => io.out(escapeAllBut(text)), err: (text) => io.err(escapeAllBut(text)) };
}

// SGR of these colours and its end, and EL with the return before it (ECMA-48).
// oxlint-disable-next-line no-control-regex
const allowed = /(\r\u001b\[K|\u001b\[(?:31|32|33|36|39)m|[\n\t]+)/;

function escapeAllBut(text: string): string {
  return text
    .split(allowed)
    .map((part, at) => (at % 2 === 1 ? part : escapeControls(part)))
    .join('');
}
