import { AccountStore } from '../../src/store/accounts/accounts.js';
import { createVersionedCache } from '../../src/store/database/versionedcache.js';
import { watchReads } from '../support/observed/reads.js';
import { openMemory } from './files.js';

const at = new Date('2026-01-02T03:04:05.678Z');
const later = new Date('2026-02-02T03:04:05.678Z');

test('no token is read again because one was used, and that one is as it is now', async () => {
  await using database = await openMemory();
  const store = new AccountStore(database, () => at);
  const { id: accountId } = await store.create({ username: 'ci', roles: [], passwordHash: null });
  const hashes = Array.from({ length: 20 }, (_, n) => `h${n}`);
  const ids: string[] = [];
  for (const hash of hashes)
    ids.push((await store.createToken({ accountId, hash, label: '', roles: [], expiresAt: later })).id);
  for (const hash of hashes) await store.findToken(hash);
  using reads = watchReads();
  await store.recordUse(ids[0]!, later);
  const { statements } = reads.take();
  expect((await store.findToken('h0'))?.lastUsedAt).toEqual(later);
  for (const hash of hashes.slice(1)) expect((await store.findToken(hash))?.lastUsedAt).toBeNull();
  expect(statements).toBeGreaterThan(0);
  // One for each look at whether another process has written.
  expect(reads.take().statements).toBeLessThanOrEqual(hashes.length);
  await store.revokeToken(ids[0]!);
  expect(await store.findToken('h0')).toMatchObject({ lastUsedAt: later, revokedAt: at });
});

test('of what is remembered each value that is meant is changed once, and no read under way is remembered', async () => {
  await using database = await openMemory();
  const cache = createVersionedCache<{ readonly of: string; readonly n: number }>(database, 10);
  for (const key of ['a', 'b', 'c']) await cache.find(key, async () => ({ of: key, n: 0 }));
  const read = Promise.withResolvers<{ of: string; n: number }>();
  const under = cache.find('d', () => read.promise);
  await cache.find('a', async () => null);
  cache.change(
    ({ of }) => of !== 'b',
    (value) => ({ ...value, n: value.n + 1 }),
  );
  read.resolve({ of: 'd', n: 0 });
  await under;
  const found = ['a', 'b', 'c', 'd'].map((key) => cache.find(key, async () => null));
  expect((await Promise.all(found)).map((value) => value?.n)).toEqual([1, 0, 1, undefined]);
});
