import type { Credentials } from '../../domain/registry.js';
import { GatewayError } from '../../errors.js';
import { parseChallenges, type Challenge } from './challenge.js';
import type { Answer } from '../failure/asked.js';

/** RFC 7617 §2. */
export function buildBasic({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** RFC 6750 §3.1: a token of too few rights is answered with 403, by most registries with 401. */
export function isChallenge(answer: Answer): boolean {
  if (answer.status !== 403) return answer.status === 401;
  return readChallenges(answer).some(
    ({ scheme, parameters }) => scheme === 'bearer' && parameters.get('error') === 'insufficient_scope',
  );
}

export function readChallenges({ headers }: Answer): readonly Challenge[] {
  return parseChallenges(headers['www-authenticate'] ?? '');
}

export function explainMissing(registry: string): GatewayError {
  return new GatewayError(
    'UPSTREAM_AUTH',
    `Registry ${registry} asks for a user name and password, and none are stored.`,
    {
      registry,
      upstreamStatus: 401,
    },
  );
}

/**
 * Over http:// a proxy may have said so in the registry's place: tinyproxy answers 401 to a password that it does not
 * take.
 */
export function nameProxy(error: GatewayError, { proxy }: Answer): GatewayError {
  if (proxy === undefined) return error;
  const also =
    `It was asked through proxy ${proxy}, which may have said so: look at its log, and at the password ` +
    'that it is given.';
  return new GatewayError(error.code, `${error.message} ${also}`, { ...error.facts, proxy, cause: error.cause });
}

export function explainNoWay(registry: string): GatewayError {
  return new GatewayError(
    'UPSTREAM_AUTH',
    `Registry ${registry} answered 401 without a way to log in that is known here (Basic or Bearer).`,
    {
      registry,
      upstreamStatus: 401,
    },
  );
}
