import { type Incoming, type Reply, replyEmpty } from '../../../src/demo/registry/reply.js';
import type { Route } from '../../../src/demo/registry/routes.js';
import type { Front } from './traits.js';

/** Where the content of a redirected request is served: `/elsewhere/v2/…`. */
export const elsewhere = '/elsewhere';

/**
 * The 307 that a proxy answers with in place of the content; null where it passes the request on. `origin` is that of
 * the other port.
 */
export function redirect(
  front: Front | undefined,
  route: Route,
  request: Incoming,
  prefix: string,
  origin: string,
): Reply | null {
  const { redirects = [], to = 'same' } = front ?? {};
  if (!['GET', 'HEAD'].includes(request.method) || !redirects.some((kind) => kind === route.kind)) return null;
  const path = request.path.slice(prefix.length);
  return replyEmpty(307, { Location: to === 'same' ? `${prefix}${elsewhere}${path}` : `${origin}${elsewhere}${path}` });
}

/** The reply as the proxy lets it through. */
export function pass(front: Front | undefined, reply: Reply): Reply {
  const { Link } = reply.headers;
  if (!Link || !front?.link) return reply;
  const [, target = ''] = /^<(.*)>/.exec(Link) ?? [];
  const written = {
    bare: `${target}; rel=next`,
    inner: `</repository/inner${target}>; rel="next"`,
    unquoted: `<${target}>; rel=next`,
  };
  return { ...reply, headers: { ...reply.headers, Link: written[front.link] } };
}
