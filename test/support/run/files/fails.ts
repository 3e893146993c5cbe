test('one that passes', () => undefined);
test('one that fails', () => {
  expect({ of: 'the file' }).toEqual({ of: 'another' });
});
test.failing('one that must fail', () => {
  throw new Error('As it must.');
});
