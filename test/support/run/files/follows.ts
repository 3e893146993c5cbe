import { amount } from '../amount.js';

test('variables that the file before set are not there, in the same process', () => {
  expect(globalThis).toMatchObject({ leftByAFile: true });
  expect(process.env['LEFT_BY_A_FILE']).toBeUndefined();
});

test('what the configuration makes global is there', () => {
  expect(amount(1, 2)).toBe(2);
});
