import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { maxGrants, rights } from '../domain/grant.js';
import { quote } from '../domain/name.js';
import { badInput } from '../errors.js';

/** `POST /auth/login`. */
export const loginBody = z.object({ username: z.string(), password: z.string() });

/** `POST /api/registries`. Those behind `password` are the gateway's own; keys it does not know are left alone. */
export const registryBody = z.object({
  name: z.string(),
  addr: z.string(),
  username: z.string().nullish(),
  password: z.string().nullish(),
  tls_skip_verify: z.boolean().nullish(),
  ca_certificate: z.string().nullish(),
  client_certificate: z.string().nullish(),
  client_key: z.string().nullish(),
  auth_realm: z.string().nullish(),
  followed_repositories: z.array(z.string()).nullish(),
});

/** A right in a place; the registry is `*` for every one. */
const namedGrant = z.object({ registry: z.string(), repositories: z.string(), right: z.enum(rights) });
export type NamedGrant = z.infer<typeof namedGrant>;

/** `POST /api/accounts`. Names of persons are not kept; grants are the gateway's own. */
export const accountBody = z.object({
  username: z.string(),
  password: z.string().nullish(),
  roles: z.array(z.string()).nullish(),
  grants: z.array(namedGrant).max(maxGrants).nullish(),
});

/** `POST /account/changepassword`. */
export const passwordBody = z.object({
  username: z.string().nullish(),
  password: z.string(),
  old_password: z.string(),
});

/** `POST /api/servicekeys`. Those behind `description` are the gateway's own. */
export const serviceKeyBody = z.object({
  description: z.string().nullish(),
  roles: z.array(z.string()).nullish(),
  grants: z.array(namedGrant).nullish(),
  expires_in_days: z.number().int().nullish(),
});

/** `DELETE /api/servicekeys`: the key itself, or its id, which lists have in its place. */
export const serviceKeyName = z.object({ key: z.string() });

/** Throws BAD_USER_INPUT naming the key that is wrong. */
export function readBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.map(String) ?? [];
  throw badInput(
    path.length > 0
      ? `The body's "${path.join('.')}" is not what it must be: ${issue!.message}.`
      : 'The body must be a JSON object.',
    ...path,
  );
}

/** As it comes: a parameter that is given twice is an array. */
export type Query = Readonly<Record<string, string | string[] | undefined>>;

/**
 * For requests that change something: whoever writes `dryrun=true`, or `dry_run` where there is none, must not find it
 * done; and for streams, of which whoever mistypes a filter must not be told all. Throws BAD_USER_INPUT naming the
 * parameter that is not known here, and those that are. `what` is "A deletion".
 */
export function assertParameters(request: FastifyRequest, what: string, known: readonly string[] = []): Query {
  const query = request.query as Query;
  const unknown = Object.keys(query).find((name) => !known.includes(name));
  if (unknown === undefined) return query;
  const takes = known.length === 0 ? 'no parameters' : known.map((name) => `"${name}"`).join(' and ');
  throw badInput(`${what} takes ${takes}, and not ${quote(unknown)}. Nothing was touched.`, unknown.slice(0, 100));
}

/**
 * A DELETE has no body (RFC 9110 §9.3.5): one that says something would be understood as something else. Clients of the
 * documented API send `null` or `{}`. Throws BAD_USER_INPUT.
 */
export function assertNoBody({ body }: FastifyRequest, what: string): void {
  const isEmpty = body === undefined || body === null || (typeof body === 'object' && Object.keys(body).length === 0);
  if (!isEmpty) throw badInput(`${what} takes no body: what it is told stands in its URL. Nothing was touched.`);
}
