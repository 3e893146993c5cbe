import { createContext, use, useSyncExternalStore } from 'react';
import { createKept, type Kept, type KeptName } from '../pure/kept.js';

export type { Kept };

/** As this browser keeps them. */
export function openKept(): Kept {
  return createKept({
    storage: () => localStorage,
    onElsewhere(changed) {
      addEventListener('storage', changed);
      return () => removeEventListener('storage', changed);
    },
  });
}

export const KeptContext = createContext<Kept | null>(null);

/** Throws outside of a console's page. */
export function useKept(): Kept {
  const kept = use(KeptContext);
  if (kept === null) throw new Error('Nothing keeps choices here: put KeptContext around it.');
  return kept;
}

/** A choice as it is now, wherever it is made. */
export function useKeptChoice(name: KeptName): string | null {
  const kept = useKept();
  return useSyncExternalStore(kept.follow, () => kept.read(name));
}
