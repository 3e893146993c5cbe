test('one whose promise nobody awaits', async () => {
  void Promise.reject(new Error('Nobody caught it.'));
  await new Promise((resolve) => setTimeout(resolve, 1));
});
