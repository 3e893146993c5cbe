import { createSecret, fillSetup, guessNotifier } from '../../../src/console/pure/notifier.js';

test.each([
  ['https://acme.azurecr.io', 'AZURE'],
  ['https://ACME.azurecr.cn/prefix', 'AZURE'],
  ['https://harbor.example.com', 'HARBOR'],
  ['https://my-zot.example.com:5000', 'ZOT'],
  ['https://azurecr.io.example.com', 'DISTRIBUTION'],
  ['http://harborside.example', 'DISTRIBUTION'],
  ['nonsense', 'DISTRIBUTION'],
])('%s is taken for %s', (addr, kind) => {
  expect(guessNotifier(addr)).toBe(kind);
});

test('a secret is 64 letters and digits, and another each time', () => {
  expect(createSecret()).toMatch(/^[0-9a-f]{64}$/);
  expect(createSecret()).not.toBe(createSecret());
});

test('what is known is put in wherever it stands, as it is, and the rest is left', () => {
  const blanks = [
    { name: 'SECRET', text: '<secret>' },
    { name: 'PROJECT', text: '<project>' },
  ] as const;
  const text = 'a <secret> of <project>, and <secret>';
  expect(fillSetup({ text, blanks }, { SECRET: "$&$'" })).toEqual({
    text: "a $&$' of <project>, and $&$'",
    left: [blanks[1]],
  });
  expect(fillSetup({ text, blanks }, { SECRET: null })).toEqual({ text, left: blanks });
});
