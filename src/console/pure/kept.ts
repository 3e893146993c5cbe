/**
 * Choices that this browser remembers. `account`: whose they are, where they are kept with an account; `unsent`: the
 * names of those that it has not got yet.
 */
export type KeptName = 'theme' | 'density' | 'language' | 'pull-tool' | 'views' | 'account' | 'unsent';

/** Who made a choice: whoever looks, or their account, which had it from another browser. */
export type KeptBy = 'person' | 'account';

type Told = (name: KeptName, by: KeptBy) => void;

/** The choices of one page, which its browser keeps for all of them. */
export interface Kept {
  /** null: none was made. */
  readonly read: (name: KeptName) => string | null;
  /** Remembers a choice, or none with null, and tells everybody on this page, and the browser's other pages. */
  readonly keep: (name: KeptName, value: string | null, by?: KeptBy) => void;
  /** Calls `tell` with each choice of this page, until what it gives is called. */
  readonly onKept: (tell: Told) => () => void;
  /** The same with choices of the browser's other pages, too. */
  readonly follow: (changed: () => void) => () => void;
}

const prefix = 'registry-gateway-';

/** As browsers have it for one origin. */
export interface KeptStorage {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

export interface KeptParts {
  /** May throw, as its methods may: what is not kept, by whose wish ever, holds until the page goes. */
  readonly storage: () => KeptStorage;
  /** Calls `changed` with each choice of the browser's other pages, until what it gives is called. */
  readonly onElsewhere: (changed: () => void) => () => void;
}

export function createKept({ storage, onElsewhere }: KeptParts): Kept {
  const listeners = new Set<Told>();
  const unkept = new Map<KeptName, string | null>();
  const onKept = (tell: Told): (() => void) => {
    listeners.add(tell);
    return () => void listeners.delete(tell);
  };
  return {
    onKept,
    follow(changed) {
      const ends = [onKept(changed), onElsewhere(changed)];
      return () => ends.forEach((end) => end());
    },
    read(name) {
      const held = unkept.get(name);
      if (held !== undefined) return held;
      try {
        return storage().getItem(prefix + name);
      } catch {
        return null;
      }
    },
    keep(name, value, by = 'person') {
      unkept.delete(name);
      try {
        if (value === null) storage().removeItem(prefix + name);
        else storage().setItem(prefix + name, value);
      } catch {
        unkept.set(name, value);
      }
      for (const tell of listeners) tell(name, by);
    },
  };
}
