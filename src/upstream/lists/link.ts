import { explainPagination } from '../failure/answerfailure.js';
import type { Asked } from '../failure/asked.js';

/** One link of a header. `rels` in lower case; empty: it does not say what it leads to. */
interface Link {
  readonly target: string;
  readonly rels: readonly string[];
}

/** A cursor is a name or an opaque token; longer is an attack on our memory or on the request line. */
const maxQuery = 4096;
/** Characters of a header that are read, as many as Node takes of all headers. */
const maxHeader = 16_384;

/**
 * The query of the next page, null when there is none: RFC 8288 and distribution-spec, "Listing Tags". Only the query
 * is used, on our own URL: a registry behind a proxy that strips a prefix sends a path that does not exist. A
 * header that is not as specified is read as far as it can be. One that may well name a next page, and does not say so
 * in a way that can be read, is never taken for the end. Throws UPSTREAM_PAGINATION for that, and when the link has no
 * query or names another origin; that which a redirect led to, `from`, is as good as the registry's own.
 */
export function findNextQuery(
  header: string | string[] | undefined,
  own: URL,
  asked: Asked,
  from = own,
): string | null {
  const text = (Array.isArray(header) ? header.join(', ') : (header ?? '')).slice(0, maxHeader).trim();
  const links = parseLinks(text);
  const queries = new Set(
    links?.filter(({ rels }) => rels.includes('next')).map(({ target }) => readQuery(target, own, from, asked)),
  );
  if (queries.size > 1) throw explainPagination('there are several links to a next page, which differ', asked);
  for (const query of queries) return query;
  if (links?.every(({ rels }) => rels.length > 0)) return null;
  throw explainPagination('it sends a Link header that cannot be read, and may name a next page', asked);
}

function readQuery(target: string, own: URL, from: URL, asked: Asked): string {
  const url = URL.parse(target, from.href);
  if (!url || (url.origin !== own.origin && url.origin !== from.origin))
    throw explainPagination('the link to the next page leads to another server', asked);
  const query = url.search.slice(1);
  if (!query || query.length > maxQuery)
    throw explainPagination('the link to the next page has no usable query', asked);
  return query;
}

const separators = /[\s,]*/y;
const blanks = /\s*/y;
const bracketed = /<([^<>]*)>/y;
/**
 * Without brackets a target ends at the parameter or the link that follows: commas and semicolons may stand in a URL.
 */
const bareEnd = /;\s*(?:rel|rev|title|type|anchor|media|hreflang)\*?\s*=|,\s*(?=<|https?:\/\/)|,\s+(?=\/)/gi;
const parameter = /(?:\s*;\s*|\s+)([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*/y;
const value = /=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^;,]*))/sy;

/** null when something in the header is no link. Never takes more than a pass or two over the text. */
function parseLinks(text: string): Link[] | null {
  const links: Link[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match;
  };
  const takeBare = (): string => {
    bareEnd.lastIndex = at;
    const end = bareEnd.exec(text)?.index ?? text.length;
    const target = text.slice(at, end);
    at = end;
    return target
      .trim()
      .replace(/^[<"']+/, '')
      .replace(/[>"']$/, '');
  };
  for (take(separators); at < text.length; take(separators)) {
    const target = take(bracketed)?.[1]?.trim() ?? takeBare();
    const rels: string[] = [];
    for (let name = take(parameter); name; name = take(parameter)) {
      const [, quoted, single, bare] = take(value) ?? [];
      if (name[1]!.toLowerCase() === 'rel') rels.push(...splitRels(quoted ?? single ?? bare ?? ''));
    }
    links.push({ target, rels });
    take(blanks);
    if (target === '' || /\s/.test(target)) return null;
    // The rest of the header cannot be read. That does no harm when this link has named the next page.
    if (at < text.length && text[at] !== ',') return rels.includes('next') ? links : null;
  }
  return links;
}

function splitRels(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[\s"']+/)
    .filter(Boolean);
}
