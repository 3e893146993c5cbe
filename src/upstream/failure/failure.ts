import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError, type ErrorFacts } from '../../errors.js';
import { codeOf, describeUnreachable, listCauses, phaseOf, stripCause } from './causes.js';
import { explainProxyError, findProxyError, ProxyAway } from './proxyfailure.js';
import { quoteReason } from './reason.js';
import { type Given, isDroppedCode, isTlsCode, tlsHints } from './wirecodes.js';

/** The subject of a request, from which every message is made. `what` is a noun phrase: "the tags of team/app". */
export interface Asked {
  readonly registry: string;
  readonly what: string;
  /** Where it was asked, when that is not the registry itself: its token server, the store of its blobs. */
  readonly host?: string;
  /** `host:port` of the proxy that it was asked through; absent: none. */
  readonly proxy?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Decompressed. */
  readonly body: Buffer;
  /** From sending to the answer's headers. */
  readonly elapsedMs: number;
  /** Where it came from in the end, when the registry redirected the request; absent when it did not. */
  readonly from?: URL;
  /** `host:port` of a proxy that may have given it in the registry's place; absent: none can have. */
  readonly proxy?: string;
}

/** Longest pause a registry can ask for: a Retry-After of a day must not take it away for a day. Seconds. */
const maxRetryAfter = 300;
/** When it says 429 but not for how long. Seconds. */
const defaultRetryAfter = 5;

/** The one place where a status nobody expected becomes an error. Never holds the registry's own words. */
export function explainAnswer(answer: Answer, ask: Asked): GatewayError {
  const { status, proxy } = answer;
  const asked = proxy === undefined ? ask : { ...ask, proxy };
  const said = `${subjectOf(asked)} answered ${status} to ${asked.what}`;
  const facts = { ...factsOf(asked), upstreamStatus: status };
  if (status === 401 || status === 403) {
    const also = proxy === undefined ? '' : ' The proxy may have said so: look at its log.';
    return new GatewayError(
      'UPSTREAM_AUTH',
      `${said}: check the user name and password it is attached with, and what they allow there.${also}`,
      facts,
    );
  }
  if (status === 429) return explainRateLimit(parseRetryAfter(answer.headers) ?? defaultRetryAfter, asked, status);
  if (status >= 300 && status < 400) return explainRedirect(answer, asked);
  if (status === 400 && isPlainHttpOnTls(answer)) {
    return new GatewayError(
      'UPSTREAM_TLS',
      `Registry ${asked.registry} speaks https on that port: attach it with an https:// address.`,
      facts,
    );
  }
  if (status === 405) return new GatewayError('UPSTREAM_UNSUPPORTED', `${said}: it does not offer this.`, facts);
  if (status === 408 || status >= 500) {
    const retryAfter = parseRetryAfter(answer.headers);
    const who =
      proxy === undefined
        ? 'it failed itself. Try again later, and look at its log'
        : 'it or the proxy failed. Try again later, and look at both logs';
    return new GatewayError('UPSTREAM_ERROR', `${said}: ${who}.`, {
      ...facts,
      ...(retryAfter === null ? {} : { retryAfter }),
    });
  }
  return new GatewayError(
    'UPSTREAM_INVALID',
    `${said}, which no registry should. Check that the address leads to a registry.`,
    facts,
  );
}

/** Whether a registry says no to just this: 401 is of the account, 404 of what is not there, 408 and 429 pass. */
export function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 404, 408, 429].includes(status);
}

/**
 * For one thing that the registry does not let go, or be moved. The one message that quotes what a registry said: see
 * reason.ts.
 */
export function explainLocked(
  { session }: { readonly session: { redact(text: string): string } },
  answer: Answer,
  asked: Asked,
): GatewayError {
  const { status } = answer;
  const reason = quoteReason(answer.body, (text) => session.redact(text));
  const said = reason === null ? 'It gave no reason.' : `It said: ${reason}.`;
  const what = `${subjectOf(asked)} refused ${asked.what} (${status}): the registry itself locks or protects it.`;
  return new GatewayError('UPSTREAM_LOCKED', `${what} ${said}`, {
    ...factsOf(asked),
    upstreamStatus: status,
    hint:
      'Look in the registry for a lock, a rule of immutability, or an index that holds it, and end ' +
      'that there first.',
  });
}

/** For a 429, and for every call while its pause lasts. `retryAfter` in seconds. */
export function explainRateLimit(retryAfter: number, asked: Asked, upstreamStatus?: number): GatewayError {
  const again = `${asked.what} can be asked for again in ${retryAfter} s.`;
  const message = `${subjectOf(asked)} asks for fewer requests: ${again}`;
  return new GatewayError('UPSTREAM_RATE_LIMITED', message, {
    ...factsOf(asked),
    retryAfter,
    ...(upstreamStatus ? { upstreamStatus } : {}),
  });
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

/** Explains an answer that was stopped at the cap; `cap` is shown. */
export function explainTooLarge(cap: string, asked: Asked, facts: ErrorFacts = {}): GatewayError {
  const answer = `The answer of ${objectOf(asked)} to ${asked.what}`;
  const message = `${answer} is larger than ${cap}; it was not read to its end.`;
  return new GatewayError('UPSTREAM_TOO_LARGE', message, { ...factsOf(asked), ...facts });
}

/** For whatever a registry sent that cannot be what was asked for. `problem` is ours, never its text. */
export function explainInvalid(problem: string, asked: Asked): GatewayError {
  return new GatewayError(
    'UPSTREAM_INVALID',
    `${subjectOf(asked)} sent ${asked.what} in a form that cannot be used: ${problem}.`,
    factsOf(asked),
  );
}

/** Who answered, or did not: at the beginning of a sentence. */
function subjectOf(asked: Asked): string {
  return asked.host === undefined ? capitalize(objectOf(asked)) : objectOf(asked);
}

function objectOf({ registry, host, proxy }: Asked): string {
  const through = proxy === undefined ? '' : ` asked through proxy ${proxy},`;
  if (host !== undefined) return `${host}, where registry ${registry} sends its clients,${through}`;
  return `registry ${registry}${through && `,${through}`}`;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function factsOf({ registry, host, proxy }: Asked): {
  readonly registry: string;
  readonly host?: string;
  readonly proxy?: string;
} {
  return { registry, ...(host === undefined ? {} : { host }), ...(proxy === undefined ? {} : { proxy }) };
}

/** Explains a listing that does not end, or leads elsewhere. */
export function explainPagination(problem: string, asked: Asked): GatewayError {
  return new GatewayError(
    'UPSTREAM_PAGINATION',
    `Registry ${asked.registry} pages ${asked.what} wrongly: ${problem}.`,
    { registry: asked.registry },
  );
}

/** True when the connection was closed before any answer: distribution 3.1.1 does so when a catalogue page panics. */
export function isDropped(error: unknown): boolean {
  const isOfRegistry =
    error instanceof GatewayError && error.code === 'UPSTREAM_UNREACHABLE' && error.facts.proxy === undefined;
  return isOfRegistry && isDroppedCode(codeOf(error.cause));
}

/**
 * Seconds, from the two forms of RFC 9110 §10.2.3, at most `maxRetryAfter`; null when absent or unreadable. A date is
 * compared with the answer's own Date where it has one: the clock here may be another.
 */
export function parseRetryAfter(headers: IncomingHttpHeaders, now = Date.now()): number | null {
  const text = headers['retry-after'];
  if (!text) return null;
  const then = Date.parse(headers.date ?? '');
  const seconds = /^\d{1,9}$/.test(text)
    ? Number(text)
    : Math.ceil((Date.parse(text) - (Number.isNaN(then) ? now : then)) / 1000);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), maxRetryAfter) : null;
}

/** For a redirect that is not followed: see redirect.ts. */
export function explainRedirect(answer: Answer, asked: Asked): GatewayError {
  const target = URL.parse(answer.headers.location ?? '');
  const where = target && /^https?:$/.test(target.protocol) ? ` to ${target.origin}` : '';
  return new GatewayError(
    'UPSTREAM_BLOCKED',
    `Registry ${asked.registry} redirects ${asked.what}${where}, and such a redirect is not followed.`,
    {
      registry: asked.registry,
      upstreamStatus: answer.status,
      hint: 'If the registry has moved, attach it under its new address.',
    },
  );
}

/** Go's server answers plain HTTP on its TLS port with this text. It is compared, never shown. */
function isPlainHttpOnTls(answer: Answer): boolean {
  return answer.body.subarray(0, 200).toString('latin1').includes('HTTP request to an HTTPS server');
}

function findGatewayError(error: unknown): GatewayError | null {
  return listCauses(error).find((each) => each instanceof GatewayError) ?? null;
}
