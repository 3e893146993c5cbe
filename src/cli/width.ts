/** Characters that take two places of a terminal (Unicode Standard Annex #11, W and F), and those that take none. */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;
const halfwidth = /[\uff61-\uffdc]/u;
const empty = /^[\p{Mn}\p{Me}\p{Cf}]*$/u;

const plain = /^[\x20-\x7e]*$/;

/** Splits a text into what a reader takes for characters: a letter with its accents, signs joined to one picture. */
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Places of a terminal that a text without control characters takes. */
export function widthOf(text: string): number {
  if (plain.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += widthOfOne(segment);
  return width;
}

function widthOfOne(grapheme: string): number {
  if (empty.test(grapheme)) return 0;
  return wide.test(grapheme) && !halfwidth.test(grapheme) ? 2 : 1;
}

/** The text where it fits; else its beginning, with "…" in the last place. Never half a character. */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let shown = '';
  let left = width - 1;
  for (const { segment } of graphemes.segment(text)) {
    left -= widthOfOne(segment);
    if (left < 0) break;
    shown += segment;
  }
  return width > 0 ? `${shown}…` : '';
}
