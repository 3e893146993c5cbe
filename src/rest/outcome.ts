import type { ExecutionResult } from 'graphql';
import { findOriginal } from '../graphql/server/failure.js';
import { GatewayError, type ErrorCode } from '../errors.js';

/** The result of a named operation, with the type of its data. */
export type OperationResult<T> = ExecutionResult & { readonly data?: T | null };

interface UserErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly path?: readonly string[] | null;
  readonly registryName?: string | null;
  readonly status?: number | null;
  readonly retryAfter?: number | null;
  readonly hint?: string | null;
  readonly tags?: readonly string[] | null;
}

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

/** Throws a mutation's first user error, and whatever kept it from running. */
export function assertNoUserErrors(outcome: OperationResult<unknown>): void {
  const payloads = Object.values(
    (outcome.data ?? {}) as Record<string, { userErrors: readonly UserErrorData[] } | null>,
  );
  const payload = assertRead(outcome, payloads[0]);
  const [error] = payload.userErrors;
  if (!error) return;
  throw new GatewayError(error.code, error.message, {
    registry: error.registryName ?? undefined,
    upstreamStatus: error.status ?? undefined,
    retryAfter: error.retryAfter ?? undefined,
    hint: error.hint ?? undefined,
    tags: error.tags ?? undefined,
    path: error.path ?? undefined,
  });
}

export function isNotFound(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'NOT_FOUND';
}
