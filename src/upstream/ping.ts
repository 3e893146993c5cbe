import type { Endpoint } from './endpoint.js';
import type { WireRequest } from './transport/exchange.js';
import { explainAnswer, explainInvalid } from './failure/answerfailure.js';
import type { Asked } from './failure/asked.js';
import { isWebSite } from './recognition.js';
import type { CallOptions, PingResult } from './upstream.js';
import type { UpstreamLimits, Wire } from './wire.js';

/** As it is sent to learn whether the registry is there at all: whoever answers is, with a challenge too. */
export function createPing(registry: string, endpoint: Endpoint, limits: UpstreamLimits): WireRequest {
  return { method: 'GET', url: endpoint.ping, headers: {}, cap: limits.ping, asked: askedOfPing(registry) };
}

function askedOfPing(registry: string): Asked {
  return { registry, what: 'the ping' };
}

/** See `Upstream.ping`. */
export async function ping(
  { registry, endpoint, session, limits }: Wire,
  call: CallOptions | undefined,
): Promise<PingResult> {
  const asked = askedOfPing(registry);
  const answer = await session.request(
    { method: 'GET', url: endpoint.ping, accept: 'application/json', scope: '', cap: limits.ping, asked },
    call,
  );
  if (answer.status !== 200) throw explainAnswer(answer, asked);
  const { from } = answer;
  const isElsewhere = from !== undefined && from.origin !== endpoint.origin;
  if (isWebSite(answer))
    throw explainInvalid('this is not a registry', isElsewhere ? { ...asked, host: from.host.slice(0, 256) } : asked);
  return { latencyMs: answer.elapsedMs, realm: session.realm };
}
