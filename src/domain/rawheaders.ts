/**
 * The values of a header, one for each time it was sent; `name` in small letters. Takes Node's `rawHeaders` (name,
 * value, name, value…), the only form that shows a header sent twice.
 */
export function valuesOfHeader(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const sent = rawHeaders[at]!;
    if (sent.length === name.length && sent.toLowerCase() === name) values.push(rawHeaders[at + 1]!);
  }
  return values;
}
