import * as fc from 'fast-check';
import { createFormats } from '../../../src/console/pure/format.js';
import { readGridKey } from '../../../src/console/pure/gridkeys.js';
import { shortDigest, splitName } from '../../../src/console/pure/name.js';
import { isLoggedOut, readProblem } from '../../../src/console/pure/problem.js';
import { boundAge, readNameFilter, readPlatform } from '../../../src/console/pure/query.js';
import { parseSearch, printSearch, readOneOf, readText, readTexts } from '../../../src/console/pure/search.js';
import { choose, countChosen, everything, isChosen, nothing, rangeOf } from '../../../src/console/pure/selection.js';
import { changeSession, noSession } from '../../../src/console/data/session.js';
import { createGrowingTexts, createTranslate } from '../../../src/console/text/texts.js';
import { de } from '../../../src/console/text/de/index.js';
import { en } from '../../../src/console/text/en/index.js';

const now = new Date('2026-11-28T12:00:00Z');

describe('sizes, times and counts', () => {
  const formats = createFormats('en');

  test.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1000, '1 kB'],
    [1500, '1.5 kB'],
    [999_499, '999 kB'],
    [999_500, '1 MB'],
    [13_700_000_000, '14 GB'],
    [2e18, '2,000 PB'],
    [null, '–'],
  ])('%p bytes are %s', (bytes, text) => {
    expect(formats.bytes(bytes)).toBe(text);
  });

  test.each([
    ['2026-11-28T11:59:30Z', '30 sec. ago'],
    ['2026-11-28T11:00:00Z', '1 hr. ago'],
    ['2026-11-25T12:00:00Z', '3 days ago'],
    ['2024-11-28T12:00:00Z', '1 yr. ago'],
    ['2026-11-28T12:05:00Z', 'in 5 min.'],
  ])('%s is told as %s', (time, text) => {
    expect(createFormats('en').ago(time, now).replace('last yr.', '1 yr. ago')).toBe(text);
  });

  test('other places write them in their own way', () => {
    expect(createFormats('de').bytes(1_500_000)).toBe('1,5 MB');
    expect(createFormats('de').count(1234567)).toBe('1.234.567');
  });

  test('a countdown does not go below nothing', () => {
    expect([299.9, 60, 9, 0, -5].map((one) => formats.countdown(one))).toEqual([
      '4:59',
      '1:00',
      '0:09',
      '0:00',
      '0:00',
    ]);
  });
});

describe('the one field that narrows tags', () => {
  test.each([
    ['', {}],
    ['  ', {}],
    ['latest', { nameContains: 'latest' }],
    ['pr-*', { glob: 'pr-*' }],
    ['v[12]', { glob: 'v[12]' }],
    ['>=1.2 <2', { semver: '>=1.2 <2' }],
    ['^1.4', { semver: '^1.4' }],
    ['~2.1', { semver: '~2.1' }],
    ['1.2.3', { nameContains: '1.2.3' }],
  ])('%p is %p', (text, filter) => {
    expect(readNameFilter(text)).toEqual(filter);
  });

  test('an age is a bound from now on, the same for a whole minute', () => {
    expect(boundAge('7d', new Date('2026-11-28T12:00:59.999Z'))).toEqual({ updatedAfter: '2026-11-21T12:00:00.000Z' });
    expect(boundAge('older-90d', now)).toEqual({ updatedBefore: '2026-08-30T12:00:00.000Z' });
    expect(boundAge(undefined, now)).toEqual({});
  });

  test('a platform is read in its parts', () => {
    expect(readPlatform('linux/arm/v7')).toEqual({ os: 'linux', architecture: 'arm', variant: 'v7' });
    expect(readPlatform('linux/amd64')).toEqual({ os: 'linux', architecture: 'amd64' });
    expect(readPlatform('linux')).toBeNull();
  });
});

describe('the address', () => {
  test('says again what it was made of', () => {
    const texts = fc.string({ minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(texts, fc.array(texts, { minLength: 2 }))),
        (search) => {
          expect({ ...parseSearch(printSearch(search)) }).toEqual({ ...search });
        },
      ),
    );
  });

  test('holds nothing that is not read: no other type, no value that is not offered, no endless text', () => {
    expect(printSearch({ q: '', sort: undefined, deep: { a: 1 }, n: 5, list: ['a', '', 7] })).toBe('?list=a');
    expect(readText('x'.repeat(1000))).toHaveLength(300);
    expect(readText(['first', 'second'])).toBe('first');
    expect(readText({})).toBeUndefined();
    expect(readTexts(Array.from({ length: 99 }, String))).toHaveLength(50);
    expect(readOneOf('__proto__', ['name'])).toBeUndefined();
    expect(Object.getPrototypeOf(parseSearch('?__proto__=1'))).toBeNull();
  });
});

describe('what is chosen', () => {
  test('what is chosen is counted and told apart, some or all but some', () => {
    const two = choose(choose(nothing, ['a', 'b', 'c'], true), ['b'], false);
    expect([countChosen(two, 10), isChosen(two, 'a'), isChosen(two, 'b')]).toEqual([2, true, false]);
    const most = choose(everything, ['b'], false);
    expect([countChosen(most, 10), isChosen(most, 'a'), isChosen(most, 'b')]).toEqual([9, true, false]);
    expect(countChosen(choose(most, ['b'], true), 10)).toBe(10);
  });

  test('a range is the same from either end', () => {
    expect(rangeOf(3, 1)).toEqual([1, 2, 3]);
    expect(rangeOf(1, 3)).toEqual([1, 2, 3]);
  });
});

describe('keys of a grid', () => {
  const press = (key: string, more: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {}) =>
    readGridKey({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more }, 5, 100, 10);

  test.each([
    ['ArrowDown', 6],
    ['j', 6],
    ['k', 4],
    ['PageDown', 15],
    ['PageUp', 0],
    ['Home', 0],
    ['End', 99],
  ])('%s goes to row %p', (key, to) => {
    expect(press(key)).toEqual({ kind: 'go', to, isRange: false });
  });

  test('the browser keeps its own', () => {
    expect(press('f', { ctrlKey: true })).toBeNull();
    expect(press('ArrowLeft', { altKey: true })).toBeNull();
    expect(press('Tab')).toBeNull();
    expect(press('a', { metaKey: true })).toEqual({ kind: 'all' });
  });

  test('an empty grid has no row to go to but the first', () => {
    expect(
      readGridKey({ key: 'End', ctrlKey: false, metaKey: false, shiftKey: true, altKey: false }, 0, 0, 10),
    ).toEqual({ kind: 'go', to: 0, isRange: true });
  });
});

describe('texts', () => {
  test('numbers decide on the plural, and are written as the place does', () => {
    const t = createTranslate(en, 'en');
    expect(t('repositories.count', { n: 1 })).toBe('1 repository');
    expect(t('repositories.count', { n: 12_345 })).toBe('12,345 repositories');
    expect(createTranslate(de, 'de')('repositories.count', { n: 12_345 })).toBe('12.345 Repositories');
  });

  test('what is put in is put in once, whatever it holds', () => {
    expect(createTranslate(en, 'en')('repositories.latest', { tag: '{tag} $& $1' })).toBe('Newest tag {tag} $& $1');
  });

  test('a text that is not there stands as dots, and says itself once it is', () => {
    const texts = createGrowingTexts({ close: 'Close' });
    const t = createTranslate(texts.catalogue, 'en', texts.miss);
    expect([t('close'), texts.isMissed, t('loading'), texts.isMissed]).toEqual(['Close', false, '…', true]);
    texts.grow({ loading: 'Loading…' });
    expect(t('loading')).toBe('Loading…');
  });

  test('each language has the same values in the same texts', () => {
    const valuesOf = (text: unknown): string[] => (JSON.stringify(text).match(/\{\w+\}/g) ?? []).toSorted();
    const names = Object.keys(en) as (keyof typeof en)[];
    expect(names.filter((name) => String(valuesOf(en[name])) !== String(valuesOf(de[name])))).toEqual([]);
  });
});

test('an error is told by its code and its sentence; none at all is a gateway that is away', () => {
  const told = { message: 'No.', extensions: { code: 'FORBIDDEN', requestId: 'r1' } };
  expect(readProblem([told], 'away')).toEqual({ code: 'FORBIDDEN', message: 'No.', requestId: 'r1' });
  expect(readProblem([], 'away')).toEqual({ code: 'NETWORK', message: 'away', requestId: null });
  expect(isLoggedOut(readProblem([{ message: '', extensions: { code: 'UNAUTHENTICATED' } }], ''))).toBe(true);
});

test('a session that was there and is refused is over; one that never was is not', () => {
  const before = changeSession(noSession, 'refused');
  expect(before.state).toBe('out');
  expect(changeSession(before, 'answered').state).toBe('out');
  const within = changeSession(changeSession(before, 'loggedIn'), 'answered');
  expect(within).toEqual({ state: 'in', epoch: 1 });
  expect(changeSession(within, 'refused').state).toBe('over');
});

test('names and digests are shortened as rows show them', () => {
  expect(splitName('a/b/c')).toEqual(['a/b/', 'c']);
  expect(splitName('c')).toEqual(['', 'c']);
  expect(shortDigest('sha256:0123456789abcdef')).toBe('0123456789ab');
  expect(shortDigest(null)).toBe('');
});
