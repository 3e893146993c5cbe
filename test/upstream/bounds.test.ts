import { decodeConfig } from '../../src/upstream/imageconfig.js';

function decode(config: object): ReturnType<typeof decodeConfig> {
  return decodeConfig(Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', ...config })));
}

const numbered = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

describe('what one pushed image may cost every list that shows it is bounded, and it says so where it is cut', () => {
  test.each([
    [1000, 1000, []],
    [1001, 1000, [{ field: 'config.history', message: 'only its first 1000 are kept' }]],
    [500_000, 1000, [{ field: 'config.history', message: 'only its first 1000 are kept' }]],
  ])('of %i steps %i', (steps, kept, problems) => {
    const { history, problems: said } = decode({ history: numbered(steps, () => ({})) });
    expect([history.length, said]).toEqual([kept, problems]);
  });

  const cut = [{ field: 'config.config.Labels', message: 'it is longer than 1000 entries or 65536 characters, and cut there' }];
  test.each([
    [1000, 1, 1000, []],
    [1001, 1, 1000, cut],
    [400_000, 1, 1000, cut],
    [10, 10_000, 6, cut],
    [1, 65_000, 1, []],
    [1, 70_000, 0, cut],
  ])('of %i labels of %i characters %i', (labels, length, kept, problems) => {
    const texts = Object.fromEntries(numbered(labels, (at) => [`key${at}`, 'x'.repeat(length)]));
    const { labels: read, problems: said } = decode({ config: { Labels: texts } });
    expect([Object.keys(read).length, said]).toEqual([kept, problems]);
  });
});
