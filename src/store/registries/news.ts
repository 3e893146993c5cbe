import { isDeepStrictEqual } from 'node:util';
import type { Registry } from '../entities/registry.js';

type Reachable = Readonly<Record<'reachable', boolean | null>>;

/** It went away, or it is back: one that was never asked, and answers, is not. */
export function isTurn(before: Reachable, now: Reachable): boolean {
  return now.reachable === false ? before.reachable !== false : now.reachable === true && before.reachable === false;
}

/**
 * Readers see something new only when one of `seen` has another value than in the row, or one of `confirmed` its first:
 * that something was found once more as it was is no news.
 */
export function isNews(row: Registry, seen: Partial<Registry>, confirmed: Partial<Registry>): boolean {
  const valueOf = (field: string): unknown => row[field as keyof Registry] ?? null;
  return (
    Object.entries(seen).some(([field, value]) => !isDeepStrictEqual(valueOf(field), value)) ||
    Object.keys(confirmed).some((field) => valueOf(field) === null)
  );
}
