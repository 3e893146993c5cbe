beforeAll(() => {
  throw new Error('Nothing is prepared.');
});
test('one that is not prepared', () => undefined);
