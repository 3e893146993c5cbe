import { formatAge, formatBar, formatSize, formatSome } from '../../../../src/cli/remote/format.js';
import { createProgress } from '../../../../src/cli/remote/progress.js';
import { parseRepository, parseTags } from '../../../../src/cli/remote/reference.js';
import { createTable } from '../../../../src/cli/table.js';
import { createManualTimer } from '../../../support/timer.js';

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1_048_524, '1023.9 KiB'],
  [1_048_570, '1.0 MiB'],
  [2 ** 53 - 1, '8.0 PiB'],
  [null, '?'],
])('%s bytes are %s', (bytes, text) => expect(formatSize(bytes)).toBe(text));

it.each([
  ['2026-01-01T00:00:00Z', 'now'],
  ['2025-12-31T23:59:59Z', '1 second ago'],
  ['2025-12-31T22:00:00Z', '2 hours ago'],
  ['2024-06-01T00:00:00Z', '1 year ago'],
  ['2026-01-01T00:02:30Z', 'in 2 minutes'],
  [null, '-'],
])('%s is %s', (time, text) => expect(formatAge(time, new Date('2026-01-01T00:00:00Z'))).toBe(text));

it.each([
  [5, 10, 10, '█████░░░░░'],
  [0, 10, 10, '░░░░░░░░░░'],
  [1, 1, 1_000_000, '░'],
  [0, 0, 10, ''],
  [0, 0, 0, ''],
])('a bar of %i of %i, of %i at the most', (part, whole, most, bar) =>
  expect(formatBar(part, whole, most, 10)).toBe(bar),
);

it('of many names the first few are shown', () => {
  expect([formatSome(['a', 'b'], 2), formatSome(['a', 'b', 'c'], 300, 2)]).toEqual(['a, b', 'a, b and 298 more']);
});

describe('a table', () => {
  it('fits the width of the terminal, and names have no control characters', () => {
    const table = createTable({ isTTY: true, columns: 60, colours: false }, ['NAME', 'N']);
    expect(
      table.format([
        ['a'.repeat(80), '12'],
        ['x\u001b[31m', '3'],
      ]),
    ).toBe(`NAME${' '.repeat(54)}N\n${'a'.repeat(55)}…  12\nx\\u001b[31m${' '.repeat(47)}3\n`);
    expect(table.format([['b', '4']])).toBe(`b${' '.repeat(57)}4\n`);
  });

  it('has whole cells with tabs where no terminal reads it, and its headings once', () => {
    const table = createTable({ isTTY: false, columns: 10, colours: false }, ['NAME', 'N']);
    expect([table.format([['a'.repeat(20), '1']]), table.format([['b\t', '2']])]).toEqual([
      `NAME\tN\n${'a'.repeat(20)}\t1\n`,
      'b\\t\t2\n',
    ]);
  });
});

describe('progress', () => {
  it('progress is a bar on a terminal, cleared at the end', () => {
    const texts: string[] = [];
    const progress = createProgress(
      { isErrTTY: true, columns: 80, err: (text) => void texts.push(text) },
      createManualTimer(),
      'Deleting',
    );
    progress.show(1, 2);
    progress.end();
    expect(texts).toEqual([`\r\u001b[K${'█'.repeat(15)}${'░'.repeat(15)} Deleting 1/2`, '\r\u001b[K']);
  });

  it('elsewhere is a line at first, and then every ten seconds in which something was done', async () => {
    const lines: string[] = [];
    const timer = createManualTimer();
    const progress = createProgress(
      { isErrTTY: false, columns: 80, err: (text) => void lines.push(text) },
      timer,
      'Reading',
    );
    for (let done = 0; done <= 25; done++) {
      progress.show(done, 25);
      await timer.advance(1000);
    }
    progress.end();
    expect(lines).toEqual(['Reading 0/25\n', 'Reading 10/25\n', 'Reading 20/25\n']);
  });
});

it.each([
  ['hub/library/nginx:1.27', [], { registry: 'hub', repository: 'library/nginx', tags: ['1.27'] }],
  ['hub/library/nginx', ['1.27', '1.28'], { registry: 'hub', repository: 'library/nginx', tags: ['1.27', '1.28'] }],
])('%s %j names tags', (text, tags, expected) => expect(parseTags(text, tags)).toEqual(expected));

it.each(['hub', '/nginx', 'hub/', ''])('%j names no repository', (text) => {
  expect(() => parseRepository(text)).toThrow(expect.objectContaining({ code: 'USAGE' }) as Error);
});

it.each(['hub/nginx', 'hub/nginx:'])('%j names no tag', (text) => {
  expect(() => parseTags(text, [])).toThrow(expect.objectContaining({ code: 'USAGE' }) as Error);
});
