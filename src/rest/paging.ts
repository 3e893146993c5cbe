import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Page } from '../domain/page.js';

/**
 * Leads to the next page (RFC 8288), with all that was asked for. Where the path of a proxy is not known it is the
 * query alone, which the request's own path is before.
 */
export function tellNext({ basePath, url }: FastifyRequest, reply: FastifyReply, cursor: string): void {
  const [, path = '', query = ''] = /^([^?#]*)\??([^#]*)/.exec(url) ?? [];
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', cursor);
  // An address may come whole (RFC 9112 §3.2.2).
  const target = basePath === null ? '' : `${basePath}${path.slice(path.indexOf('/api/'))}`;
  reply.header('link', `<${target}?${parameters.toString()}>; rel="next"`);
}

/** As it is selected. */
export interface PageData {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** The cursor of the page after this one; null: it is the last. */
export function endOf({ pageInfo }: PageData): string | null {
  return pageInfo.hasNextPage ? pageInfo.endCursor : null;
}

/** The same of a page of a use case. */
export function nextOf<T>({ items, hasNextPage, cursorOf }: Page<T>): string | null {
  const last = items.at(-1);
  return hasNextPage && last ? cursorOf(last) : null;
}
