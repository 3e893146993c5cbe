import { GatewayError } from '../../errors.js';
import { explainRedirect } from '../failure/answerfailure.js';
import type { Answer, Asked } from '../failure/asked.js';
import { isWrite, type Method } from './exchange.js';

/** Where a request goes next. `asked` names another host than the registry's own. */
export interface Hop {
  readonly url: URL;
  readonly asked: Asked;
}

/** Redirects of one request that are followed: to a mirror, and from there to a store. */
export const maxHops = 3;

export function isRedirect(answer: Answer): boolean {
  return [301, 302, 303, 307, 308].includes(answer.status);
}

/**
 * distribution-spec, "Redirects": a registry may redirect any request. A read is followed to any host, but never from
 * https to http. A write is followed with its method, on the same origin and to the same content only: elsewhere, what
 * is protected under one name could be deleted under another. Throws UPSTREAM_BLOCKED for whatever is not followed.
 */
export function judgeHop(
  answer: Answer,
  from: URL,
  { method, url: own, asked }: { readonly method: Method; readonly url: URL; readonly asked: Asked },
): Hop {
  const url = URL.parse(answer.headers.location ?? '', from.href);
  const isSafe = url && answer.headers.location && /^https?:$/.test(url.protocol) && !url.username && !url.password;
  if (!isSafe || (from.protocol === 'https:' && url.protocol === 'http:')) throw explainRedirect(answer, asked);
  if (isWrite(method) && !(keepsMethod(answer) && isSameContent(url, own))) throw explainRedirect(answer, asked);
  url.hash = '';
  return { url, asked: url.origin === own.origin ? asked : { ...asked, host: url.host.slice(0, 256) } };
}

function keepsMethod({ status }: Answer): boolean {
  return status === 307 || status === 308;
}

/** A proxy may put a prefix before a path, and take nothing from it. */
function isSameContent(url: URL, own: URL): boolean {
  return url.origin === own.origin && url.pathname.endsWith(own.pathname);
}

export function explainHops(answer: Answer, hops: number, asked: Asked): GatewayError {
  return new GatewayError(
    'UPSTREAM_BLOCKED',
    `Registry ${asked.registry} redirects ${asked.what} more than ${hops} times, and is not followed further.`,
    {
      registry: asked.registry,
      upstreamStatus: answer.status,
    },
  );
}

/** A login that another host asks for is not the registry's. */
export function explainForeignLogin({ url }: Hop, asked: Asked): GatewayError {
  const origin = url.origin.slice(0, 256);
  return new GatewayError(
    'UPSTREAM_AUTH',
    `Registry ${asked.registry} redirects ${asked.what} to ${origin}, which asks to log in: credentials are ` +
      'not sent there.',
    {
      registry: asked.registry,
      upstreamStatus: 401,
      hint: `If the registry has moved, attach it as ${origin}.`,
    },
  );
}
