test('one that follows a file whose process was killed since it was held', () => undefined);
