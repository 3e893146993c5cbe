import type { ErrorCode } from '../errors.js';
import type { ServerCertificate } from './certificate.js';

/** The steps of a connection's test, in the order in which they are taken. */
export const testStepKinds = ['NAME', 'CONNECTION', 'TLS', 'PING', 'LOGIN', 'CATALOGUE', 'TAGS', 'DELETION'] as const;
export type TestStepKind = (typeof testStepKinds)[number];

/**
 * - `OK`: it was found as it should be.
 * - `LIMITED`: the registry can be attached, and less is possible or safe there.
 * - `UNKNOWN`: it was asked, and its answers do not tell.
 * - `FAILED`: it went wrong, as `code` and `message` say.
 * - `SKIPPED`: it was not asked, since there is nothing to ask or an earlier step failed.
 */
export type TestStepState = 'OK' | 'LIMITED' | 'UNKNOWN' | 'FAILED' | 'SKIPPED';

/**
 * - `AFTER_FAILURE`: an earlier step failed.
 * - `NO_NAME`: the address has an IP address in place of a name.
 * - `NAME_BY_PROXY`: the proxy on the way looks it up.
 * - `NO_TLS`: the address begins with http.
 * - `NO_REPOSITORY`: none is known to ask for.
 * - `READ_ONLY`: the registry is read-only here.
 * - `UNTOLD`: how far it came, only an admin is told.
 */
export type SkipReason =
  'AFTER_FAILURE' | 'NO_NAME' | 'NAME_BY_PROXY' | 'NO_TLS' | 'NO_REPOSITORY' | 'READ_ONLY' | 'UNTOLD';

/** One step, with what was found. No text of it is a registry's own, but the names of its certificate. */
export interface ConnectionStep {
  readonly kind: TestStepKind;
  readonly state: TestStepState;
  readonly message: string;
  /** The next thing to do; null: nothing need be done, or the message says it. */
  readonly hint: string | null;
  /** Of a step that failed. */
  readonly code: ErrorCode | null;
  /** Of a step that was skipped. */
  readonly skipReason: SkipReason | null;
  /** Of the step TLS, where one was shown. */
  readonly certificate: ServerCertificate | null;
}

/** Makes a step that needs no more than its message, but for what `more` says. */
export function createStep(
  kind: TestStepKind,
  state: TestStepState,
  message: string,
  more: Partial<Omit<ConnectionStep, 'kind' | 'state' | 'message'>> = {},
): ConnectionStep {
  return { kind, state, message, hint: null, code: null, skipReason: null, certificate: null, ...more };
}

export function createSkippedStep(kind: TestStepKind, skipReason: SkipReason, message: string): ConnectionStep {
  return createStep(kind, 'SKIPPED', message, { skipReason });
}

/** Whether the registry can be attached as it was asked. */
export function hasPassed(steps: readonly ConnectionStep[]): boolean {
  return steps.every(({ state }) => state !== 'FAILED');
}
