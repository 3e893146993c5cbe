import { createKeyring } from '../../../src/store/keys/keyring.js';

const [first, second] = [1, 2].map((byte) => new Uint8Array(32).fill(byte)) as [Uint8Array, Uint8Array];
const numbers = [0, 1, 2, 255, 256, 1_000_000, Number.MAX_SAFE_INTEGER];

test('a number is read from its text, which is the same each time and of one key and purpose', () => {
  const code = createKeyring(first).createNumberCode('a');
  const same = createKeyring(first).createNumberCode('a');
  for (const number of numbers) {
    expect(code.write(number)).toMatch(/^[\w-]{22}$/);
    expect([code.write(number), code.read(same.write(number))]).toEqual([same.write(number), number]);
  }
  expect(new Set(numbers.map((number) => code.write(number))).size).toBe(numbers.length);
  expect(createKeyring(first).createNumberCode('b').read(code.write(7))).toBeNull();
  expect(createKeyring(second).createNumberCode('a').read(code.write(7))).toBeNull();
});

test('what an older key wrote is read for as long as it is there', () => {
  const text = createKeyring(first).createNumberCode('a').write(7);
  const both = createKeyring(second, [first]).createNumberCode('a');
  expect([both.read(text), both.write(7) === text]).toEqual([7, false]);
});

test('a text that was not written so is none', () => {
  const code = createKeyring(first).createNumberCode('a');
  const text = code.write(7);
  // The last character has four bits that count: the next spells the same bytes.
  const other = text.slice(0, -1) + String.fromCharCode(text.charCodeAt(21) + 1);
  const changed = (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
  for (const wrong of ['', 'x', '7', `${text}A`, text.slice(1), other, changed, '!'.repeat(22)])
    expect(code.read(wrong)).toBeNull();
});
