import type { FastifyRequest } from 'fastify';

/**
 * The value of a cookie. null: it is not there. `ambiguous`: there is more than one of the name, as another host of the
 * domain can add one.
 */
export function readCookie({ headers }: FastifyRequest, name: string): { readonly value: string } | null | 'ambiguous' {
  const start = `${name}=`;
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const [value, ...others] = pairs.flatMap((pair) => (pair.startsWith(start) ? pair.slice(start.length) : []));
  if (value === undefined) return null;
  return others.length === 0 ? { value } : 'ambiguous';
}
