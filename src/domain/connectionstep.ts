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

/** One step, with what was found. No text of it is a registry's own, but the names of its certificate. */
export interface ConnectionStep {
  readonly kind: TestStepKind;
  readonly state: TestStepState;
  readonly message: string;
  /** The next thing to do; null: nothing need be done, or the message says it. */
  readonly hint: string | null;
  /** Of a step that failed. */
  readonly code: ErrorCode | null;
  /** Of the step TLS, where one was shown. */
  readonly certificate: ServerCertificate | null;
}

/** Makes a step that needs no more than its message, but for what `more` says. */
export function createStep(
  kind: TestStepKind,
  state: TestStepState,
  message: string,
  more: Partial<Pick<ConnectionStep, 'hint' | 'code' | 'certificate'>> = {},
): ConnectionStep {
  return { kind, state, message, hint: null, code: null, certificate: null, ...more };
}

/** Whether the registry can be attached as it was asked. */
export function hasPassed(steps: readonly ConnectionStep[]): boolean {
  return steps.every(({ state }) => state !== 'FAILED');
}
