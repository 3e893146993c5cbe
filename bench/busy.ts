/** Keeps one core busy until it is killed, or left by the process that began it. */
process.once('disconnect', () => process.exit(0));
const work = (): void => {
  for (const until = performance.now() + 50; performance.now() < until;) Math.sqrt(until);
  setImmediate(work);
};
work();
