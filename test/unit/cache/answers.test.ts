import { type KeptAnswer, createAnswerCache } from '../../../src/cache/answers.js';

const answer = (text: string): KeptAnswer => ({
  contentType: 'text/plain',
  body: Buffer.from(text),
  etag: null,
  coded: new Map(),
  touched: [],
  note: null,
  operation: null,
  conditions: [],
});

describe('the answer cache', () => {
  it('gives an answer until the data changes, and no longer', () => {
    const generation = { value: 1 };
    const cache = createAnswerCache(generation);
    cache.keep('k', 1, answer('a'));
    expect(cache.find('k')?.body.toString()).toBe('a');
    generation.value = 2;
    expect(cache.find('k')).toBeNull();
    generation.value = 1;
    expect(cache.find('k')).toBeNull();
  });

  it('gives an answer for no longer than its conditions hold, and again when they do', () => {
    const cache = createAnswerCache({ value: 1 });
    const holds = [true, true];
    cache.keep('k', 1, { ...answer('a'), conditions: [() => holds[0]!, () => holds[1]!] });
    expect(cache.find('k')).not.toBeNull();
    for (const at of [0, 1]) {
      holds[at] = false;
      expect(cache.find('k')).toBeNull();
      holds[at] = true;
      expect(cache.find('k')).not.toBeNull();
    }
  });

  it('does not keep what was made while the data changed', () => {
    const generation = { value: 1 };
    const cache = createAnswerCache(generation);
    const before = cache.generation;
    generation.value = 2;
    cache.keep('k', before, answer('old'));
    expect(cache.find('k')).toBeNull();
  });

  it('stays within its bytes: what was not asked for longest goes first, and a huge answer is not kept', () => {
    const cache = createAnswerCache({ value: 1 }, 40_000);
    for (const key of ['a', 'b', 'c', 'd']) cache.keep(key, 1, answer('x'.repeat(9_000)));
    expect(cache.find('a')).not.toBeNull();
    cache.keep('e', 1, answer('x'.repeat(9_000)));
    expect(['a', 'b', 'c', 'd', 'e'].map((key) => cache.find(key) !== null)).toEqual([true, false, true, true, true]);
    cache.keep('f', 1, answer('x'.repeat(10_001)));
    expect(cache.find('f')).toBeNull();
  });

  it('keeps another form of an answer in its place: none other goes for it, and one that has no room is not kept', () => {
    const cache = createAnswerCache({ value: 1 }, 40_000);
    const keys = ['a', 'b', 'c', 'd'];
    for (const key of keys) cache.keep(key, 1, answer(key.repeat(9_000)));
    for (const key of keys) cache.replace(key, cache.find(key)!, answer(key.toUpperCase().repeat(9_000)));
    const read = (): unknown[] => keys.map((key) => cache.find(key)?.body.toString('utf8', 0, 1));
    expect(read()).toEqual(['A', 'B', 'C', 'D']);
    cache.replace('a', cache.find('a')!, answer('x'.repeat(10_001)));
    cache.replace('b', answer('b'), answer('x'));
    expect(read()).toEqual(['A', 'B', 'C', 'D']);
  });

  it('keeps what an answer is in a coding beside it, within the same bytes, and never beside another one', () => {
    const cache = createAnswerCache({ value: 1 }, 40_000);
    const [first, second] = [answer('x'.repeat(6_000)), answer('y'.repeat(6_000))];
    cache.keep('a', 1, first);
    cache.keepCoded('a', first, 'br', Buffer.alloc(100));
    cache.keepCoded('a', first, 'gzip', Buffer.alloc(200));
    expect([...cache.find('a')!.coded.keys()]).toEqual(['br', 'gzip']);
    cache.keepCoded('a', first, 'zstd', Buffer.alloc(4_000));
    expect([...cache.find('a')!.coded.keys()]).toEqual(['br', 'gzip']);
    cache.keep('a', 1, second);
    cache.keepCoded('a', first, 'br', Buffer.alloc(100));
    cache.keepCoded('b', first, 'br', Buffer.alloc(100));
    expect([cache.find('a')!.coded.size, cache.find('b')]).toEqual([0, null]);
    for (const key of ['c', 'd', 'e', 'f']) cache.keep(key, 1, answer('x'.repeat(6_000)));
    cache.keepCoded('a', second, 'br', Buffer.alloc(3_000));
    for (const key of ['c', 'd', 'e', 'f']) cache.find(key);
    cache.keep('g', 1, answer('x'.repeat(6_000)));
    expect(cache.find('a')).toBeNull();
  });
});
