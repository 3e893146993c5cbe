import type { FastifyInstance, FastifyRequest } from 'fastify';
import { decodeForm, longestForm } from '../domain/form.js';
import { GatewayError } from '../errors.js';
import { assertPlain, assertUtf8, explainBody } from './bodies.js';
import { formType, RequestProblem } from './problem.js';

/**
 * Lets the routes of this scope take a form as well as JSON. Pages of any site can send one, and their browser asks
 * nobody before: it is taken from the gateway's own pages, and from what is no browser. `publicUrl` is where users find
 * the gateway; null: not known.
 */
export function acceptForms(scope: FastifyInstance, publicUrl: string | null): void {
  const ownOrigin = publicUrl === null ? null : new URL(publicUrl).origin;
  scope.addContentTypeParser(formType, { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    try {
      assertOwnPage(request, ownOrigin);
      assertUtf8(request);
      assertPlain(request);
      if (body.length > longestForm) throw new RequestProblem(413, `The form is larger than ${longestForm} bytes.`);
      done(null, body.length === 0 ? undefined : decodeForm(body));
    } catch (error) {
      done(explainBody(error));
    }
  });
}

function assertOwnPage(request: FastifyRequest, ownOrigin: string | null): void {
  if (isOwnPage(request, ownOrigin)) return;
  throw new GatewayError('FORBIDDEN', 'A form of a page of another site is not taken.', {
    hint:
      "Pages that ALLOWED_ORIGINS names may send JSON. If the page is of the gateway's own address, a proxy " +
      'changes the Host header on the way: let it pass that on, or set PUBLIC_URL to the address that browsers show.',
  });
}

/**
 * A browser says where a page stands in `Sec-Fetch-Site`, which no script can set (Fetch Metadata); over plain HTTP in
 * `Origin` only, which it sends with each form. What sends neither is no browser, and could say what it likes.
 */
export function isOwnPage({ headers, host }: FastifyRequest, ownOrigin: string | null): boolean {
  const { 'sec-fetch-site': site, origin } = headers;
  // `none`: the user sent it, and no page did.
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  if (origin === undefined || origin === ownOrigin) return true;
  const from = URL.parse(origin);
  // By host and port: the gateway does not know whether there is TLS before it.
  return from !== null && from.host === URL.parse(`${from.protocol}//${host}`)?.host;
}
