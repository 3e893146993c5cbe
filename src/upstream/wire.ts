import type { Endpoint } from './endpoint.js';
import type { AuthorizedClient } from './auth/authorizedclient.js';
import type { Timer } from '../timer.js';

/** The most that a listing may cost; a listing that costs more is given up. */
export interface ListLimits {
  readonly pages: number;
  /** Entries asked for at a time, of the catalogue. */
  readonly pageSize: number;
  readonly names: number;
  /** Milliseconds for the whole listing. */
  readonly time: number;
}

/** The most bytes that are read of each kind of answer, and the bounds of a listing. */
export interface UpstreamLimits extends ListLimits {
  readonly ping: number;
  readonly page: number;
  readonly manifest: number;
  readonly config: number;
  /** Of content that somebody asks for: a config once more, an SBOM, an attestation. */
  readonly blob: number;
  readonly token: number;
}

const mebibyte = 1024 * 1024;
export const defaultUpstreamLimits: UpstreamLimits = {
  ping: 64 * 1024,
  // Registries that do not page send a million tags at once: of some thirty characters each, as build numbers with a
  // hash have.
  page: 32 * mebibyte,
  manifest: 4 * mebibyte + 64 * 1024,
  // As much as of a manifest: the largest that builders write have some hundred kilobytes.
  config: 4 * mebibyte,
  // An SBOM of a large image has some megabytes.
  blob: 8 * mebibyte,
  token: 64 * 1024,
  // distribution's largest by default.
  pageSize: 1000,
  pages: 10_000,
  names: 1_000_000,
  time: 600_000,
};

/** The connection that every call to one registry is made with. `registry` is its name, for messages. */
export interface Wire {
  readonly registry: string;
  readonly endpoint: Endpoint;
  readonly session: AuthorizedClient;
  readonly limits: UpstreamLimits;
  readonly conditions: Conditions;
  /** Milliseconds, by the timer. */
  readonly now: () => number;
}

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
