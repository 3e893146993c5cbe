/** Characters of a caller's own text that an error repeats, and of a whole message that a library worded. */
const longestValue = 100;
const longestMessage = 1000;

/** A value as an error may repeat it. */
export function cut(text: string): string {
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}

/**
 * A message of graphql-js with no value in it longer than 100 characters: names and values stand in quotes, and what a
 * scalar refused stands behind a colon. The whole is bounded too.
 */
export function cutQuoted(message: string): string {
  return message
    .slice(0, 20 * longestMessage)
    .replaceAll(/"((?:[^"\\]|\\.)*)"?/g, (quoted, inner: string) =>
      inner.length > longestValue ? `"${inner.slice(0, longestValue)}…"` : quoted,
    )
    .replaceAll(/[^\s"]{101,}/g, (word) => (word.length > longestValue + 2 ? `${word.slice(0, longestValue)}…` : word))
    .replace(/: ([[{].{101,})$/s, (_, value: string) => `: ${value.slice(0, longestValue)}…`)
    .slice(0, longestMessage);
}
