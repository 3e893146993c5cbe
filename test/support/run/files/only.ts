test.only('one that runs alone', () => undefined);
test('one beside it', () => {
  throw new Error('It was not to be run.');
});
