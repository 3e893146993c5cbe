test('one that ends the process', () => process.exit(7));
