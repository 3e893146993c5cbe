import type { Timer } from '../timer.js';

/** Milliseconds after which a registry that ignored conditions is tried again: a day. */
const longestMemory = 86_400_000;

/** Whether a registry honours If-None-Match, as far as its answers have shown. */
export interface Conditions {
  /**
   * False after it sent again what it was told is known: a GET then counts there as one more pull, and a HEAD as none.
   */
  readonly areHonoured: boolean;
  /** It has sent what the condition had named. */
  noteIgnored(): void;
}

export function createConditions(timer: Timer): Conditions {
  let ignoredAt = -Infinity;
  return {
    get areHonoured() {
      return timer.elapsed() - ignoredAt >= longestMemory;
    },
    noteIgnored: () => void (ignoredAt = timer.elapsed()),
  };
}
