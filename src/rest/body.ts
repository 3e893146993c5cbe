import { z } from 'zod';
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
