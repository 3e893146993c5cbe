import { LRUCache } from 'lru-cache';
import { randomUUID } from 'node:crypto';

/** Seals texts with the gateway's key; `open` throws for what it did not seal, or sealed for something else. */
export interface TextSealer {
  seal(text: string, context: string): string;
  open(sealed: string, context: string): string;
}

/**
 * Something that somebody else keeps for the gateway: a text that only a gateway with this key reads, until its
 * end. `D` is JSON.
 */
export interface Keepsake<D> {
  /** Milliseconds that it is good. */
  give(data: D, lifetime: number): string;
  /** null: it is none, is for something else, or is over. */
  read(text: string): (D & { readonly id: string }) | null;
}

/** `purpose`: one that is sealed for another is not read. */
export function createKeepsake<D extends object>(
  sealer: TextSealer,
  purpose: 'state' | 'handover' | 'device',
  clock: () => Date,
): Keepsake<D> {
  const context = `login:${purpose}`;
  return {
    give: (data, lifetime) =>
      sealer.seal(JSON.stringify({ ...data, id: randomUUID(), until: clock().getTime() + lifetime }), context),
    read(text) {
      try {
        const kept = JSON.parse(sealer.open(text, context)) as D & { readonly id: string; readonly until: number };
        return clock().getTime() < kept.until ? kept : null;
      } catch {
        return null;
      }
    },
  };
}

/** Things that were used, each by an id, that are remembered; a login that was answered is none beyond. */
const rememberedUses = 10_000;

/**
 * Says whether an id is used for the first time, as far as this gateway knows: of what another gateway of the database
 * took the provider knows, which gives for a code once.
 */
export function createOnce(): (id: string) => boolean {
  const used = new LRUCache<string, true>({ max: rememberedUses });
  return (id) => {
    const isFirst = !used.has(id);
    used.set(id, true);
    return isFirst;
  };
}
