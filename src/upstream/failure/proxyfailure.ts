import { bracket, describeProxy, type OutboundProxy, ownSource } from '../../domain/outboundproxy.js';
import { type ErrorFacts, GatewayError } from '../../errors.js';
import type { Asked } from './asked.js';
import { codeOf, describeUnreachable, listCauses, phaseOf, stripCause } from './causes.js';
import { isTlsCode } from './wirecodes.js';

export interface ProxyFailure {
  /** The status that it answered; absent: nothing that can be used. */
  readonly status?: number;
  /** To whom it was asked for a connection; absent: it was asked for an answer. */
  readonly target?: { readonly hostname: string; readonly port: number };
  readonly cause?: unknown;
}

/** The proxy on the way failed, or refused. For upstream/ alone: `explainProxyError` makes of it what callers meet. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  constructor(
    readonly proxy: OutboundProxy,
    readonly failure: ProxyFailure,
  ) {
    super(`Proxy ${describeProxy(proxy)} failed`, 'cause' in failure ? { cause: failure.cause } : undefined);
  }
}

/** The proxy itself is away: it was not reached, or is none. What is behind it had no part in that. */
export class ProxyAway extends GatewayError {}

export function findProxyError(error: unknown): ProxyError | null {
  return listCauses(error).find((each) => each instanceof ProxyError) ?? null;
}

/**
 * Says that it was the proxy, which one, and what to do. UPSTREAM_PROXY where it refuses, which asking again does not
 * change; else the code that the same failure of the registry itself would have.
 */
export function explainProxyError({ proxy, failure }: ProxyError, asked: Asked): GatewayError {
  const who = `Proxy ${describeProxy(proxy)}, on the way to registry ${asked.registry},`;
  const facts = { registry: asked.registry, proxy: describeProxy(proxy), hint: hintAt(proxy) };
  const { status, target } = failure;
  return status === undefined
    ? explainBroken(who, failure.cause, asked, facts)
    : explainStatus(status, proxy, who, target, asked, facts);
}

function explainStatus(
  status: number,
  { credentials }: OutboundProxy,
  who: string,
  target: ProxyFailure['target'],
  { what }: Asked,
  facts: ErrorFacts,
): GatewayError {
  // tinyproxy says 401; before there is a tunnel, nobody but the proxy can have said it.
  if (status === 407 || (status === 401 && target)) {
    const why = credentials
      ? 'refuses the user name and password that it is given'
      : 'asks for a user name and password, and is given none';
    return new GatewayError('UPSTREAM_PROXY', `${who} ${why} (${status}).`, facts);
  }
  const wanted = target ? `a connection to ${bracket(target.hostname)}:${target.port} for ${what}` : what;
  const said = `${who} answered ${status} when it was asked for ${wanted}`;
  if (status === 408 || status === 429 || status >= 500) {
    return new GatewayError(
      'UPSTREAM_UNREACHABLE',
      `${said}: it did not reach that host, or failed itself. Look at its log.`,
      facts,
    );
  }
  return new GatewayError(
    'UPSTREAM_PROXY',
    `${said}: it does not let that through. Allow that host and port there.`,
    facts,
  );
}

function explainBroken(who: string, cause: unknown, { what }: Asked, facts: ErrorFacts): GatewayError {
  const code = codeOf(cause);
  const phase = phaseOf(cause);
  const known = { ...facts, cause: stripCause(cause) };
  if (phase || code === 'ETIMEDOUT') {
    const message = `${who} was too slow with ${what} (${phase ?? 'connect'}).`;
    // A proxy that took the request may itself be waiting for the registry: that is no sign that the proxy is away.
    return phase === 'response'
      ? new GatewayError('UPSTREAM_TIMEOUT', message, known)
      : new ProxyAway('UPSTREAM_TIMEOUT', message, known);
  }
  if (isTlsCode(code))
    return new ProxyAway(
      'UPSTREAM_TLS',
      `${who} gives no trusted TLS connection for ${what}: ${describeTls(code)}`,
      known,
    );
  if (code.startsWith('HPE_'))
    return new ProxyAway('UPSTREAM_INVALID', `${who} gave ${what} an answer that is not proper HTTP.`, known);
  return new ProxyAway(
    'UPSTREAM_UNREACHABLE',
    `${who} cannot be reached for ${what}: ${describeUnreachable(code)}.`,
    known,
  );
}

function describeTls(code: string): string {
  if (/ALTNAME_INVALID|HOSTNAME_MISMATCH/.test(code)) return 'its certificate is for another name.';
  if (code === 'CERT_HAS_EXPIRED') return 'its certificate has expired.';
  if (/^(?:DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_UNTRUSTED)/.test(code)) {
    return (
      'its certificate is from an authority that is not trusted here. Name a file with that of the authority ' +
      'in NODE_EXTRA_CA_CERTS.'
    );
  }
  return /WRONG_VERSION|PACKET_LENGTH|EPROTO/.test(code)
    ? 'that port may not speak TLS. Name it with http://.'
    : 'the handshake failed.';
}

function hintAt({ source }: OutboundProxy): string {
  if (source === ownSource)
    return 'The proxy is set for this registry alone: an admin can change that with updateRegistry.';
  return `The proxy is set by ${source}. A host in NO_PROXY is asked without one.`;
}
