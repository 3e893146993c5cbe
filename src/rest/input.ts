import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { maxGrants, rights } from '../domain/grant.js';
import { quote } from '../domain/name.js';
import { badInput } from '../errors.js';
import { wrongValue } from '../http/problem.js';

/** `POST /auth/login`. */
export const loginBody = z.object({ username: z.string(), password: z.string() });

/** `POST /auth/device/token`, for the document: src/signon/device.ts reads it. */
export const deviceHandle = z.object({ handle: z.string().describe('As `POST /auth/device` gave it.') });

/** Settings of a registry besides its name and address; null, and absent: none. */
const registrySettings = {
  username: z.string().nullish().describe('What it is shown, with the password.'),
  password: z.string().nullish().describe('Stored sealed, and never given back.'),
  ca_certificate: z.string().nullish().describe('PEM of the CA that signed its certificate, or of that certificate.'),
  client_certificate: z.string().nullish().describe('PEM of a certificate to show it, over https only.'),
  client_key: z.string().nullish().describe("PEM of that one's key, not encrypted."),
  auth_realm: z.string().nullish().describe('The token server, on another host, that the credentials may be sent to.'),
  followed_repositories: z
    .array(z.string())
    .nullish()
    .describe('Names and patterns of what to read; none: all that its catalogue lists.'),
  proxy: z
    .string()
    .nullish()
    .describe(
      "`http://host:port`, or `none`: it is asked directly; null: by the proxies of the gateway's environment.",
    ),
  proxy_username: z.string().nullish().describe('What that proxy is shown.'),
  proxy_password: z.string().nullish().describe("That one's password."),
  pull_host: z
    .string()
    .nullish()
    .describe('The host that clients pull from, `registry.example.com:5000`, where it is not that of `addr`.'),
  events_secret: z.string().nullish().describe('The secret of its notifications, 16 characters or more.'),
};

/** `POST /api/registries`. Those behind `password` are the gateway's own; keys it does not know are left alone. */
export const registryBody = z.object({
  name: z.string().describe('A unique name: letters, digits, ".", "_" and "-".'),
  addr: z.string().describe('With the scheme: `https://registry.example.com`.'),
  ...registrySettings,
  tls_skip_verify: z.boolean().nullish().describe('Do not check its certificate.'),
  max_age: z.number().int().nullish().describe('Seconds after which it is asked again: 0 to 86,400.'),
});

/**
 * `PATCH /api/registries/:name`: what is left out stays as it is, and null removes what need not be there. A key that
 * is not known is refused: whoever mistypes a setting must not find it unchanged.
 */
export const registryChanges = z.strictObject({
  name: z.string().optional().describe('A new unique name.'),
  addr: z.string().optional().describe('Credentials are kept only while scheme, host and port stay the same.'),
  ...registrySettings,
  tls_skip_verify: z.boolean().optional().describe('Do not check its certificate.'),
  max_age: z.number().int().optional().describe('Seconds after which it is asked again: 0 to 86,400.'),
});

const { pull_host: _pull, events_secret: _secret, ...connectionSettings } = registrySettings;

/** `POST /api/registries/test`. A key that is not known is refused: whoever mistypes a setting tests another. */
export const testBody = z.strictObject({
  addr: z.string().describe('With the scheme: `https://registry.example.com`.'),
  repository: z.string().nullish().describe('The one whose tags are asked for; none: the first that it lists.'),
  ...connectionSettings,
  tls_skip_verify: z.boolean().nullish().describe('Do not check its certificate.'),
});
export type GivenSettings = z.infer<typeof registryBody> | z.infer<typeof registryChanges>;

/** `POST /api/deletions`. A key that is not known is refused: whoever mistypes a filter must not delete more. */
export const selectionBody = z.strictObject({
  registries: z.array(z.string()).nullish().describe('Only of these, each by its name or UUID.'),
  repositories: z.array(z.string()).nullish().describe('Only of repositories of these patterns: `team/*`.'),
  namespace: z.string().nullish().describe('Only of repositories below this.'),
  tags: z.string().nullish().describe('Only tags of this pattern: `pr-*`.'),
  semver: z.string().nullish().describe('Only versions in a range as npm writes it.'),
  pushed_before: z.iso.datetime({ offset: true }).nullish().describe('Only tags that were last pushed before.'),
  dry_run: z.boolean().nullish().describe('Only say what would go.'),
  plan_token: z.string().nullish().describe('Of a dry run: just that plan is executed, or nothing.'),
});

/** A right in a place; the registry is `*` for every one. */
const namedGrant = z.object({
  registry: z.string().describe('Its name or UUID; `*` for every one.'),
  repositories: z.string().describe('A pattern of full names.'),
  right: z.enum(rights).describe('What it gives; each has those before it.'),
});
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

/**
 * Throws BAD_USER_INPUT: with 400 where there is no body, as with one that is no JSON, and with 422 naming the key that
 * is wrong.
 */
export function readBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const isObject = 'The body must be a JSON object.';
  if (body === undefined) throw badInput(isObject);
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    throw wrongValue(`The body's ${quote(key)} is not known here. Nothing was changed.`, key.slice(0, 100));
  }
  const path = issue?.path.map(String) ?? [];
  throw path.length > 0
    ? wrongValue(`The body's "${path.join('.')}" is not what it must be: ${issue!.message}.`, ...path)
    : wrongValue(isObject);
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
