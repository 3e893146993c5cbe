import { GatewayError } from '../../errors.js';
import { explainTooLarge } from './answerfailure.js';
import { type Asked, factsOf, objectOf, subjectOf } from './asked.js';
import { codeOf, describeUnreachable, listCauses, phaseOf, stripCause } from './causes.js';
import type { Given } from './given.js';
import { explainProxyError, findProxyError, ProxyAway } from './proxyfailure.js';
import { isDroppedCode, isTlsCode, tlsHints } from './wirecodes.js';

/**
 * The one place where a failure of DNS, TCP, TLS or HTTP becomes an error. `begun`: the answer's headers had come.
 * `given`: for what happens at the registry itself.
 */
export function explainFailure(error: unknown, asked: Asked, begun = false, given?: Given): GatewayError {
  const known = findGatewayError(error);
  if (known) return known;
  const ofProxy = findProxyError(error);
  if (ofProxy) return explainProxyError(ofProxy, asked);
  const code = codeOf(error);
  const facts = { ...factsOf(asked), cause: stripCause(error) };
  const phase = phaseOf(error);
  if (phase || code === 'ETIMEDOUT') {
    return new GatewayError(
      'UPSTREAM_TIMEOUT',
      `${subjectOf(asked)} was too slow with ${asked.what} (${phase ?? 'connect'}).`,
      facts,
    );
  }
  if (isTlsCode(code)) {
    return new GatewayError(
      'UPSTREAM_TLS',
      `No trusted TLS connection to ${objectOf(asked)} for ${asked.what}: ` +
        tlsHints(code, asked.host === undefined ? given : undefined),
      facts,
    );
  }
  if (code === 'HPE_HEADER_OVERFLOW') return explainTooLarge('headers of 16 KiB', asked, facts);
  if (
    code.startsWith('HPE_') ||
    code.startsWith('Z_') ||
    code.startsWith('ERR__ERROR_') ||
    begun ||
    code === 'ERR_HTTP_CONTENT_LENGTH_MISMATCH'
  ) {
    return new GatewayError(
      'UPSTREAM_INVALID',
      `The answer of ${objectOf(asked)} to ${asked.what} broke off or is not proper HTTP.`,
      facts,
    );
  }
  if (isDroppedCode(code) && given?.isTls && asked.host === undefined) {
    const who = given.hasClientCertificate
      ? 'it may not take the client certificate that it is attached with'
      : 'it may want a client certificate';
    return new GatewayError(
      'UPSTREAM_UNREACHABLE',
      `${subjectOf(asked)} cannot be reached for ${asked.what}: it closed the connection without an answer; ${who}.`,
      facts,
    );
  }
  return new GatewayError(
    'UPSTREAM_UNREACHABLE',
    `${subjectOf(asked)} cannot be reached for ${asked.what}: ${describeUnreachable(code)}.`,
    facts,
  );
}

/**
 * For every call while a host is left alone that is away, or whose proxy is. `last` is its last failure, `retryAfter`
 * in seconds.
 */
export function explainAway(last: GatewayError, retryAfter: number, asked: Asked): GatewayError {
  const who = last instanceof ProxyAway ? 'the proxy on the way to it' : 'it';
  const message =
    `${subjectOf(asked)} was not asked for ${asked.what}, since ${who} is away, and is asked again ` +
    `in ${retryAfter} s.`;
  return new GatewayError(last.code, `${message} Its last failure: ${last.message}`, { ...last.facts, retryAfter });
}

/** True when the connection was closed before any answer: distribution 3.1.1 does so when a catalogue page panics. */
export function isDropped(error: unknown): boolean {
  const isOfRegistry =
    error instanceof GatewayError && error.code === 'UPSTREAM_UNREACHABLE' && error.facts.proxy === undefined;
  return isOfRegistry && isDroppedCode(codeOf(error.cause));
}

function findGatewayError(error: unknown): GatewayError | null {
  return listCauses(error).find((each) => each instanceof GatewayError) ?? null;
}
