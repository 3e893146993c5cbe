import { styleText } from 'node:util';
import type { Io } from './io.js';

export type Style = 'red' | 'yellow' | 'green' | 'cyan';

/** A cell, or a value, that has a colour where there are colours. */
export interface Styled {
  readonly text: string;
  readonly style: Style;
}

export type Text = string | Styled;

export function textOf(text: Text): string {
  return typeof text === 'string' ? text : text.text;
}

/**
 * `shown`: the text as it is printed, escaped, and as long as its place. Whether there are colours is for `io` to know.
 */
export function paint({ colours }: Pick<Io, 'colours'>, text: Text, shown: string): string {
  return colours && typeof text !== 'string' ? styleText(text.style, shown, { validateStream: false }) : shown;
}

/** Words that say how something stands; others have no colour. */
const styles: Readonly<Record<string, Style>> = {
  FRESH: 'green',
  SUCCEEDED: 'green',
  STALE: 'yellow',
  NEVER_INDEXED: 'yellow',
  INDEXING: 'cyan',
  RUNNING: 'cyan',
  RATE_LIMITED: 'yellow',
  PARTIALLY_FAILED: 'yellow',
  CANCELLED: 'yellow',
  UNREACHABLE: 'red',
  FAILED: 'red',
  REFUSED: 'red',
};

/** `state`: an enum's value of the API. `text`: how it is told. */
export function styleState(state: string, text: string): Text {
  const style = Object.hasOwn(styles, state) ? styles[state] : undefined;
  return style === undefined ? text : { text, style };
}
