import type { Endpoint } from './endpoint.js';
import type { Answer } from './failure/asked.js';
import { readChallenges } from './network/login.js';
import type { Send } from './transport/transport.js';

/** Of the answers of a registry's own origin so far. */
export interface Seen {
  /** Milliseconds that the last one took to begin; null before the first. */
  readonly latencyMs: number | null;
  /** One of them was an answer that only a registry gives. */
  readonly isRecognised: boolean;
  /** Its clock, by the last answer's Date: milliseconds since 1970; null where there is none that can be read. */
  readonly clock: number | null;
}

/** Sends as `send` does, and keeps what the answers of the registry's own origin show of it. */
export function observe(send: Send, { origin, ping }: Endpoint): { readonly send: Send; readonly seen: Seen } {
  const seen = { latencyMs: null as number | null, isRecognised: false, clock: null as number | null };
  const observed: Send = async (request, call) => {
    const answer = await send(request, call);
    if (request.url.origin !== origin) return answer;
    seen.latencyMs = answer.elapsedMs;
    seen.clock = readDate(answer);
    seen.isRecognised ||= showsRegistry(answer, request.url.href === ping.href);
    return answer;
  };
  return { send: observed, seen };
}

/** RFC 9110 §6.6.1. */
function readDate({ headers }: Answer): number | null {
  const at = Date.parse(headers.date ?? '');
  return Number.isNaN(at) ? null : at;
}

/**
 * distribution-spec, "Determining Support": 200 is all that is asked for, and registries answer `{}`, `true` or
 * nothing. But a web site answers 200 to anything, with a page.
 */
export function isWebSite(answer: Answer): boolean {
  return !namesProtocol(answer) && answer.body.toString('utf8').trimStart().startsWith('<');
}

/**
 * True for an answer by which the registry's own origin shows that it is one: the protocol in a header, a challenge of
 * the kinds that registries send, or a ping that is taken. A redirect shows nothing.
 */
function showsRegistry(answer: Answer, isPing: boolean): boolean {
  const { status } = answer;
  if (status >= 300 && status < 400) return false;
  if (status === 401) return readChallenges(answer).some(({ scheme }) => scheme === 'bearer' || scheme === 'basic');
  return namesProtocol(answer) || (isPing && status === 200 && !isWebSite(answer));
}

function namesProtocol({ headers }: Answer): boolean {
  return /^registry\/2/i.test(String(headers['docker-distribution-api-version'] ?? ''));
}
