import type { Tracer } from '../../trace.js';
import type { WireRequest } from './exchange.js';
import type { Answer } from '../failure/asked.js';

/** The usual ports, where a URL has none. */
const ports: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * Sends a request as a part of what is under way. The registry is told nothing of the trace: `traceparent` would tell
 * somebody else's server which of its requests belong together. Its path, which holds names, is not recorded.
 */
export function traceRequest(
  tracer: Tracer,
  { method, url, asked }: WireRequest,
  send: () => Promise<Answer>,
): Promise<Answer> {
  const describe = () => ({
    name: method,
    kind: 'client' as const,
    attributes: {
      'http.request.method': method,
      'server.address': url.hostname,
      'server.port': Number(url.port) || (ports[url.protocol] ?? 0),
      'registry_gateway.registry': asked.registry,
    },
  });
  return tracer.part(describe, async (span) => {
    const answer = await send();
    span?.note({ 'http.response.status_code': answer.status });
    // Semantic conventions for HTTP clients: 4xx is a failure too.
    if (answer.status >= 400) span?.fail(String(answer.status));
    return answer;
  });
}
