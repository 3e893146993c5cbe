import type { ExecutionResult } from 'graphql';
import { findOriginal } from '../graphql/server/failure.js';
import { tellFacts } from '../graphql/types/errors.js';
import { GatewayError } from '../errors.js';
import { wrongValue } from '../http/problem.js';

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

/**
 * The same of an operation whose input came in a body: BAD_USER_INPUT is 422, and tells of the body's key by its name.
 */
export function assertAccepted(outcome: OperationResult<object>): void {
  try {
    assertNoUserErrors(outcome);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'BAD_USER_INPUT') throw error;
    const { path = [] } = error.facts;
    const keys = toKeys(path);
    const [argument, key] = [path.at(-1), keys.at(-1)];
    const message = argument && key ? error.message.replace(`"${argument}"`, `"${key}"`) : error.message;
    throw wrongValue(message, ...keys);
  }
}

/** Keys of bodies, by the arguments that have another name than the key in camel case. */
const keysByArgument: Readonly<Record<string, string>> = {
  credentials: 'username',
  'credentials.username': 'username',
  'credentials.password': 'password',
  clientCertificate: 'client_certificate',
  'clientCertificate.certificate': 'client_certificate',
  'clientCertificate.key': 'client_key',
  'proxy.url': 'proxy',
  proxyCredentials: 'proxy_username',
  'proxyCredentials.username': 'proxy_username',
  'proxyCredentials.password': 'proxy_password',
  newPassword: 'password',
  currentPassword: 'old_password',
  label: 'description',
};

function toKeys([first, ...rest]: readonly string[]): readonly string[] {
  const path = first === 'input' ? rest : [...(first === undefined ? [] : [first]), ...rest];
  const key = keysByArgument[path.join('.')];
  return key === undefined ? path.map(toSnake) : [key];
}

function toSnake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function isNotFound(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'NOT_FOUND';
}
