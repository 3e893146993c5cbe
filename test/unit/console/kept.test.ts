import { createKept as create, type Kept, type KeptStorage } from '../../../src/console/pure/kept.js';

const createKept = (storage: () => KeptStorage): Kept => create({ storage, onElsewhere: () => () => undefined });

function createStorage(): KeptStorage {
  const items = new Map<string, string>();
  return {
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, value) => void items.set(name, value),
    removeItem: (name) => void items.delete(name),
  };
}

test('a choice is kept for the next page of the browser, and told to whoever listens', () => {
  const storage = createStorage();
  const kept = createKept(() => storage);
  const told: string[] = [];
  const end = kept.onKept((name, by) => told.push(`${name} by ${by}`));
  kept.keep('theme', 'dark');
  kept.keep('density', 'compact', 'account');
  end();
  kept.keep('density', null);
  expect(told).toEqual(['theme by person', 'density by account']);
  const next = createKept(() => storage);
  expect([next.read('theme'), next.read('density'), next.read('language')]).toEqual(['dark', null, null]);
});

test('a browser that keeps nothing has choices hold until the page goes, those of one page alone', () => {
  const refuse = (): never => {
    throw new DOMException('denied', 'SecurityError');
  };
  const [one, other] = [createKept(refuse), createKept(refuse)];
  one.keep('theme', 'dark');
  expect([one.read('theme'), other.read('theme')]).toEqual(['dark', null]);
  one.keep('theme', null);
  expect(one.read('theme')).toBeNull();
});

test('a full storage has the new choice hold, not the one that it still has', () => {
  const storage = createStorage();
  storage.setItem('registry-gateway-theme', 'light');
  const full = {
    ...storage,
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError');
    },
  };
  const kept = createKept(() => full);
  kept.keep('theme', 'dark');
  expect(kept.read('theme')).toBe('dark');
});
