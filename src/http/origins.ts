import cors from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { addVary } from '../coding/condition.js';
import { quote } from '../domain/name.js';
import { GatewayError } from '../errors.js';
import { RequestProblem } from './problem.js';

/** HEAD and GET need no permission where the headers do not (Fetch, "CORS-safelisted method"). */
const methods = ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'];

/**
 * Headers of an answer that scripts may read, besides those that they always may: `Content-Type`, `Cache-Control` and
 * the like.
 */
const exposed = [
  'age',
  'allow',
  'cache-status',
  'etag',
  'link',
  'location',
  'preference-applied',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
  'retry-after',
  'x-registry-next-attempt',
  'x-registry-stale',
  'x-request-id',
];

/** Seconds that a browser need not ask again. */
const maxAge = 600;
/** Headers that one request may ask for, far more than clients send. */
const mostHeaders = 64;

/**
 * Lets pages of these origins call the API, with any headers: GraphQL clients and tracing send headers of their own,
 * and a page that is allowed may know the token anyway. Cookies are read of the gateway's own pages alone, so no
 * credentials are allowed. A page that asks before it sends (Fetch, "CORS-preflight") and may not is told
 * why, as whoever looks for the reason will look at that answer.
 */
export async function allowOrigins(server: FastifyInstance, allowed: readonly string[]): Promise<void> {
  server.addHook('onRequest', (request, reply, done) => {
    if (isPreflight(request)) {
      addVary(reply, 'origin');
      assertAllowed(request, allowed);
    }
    done();
  });
  if (allowed.length === 0) return;
  await server.register(cors, { origin: [...allowed], exposedHeaders: exposed, methods, maxAge });
}

export function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

function assertAllowed({ headers }: FastifyRequest, allowed: readonly string[]): void {
  const {
    origin = '',
    'access-control-request-method': method = '',
    'access-control-request-headers': asked = '',
  } = headers;
  if (!allowed.includes(origin)) {
    throw new GatewayError('FORBIDDEN', `Pages of ${quote(origin)} may not call this gateway.`, {
      hint:
        'Whoever runs the gateway names the origins of such pages in ALLOWED_ORIGINS, as the browser writes ' +
        'them: scheme, host and port, without a path.',
    });
  }
  if (!methods.includes(method))
    throw new RequestProblem(403, `Pages of other sites may send ${methods.join(', ')}, and not ${quote(method)}.`);
  const names = asked.split(',').map((name) => name.trim());
  const wrong = names.length > mostHeaders ? 'too many' : names.find((name) => !/^[!#$%&'*+.^_`|~\w-]*$/.test(name));
  if (wrong !== undefined)
    throw new RequestProblem(403, `The headers that the page wants to send cannot be read: ${quote(wrong)}.`);
}
