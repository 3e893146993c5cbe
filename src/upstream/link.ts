import { explainPagination, type Asked } from './failure.js';

const linkValue = /<([^<>]*)>((?:\s*;\s*[!#$%&'*+.^_`|~0-9A-Za-z-]+\s*(?:=\s*(?:"(?:[^"\\]|\\.)*"|[^\s",;]*))?)*)/gs;
const rel = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]*))/i;
/** A cursor is a name or an opaque token; longer is an attack on our memory or on the request line. */
const maxQuery = 4096;

/**
 * The query of the next page, null when there is none: RFC 8288 and distribution-spec, "Listing Tags". Only the query is
 * used, on our own URL: a registry behind a proxy that strips a prefix sends a path that does not exist (T04).
 * Throws UPSTREAM_PAGINATION when the link names another origin or has no query.
 */
export function findNextQuery(header: string | string[] | undefined, own: URL, asked: Asked): string | null {
  const target = findNext(Array.isArray(header) ? header.join(',') : (header ?? ''));
  if (target === null) return null;
  const url = URL.parse(target, own.href);
  if (!url || url.origin !== own.origin) throw explainPagination('the link to the next page leads to another server', asked);
  const query = url.search.slice(1);
  if (!query || query.length > maxQuery) throw explainPagination('the link to the next page has no usable query', asked);
  return query;
}

function findNext(header: string): string | null {
  for (const [, target, parameters] of header.slice(0, 16_384).matchAll(linkValue)) {
    const match = rel.exec(parameters ?? '');
    if ((match?.[1] ?? match?.[2] ?? '').toLowerCase().split(/\s+/).includes('next')) return target ?? null;
  }
  return null;
}
