test('one that waits for ever', () => new Promise(() => undefined));
test('one with a time of its own', () => new Promise(() => undefined), 10);
test('one that comes later', () => undefined);
