type Cause = { readonly [key in 'name' | 'message' | 'code' | 'event' | 'cause']?: unknown };

/** The error and what caused it, outermost first. */
export function listCauses(error: unknown): Cause[] {
  const causes: Cause[] = [];
  for (let at = error; typeof at === 'object' && at !== null && causes.length < 5; at = (at as Cause).cause)
    causes.push(at);
  return causes;
}

/** The code by which Node or OpenSSL names the failure; '' for one without. */
export function codeOf(error: unknown): string {
  const codes = listCauses(error).map(({ code }) => code);
  return codes.find((code): code is string => typeof code === 'string' && !wrappers.has(code)) ?? '';
}

/** Names that got, and Node's events, give a failure whose cause has a better one. */
const wrappers = new Set(['ERR_GOT_REQUEST_ERROR', 'ERR_READING_RESPONSE_STREAM', 'ABORT_ERR']);

/** The phase that took too long: got's TimeoutError names it. null: none did. */
export function phaseOf(error: unknown): string | null {
  const timeout = listCauses(error).find(({ name }) => name === 'TimeoutError');
  return timeout ? (typeof timeout.event === 'string' ? timeout.event : 'request') : null;
}

/** got's errors hold the request's options, and with them its Authorization header: only this much may reach a log. */
export function stripCause(error: unknown): Error {
  const [first] = listCauses(error);
  return Object.assign(new Error(typeof first?.message === 'string' ? first.message.slice(0, 200) : 'not an error'), {
    code: codeOf(error),
  });
}

/** Why no connection came about, as a clause. */
export function describeUnreachable(code: string): string {
  return reasons.get(code) ?? 'the connection failed';
}

const reasons = new Map([
  ['ENOTFOUND', 'its host name is not known'],
  ['EAI_AGAIN', 'its host name is not known'],
  ['ECONNREFUSED', 'nothing listens at its address'],
  ['ECONNRESET', 'it closed the connection without an answer'],
  ['EPIPE', 'it closed the connection without an answer'],
  ['EHOSTUNREACH', 'there is no route to its address'],
  ['ENETUNREACH', 'there is no route to its address'],
]);
