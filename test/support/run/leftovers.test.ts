import { closeOnce, type Close, leftoversKey } from './leftovers.js';
import { createMemoryRegistry } from '../registry/server.js';

const open = (): readonly Close[] => [...((globalThis as { [leftoversKey]?: Set<Close> })[leftoversKey] ?? [])];

test('what was closed is closed once, and is not left over', async () => {
  let closed = 0;
  const before = open().length;
  const close = closeOnce(async () => void (closed += 1));
  expect(open().slice(before)).toEqual([close]);
  await Promise.all([close(), close()]);
  await close();
  expect([closed, open().length]).toEqual([1, before]);
});

test('a registry that nobody closes is left to the environment, which can', async () => {
  const before = open().length;
  const registry = await createMemoryRegistry();
  expect((await fetch(`${registry.url}/v2/`)).status).toBe(200);
  for (const close of open().slice(before)) await close();
  await expect(fetch(`${registry.url}/v2/`)).rejects.toThrow();
  expect(open()).toHaveLength(before);
});
