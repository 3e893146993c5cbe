import { GatewayError, type ErrorFacts } from '../../errors.js';
import { type Answer, type Asked, factsOf, objectOf, subjectOf } from './asked.js';
import { quoteReason } from './reason.js';
import { parseRetryAfter } from './retryafter.js';

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

/** Explains a listing that does not end, or leads elsewhere. */
export function explainPagination(problem: string, asked: Asked): GatewayError {
  return new GatewayError(
    'UPSTREAM_PAGINATION',
    `Registry ${asked.registry} pages ${asked.what} wrongly: ${problem}.`,
    { registry: asked.registry },
  );
}

/** Go's server answers plain HTTP on its TLS port with this text. It is compared, never shown. */
function isPlainHttpOnTls(answer: Answer): boolean {
  return answer.body.subarray(0, 200).toString('latin1').includes('HTTP request to an HTTPS server');
}
