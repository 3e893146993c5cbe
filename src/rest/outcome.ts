import type { ExecutionResult } from 'graphql';
import { findOriginal } from '../graphql/server/failure.js';
import { tellFacts } from '../graphql/types/errors.js';
import { GatewayError } from '../errors.js';

/** The result of a named operation, with the type of its data. */
export type OperationResult<T> = ExecutionResult & {
  readonly data?: T | null;
  /** The error that a mutation's payload tells of; null, and absent: none. */
  readonly refusal?: GatewayError | null;
};

/**
 * Gives what the route needs of the data; without it, throws why it is not there. Errors beside what is there do not
 * matter.
 */
export function assertRead<T>(outcome: OperationResult<unknown>, value: T | null | undefined): T {
  if (value !== null && value !== undefined) return value;
  const originals = (outcome.errors ?? []).map((error) => findOriginal(error));
  throw (
    originals.find((error) => error instanceof GatewayError) ??
    originals[0] ??
    new GatewayError('NOT_FOUND', 'There is nothing here.')
  );
}

/** Throws the error that a mutation's payload tells of, and whatever kept it from running. */
export function assertNoUserErrors({ refusal, ...outcome }: OperationResult<object>): void {
  assertRead(outcome, Object.values(outcome.data ?? {})[0]);
  if (refusal) throw new GatewayError(refusal.code, refusal.message, tellFacts(refusal));
}

export function isNotFound(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'NOT_FOUND';
}
