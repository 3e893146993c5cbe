import { createTable, escapeControls, formatFacts, formatTable } from '../../../src/cli/table.js';
import { widthOf } from '../../../src/cli/width.js';

const evil = 'a\u001b[31mb\u009b2J\u202ec\u0007d\re\u001b[8mf\nfake line';

describe('a table', () => {
  const headings = ['REPOSITORY', 'REGISTRY', 'TAGS', 'SIZE', 'UPDATED', 'LATEST', 'BY'];
  const row = ['n'.repeat(200), '日'.repeat(30), '12', '1.0 KiB', '3 minutes ago', evil, 'ann'];
  const terminal = { isTTY: true, colours: false };

  it.each([60, 80, 200])('has no line longer than a terminal of %i columns, and columns stay in line', (columns) => {
    const text = formatTable({ ...terminal, columns }, headings, [row, row.map(() => 'x')]);
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
    const [, wide = '', narrow = ''] = lines;
    expect(widthOf(wide.slice(0, wide.lastIndexOf('ann')))).toBe(narrow.lastIndexOf('x'));
  });

  it('a table of 40 columns shows rows that do not fit as blocks, with nothing cut, and goes on so', () => {
    const table = createTable({ ...terminal, columns: 40 }, ['NAME', 'DIGEST']);
    expect(table.format([['n'.repeat(50), 'd']])).toBe(`NAME    ${'n'.repeat(50)}\nDIGEST  d\n\n`);
    expect(table.format([['x', 'y']])).toBe('NAME    x\nDIGEST  y\n\n');
    expect(formatTable({ ...terminal, columns: 40 }, ['NAME', 'DIGEST'], [['x', 'y']])).toBe('NAME  DIGEST\nx     y\n');
  });

  it('cuts the first column last, and ids never', () => {
    const id = '94dd4200-d251-46df-a5b0-0123456789ab';
    const rows = [[id, 'x'.repeat(80)]];
    expect(formatTable({ ...terminal, columns: 60 }, ['ID', 'OF'], rows)).toContain(`\n${id}  ${'x'.repeat(21)}…\n`);
    const wide = [['n'.repeat(90), 'x'.repeat(80)]];
    expect(formatTable({ ...terminal, columns: 60 }, ['NAME', 'OF'], wide)).toContain(`\n${'n'.repeat(51)}…  xxxxx…\n`);
    expect(formatTable({ ...terminal, columns: 60 }, ['ID', 'OF'], wide, { hasIds: true })).toContain('n'.repeat(90));
  });

  const rows = [
    ['a\tb', 'x'],
    ['long name', '\u001b[2J\u009b\u202e\n'],
  ];

  it('has a tab between cells where no terminal reads it, and no control character of a name', () => {
    expect(formatTable({ isTTY: false, columns: 80, colours: false }, ['NAME', 'X'], rows)).toBe(
      'NAME\tX\na\\tb\tx\nlong name\t\\u001b[2J\\u009b\\u202e\\n\n',
    );
  });

  it('a table is aligned in a terminal', () => {
    expect(formatTable({ isTTY: true, columns: 80, colours: false }, ['NAME', 'X'], rows.slice(0, 1))).toBe(
      'NAME  X\na\\tb  x\n',
    );
  });

  it('a table that is printed piece by piece keeps its columns, which grow and never shrink', () => {
    const table = createTable({ ...terminal, columns: 80 }, ['A', 'B']);
    const pieces = [[['aa', '1']], [['aaaa', '2']], [['a', '3']]].map((piece) => table.format(piece));
    expect(pieces).toEqual(['A   B\naa  1\n', 'aaaa  2\n', 'a     3\n']);
  });

  it('a column is not cut below six places, though the line is then longer than the terminal', () => {
    const wide = Array.from({ length: 12 }, () => 'x'.repeat(9));
    const [, line = ''] = formatTable(
      { ...terminal, columns: 60 },
      wide.map(() => 'H'),
      [wide],
    ).split('\n');
    expect(line).toBe(wide.map(() => 'xxxxx…').join('  '));
  });

  it('a colour takes no place, and is not there where there are no colours', () => {
    const cells = [[{ text: 'ok', style: 'green' as const }, 'x']];
    const format = (colours: boolean) => formatTable({ isTTY: true, colours, columns: 80 }, ['STATE', 'X'], cells);
    expect(format(false)).toBe('STATE  X\nok     x\n');
    expect(format(true)).toBe('STATE  X\n\u001b[32mok\u001b[39m     x\n');
  });
});

it('names and what they have are a line each, with the values below each other', () => {
  const facts = [
    ['name', 'app'],
    ['digest', { text: 'a\u0007', style: 'red' }],
  ] as const;
  expect(formatFacts({ colours: false }, facts)).toBe('name    app\ndigest  a\\u0007\n');
});

it.each([
  ['a tab', '\t', '\\t'],
  ['a line', 'a\nb', 'a\\nb'],
  ['escape', '\u001b[2J', '\\u001b[2J'],
  ['DEL', '\u007f', '\\u007f'],
  ['a C1 character', '\u009b', '\\u009b'],
  ['a direction', '\u202e', '\\u202e'],
  ['a separator of lines', '\u2028', '\\u2028'],
  ['letters and signs', 'ä 日本 👩‍👧 "\\', 'ä 日本 👩‍👧 "\\'],
])('%s is shown as it can be read', (_, text, shown) => expect(escapeControls(text)).toBe(shown));
