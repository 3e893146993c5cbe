/** Asynchronous, and safe to call after it was called. */
export type Close = () => Promise<void>;

/** Where a test file's environment looks for what is left open when its tests are over. */
export const leftoversKey = Symbol.for('registry-gateway.test.leftovers');

function openSet(): Set<Close> {
  const global = globalThis as { [leftoversKey]?: Set<Close> };
  return (global[leftoversKey] ??= new Set());
}

/**
 * Closes once, however often the result is called. A test that throws or runs out of time before it calls it leaves it
 * to the environment (environment.ts): what listens or runs on would keep the whole run from ending.
 */
export function closeOnce(close: Close): Close {
  let closing: Promise<void> | undefined;
  const once: Close = () => {
    openSet().delete(once);
    return (closing ??= close());
  };
  openSet().add(once);
  return once;
}
