const text = { type: 'string' };

/** Headers of answers. */
export const headers = {
  Age: { description: 'Seconds since the registry confirmed it.', schema: { type: 'integer', minimum: 0 } },
  ETag: { description: 'For `If-None-Match`.', schema: text },
  Link: { description: 'With `rel="next"` where the next page is (RFC 8288), missing at the last.', schema: text },
  Location: { description: 'Where the job is.', schema: { type: 'string', format: 'uri-reference' } },
  'Preference-Applied': { description: '`respond-async`, where that was asked for.', schema: text },
  'Retry-After': { description: 'Seconds to wait before asking again.', schema: { type: 'integer', minimum: 0 } },
  'X-Registry-Next-Attempt': { description: 'When the gateway reads the registry next by itself.', schema: text },
  'X-Registry-Stale': {
    description: "Why it is older than the registry's `maxAge`; missing where it is not.",
    schema: text,
  },
  'X-Request-Id': { description: 'As in the log.', schema: { type: 'string', format: 'uuid' } },
} as const;

const sent = (name: string, description: string) => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: text,
});

/** Headers of requests that mean something to an operation, by their names. */
export const requestHeaders = {
  Prefer: sent('Prefer', '`respond-async` is answered at once (RFC 7240).'),
  'Cache-Control': sent('Cache-Control', '`no-cache` asks the registry first, for ten seconds at the most.'),
  'If-None-Match': sent('If-None-Match', 'The `ETag` of an answer that one has.'),
  'Last-Event-ID': sent('Last-Event-ID', 'The id of the last event that one has, before `after`.'),
} as const;
