import * as fc from 'fast-check';
import { daysBetween, groupByDay } from '../../../src/console/pure/days.js';
import { cutMarks, markWords } from '../../../src/console/pure/marks.js';
import { growthOf, outlineOf, stackSeries, trimSeries } from '../../../src/console/pure/stack.js';
import { addView, mostViews, readViews, removeView } from '../../../src/console/pure/views.js';

const pointsOf = (values: readonly (number | null)[]) =>
  values.map((value, at) => ({ from: `${at}`, to: `${at + 1}`, value }));

describe('sizes over time', () => {
  test('series lie upon each other, and a gap is as what was known before it', () => {
    const [below, above] = stackSeries([
      { id: 'a', name: 'a', points: pointsOf([null, 2, null, 4]) },
      { id: 'b', name: 'b', points: pointsOf([1, 1, 1, 3]) },
    ]);
    expect(below!.upper).toEqual([0, 2, 2, 4]);
    expect(above!.lower).toEqual(below!.upper);
    expect(above!.upper).toEqual([1, 3, 3, 7]);
    expect(below!.values).toEqual([null, 2, 2, 4]);
  });

  test('the time before anything is known is left out, and a single part of time has two ends', () => {
    const [one, other] = trimSeries([
      { id: 'a', name: 'a', points: pointsOf([null, null, 3]) },
      { id: 'b', name: 'b', points: pointsOf([null, null, null]) },
    ]);
    expect(one!.points.map(({ value }) => value)).toEqual([3, 3]);
    expect(other!.points).toHaveLength(2);
    expect(trimSeries([{ id: 'c', name: 'c', points: [] }])[0]!.points).toEqual([]);
  });

  test('an outline goes there along the upper line and back along the lower one', () => {
    const [band] = stackSeries([{ id: 'a', name: 'a', points: pointsOf([5, 10]) }]);
    expect(outlineOf(band!, 10, 100, 20)).toBe('M0 10L100 0L100 20L0 20Z');
    expect(outlineOf(stackSeries([{ id: 'a', name: 'a', points: [] }])[0]!, 0, 100, 20)).toBe('');
  });

  test('growth is told between two values that are known', () => {
    expect(growthOf([null, 100, null, 150])).toEqual({ bytes: 50, share: 0.5 });
    expect(growthOf([0, 5])).toEqual({ bytes: 5, share: null });
    expect(growthOf([null, 100])).toBeNull();
  });
});

test('changes are cut into the days of whoever looks', () => {
  const at = (day: number, hour: number) => ({ at: new Date(2026, 10, day, hour).toISOString() });
  expect(groupByDay([at(28, 23), at(28, 0), at(27, 23)]).map(({ things }) => things.length)).toEqual([2, 1]);
  expect(daysBetween(new Date(2026, 10, 27, 23), new Date(2026, 10, 28, 1))).toBe(1);
});

describe('words that are marked', () => {
  test('marked and unmarked pieces are the whole text, whatever the marks are', () => {
    const marks = fc.array(
      fc.record({ start: fc.integer({ min: -5, max: 30 }), end: fc.integer({ min: -5, max: 30 }) }),
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), marks, (text, given) => {
        expect(
          cutMarks(text, given)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });

  test('overlapping marks are one after the other', () => {
    expect(
      cutMarks('team/app', [
        { start: 5, end: 8 },
        { start: 6, end: 7 },
      ]),
    ).toEqual([
      { text: 'team/', isMarked: false },
      { text: 'app', isMarked: true },
    ]);
  });

  test('an action has all of the words, or is none', () => {
    expect(markWords('Attach a registry', 'REG att')).toEqual([
      { start: 9, end: 12 },
      { start: 0, end: 3 },
    ]);
    expect(markWords('Attach a registry', 'jobs')).toBeNull();
    expect(markWords('Jobs', '')).toEqual([]);
  });
});

describe('saved views', () => {
  test('what was kept and is no view is left out', () => {
    const kept = [
      { name: 'ok', path: '/tags?q=1' },
      { name: 'elsewhere', path: '//evil.example/' },
      { name: 'elsewhere', path: '/\\evil.example/' },
      { name: 'script', path: 'javascript:alert(1)' },
      { name: '', path: '/' },
      { name: 4, path: '/' },
      null,
      'text',
    ];
    expect(readViews(JSON.stringify(kept))).toEqual([kept[0]]);
    expect([readViews('{'), readViews('{}'), readViews(null)]).toEqual([[], [], []]);
    const many = Array.from({ length: 80 }, (_, at) => ({ name: `${at}`, path: `/${at}` }));
    expect(readViews(JSON.stringify(many))).toHaveLength(mostViews);
  });

  test('a path, and a name, is there once', () => {
    const views = addView(addView(addView([], { name: 'a', path: '/1' }), { name: 'b', path: '/2' }), {
      name: ' a ',
      path: '/2',
    });
    expect(views).toEqual([{ name: 'a', path: '/2' }]);
    expect(removeView(views, '/2')).toEqual([]);
  });
});
