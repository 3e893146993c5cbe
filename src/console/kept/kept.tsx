import { useSyncExternalStore } from 'react';

/**
 * Choices that this browser remembers. `account`: whose they are, where they are kept with an account; `unsent`: the
 * names of those that it has not got yet.
 */
export type KeptName = 'theme' | 'density' | 'language' | 'pull-tool' | 'views' | 'account' | 'unsent';

/** Who made a choice: whoever looks, or their account, which had it from another browser. */
export type KeptBy = 'person' | 'account';

type Told = (name: KeptName, by: KeptBy) => void;

const prefix = 'registry-gateway-';
const listeners = new Set<Told>();
/** Choices that the browser does not keep, by whose wish ever: they hold until the page goes. */
const unkept = new Map<KeptName, string>();

/** null: none was made. */
export function readKept(name: KeptName): string | null {
  try {
    return localStorage.getItem(prefix + name) ?? unkept.get(name) ?? null;
  } catch {
    return unkept.get(name) ?? null;
  }
}

/** Remembers a choice, or none with null, and tells everybody on this page, and the browser's other pages. */
export function keep(name: KeptName, value: string | null, by: KeptBy = 'person'): void {
  unkept.delete(name);
  try {
    if (value === null) localStorage.removeItem(prefix + name);
    else localStorage.setItem(prefix + name, value);
  } catch {
    if (value !== null) unkept.set(name, value);
  }
  for (const tell of listeners) tell(name, by);
}

/** Calls `tell` with each choice of this page, until what it gives is called. */
export function onKept(tell: Told): () => void {
  listeners.add(tell);
  return () => void listeners.delete(tell);
}

/** A choice as it is now, wherever it is made. */
export function useKept(name: KeptName): string | null {
  return useSyncExternalStore(listen, () => readKept(name));
}

function listen(changed: () => void): () => void {
  const end = onKept(changed);
  addEventListener('storage', changed);
  return () => {
    end();
    removeEventListener('storage', changed);
  };
}
