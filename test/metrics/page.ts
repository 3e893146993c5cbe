/** The values of a page of metrics by their series: `name{label="value"}`, as the page has it. */
export type Page = ReadonlyMap<string, number>;

export function readPage(text: string): Page {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}
