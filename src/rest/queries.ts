import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { eventKinds } from '../domain/event.js';
import { jobKinds, jobStates } from '../domain/job.js';
import { maxPageSize } from '../domain/page.js';
import { badInput, GatewayError } from '../errors.js';
import { assertParameters, type Query } from './input.js';

/** Items of a page where a request does not say how many. */
const usualLimit = maxPageSize;

const text = z.string({ error: 'is given once' });
const flag = z.enum(['true', 'false'], { error: 'is true or false, and given once' }).optional();
const fullName = z.string({ error: 'is needed, once: the full name of a repository' }).describe('The full name.');

/** Keys of an order, the other way round with a `-` before it. */
function orderBy<const T extends string>(...keys: readonly T[]) {
  const values = keys.flatMap((key) => [key, `-${key}`] as const);
  return z
    .enum(values, { error: `is one of ${values.join(', ')}, and given once` })
    .optional()
    .describe('The key to order by, turned round with `-` before it.');
}

function oneOf<const T extends readonly string[]>(values: T) {
  return z.enum(values, { error: `is one of ${values.join(', ')}, and given once` }).optional();
}

const limitRule = `is a whole number from 1 to ${maxPageSize}, and given once`;

/** Of every list that has pages. */
const page = {
  limit: z
    .string({ error: limitRule })
    .regex(/^\d{1,3}$/, { error: limitRule })
    .transform(Number)
    .pipe(z.number().min(1, { error: limitRule }).max(maxPageSize, { error: limitRule }))
    .default(usualLimit)
    .describe('Items of a page at the most.')
    .meta({ wire: { type: 'integer', minimum: 1, maximum: maxPageSize, default: usualLimit } }),
  cursor: text.optional().describe('The one that the `Link` of the page before has.'),
};

const format = z
  .enum(['csv'], { error: 'is csv, and given once' })
  .optional()
  .describe('`csv`: all of the list as a table in `text/csv`, without pages.');

const nameContains = text.optional().describe('Only those whose names have this in them.');

/** `GET /api/registries/:name/repositories`. */
export const repositoriesQuery = z.object({
  ...page,
  name_contains: nameContains,
  namespace: text.optional().describe('All before the last slash of the name; empty for names without one.'),
  order: orderBy('name', 'size', 'tag_count', 'updated_at'),
  format,
});
export type RepositoriesQuery = z.infer<typeof repositoriesQuery>;

/** `GET /api/registries/:name/tags`. */
export const tagsQuery = z.object({
  ...page,
  repository: fullName,
  name_contains: nameContains,
  order: orderBy('name', 'semver', 'size', 'updated_at'),
  format,
});

/** `GET /api/registries/:name/tags/:tag`. */
export const tagQuery = tagsQuery.pick({ repository: true });

/** `GET /api/registries/:name/repositories/*`. */
export const repositoryQuery = z.object({
  job: text.optional().describe('Reads that job in the place of the repository: where a `Location` leads.'),
});

/** `DELETE /api/registries/:name/repositories/*`. */
export const deletionQuery = z.object({
  dry_run: flag.describe('`true`: plans it, and touches nothing.'),
  plan_token: text.optional().describe('Executes just that plan, or nothing.'),
});

/** `DELETE /api/registries/:name/tags/:tag`. */
export const tagDeletionQuery = deletionQuery.extend({
  repository: fullName,
  with_siblings: flag.describe('`true`: with all tags of its image.'),
});

/** `POST /api/registries/:name/refresh`. */
export const refreshQuery = z.object({ repository: text.optional().describe('That one, by its full name.') });

/** `GET /api/events`; it reads `registry` and `kind` given once, too. */
export const eventsQuery = z.object({
  after: text.optional().describe('The id of the last event that one has; left out: from now on.'),
  registry: z.array(z.string()).optional().describe('Only of these registries, each by its name or UUID.'),
  repository: text.optional().describe('Only of the repository of this name.'),
  kind: z.array(z.enum(eventKinds)).optional().describe('Only of these kinds.'),
});

/** `GET /api/jobs`. */
export const jobsQuery = z.object({
  ...page,
  registry: text.optional().describe('Only of the registry of this name.'),
  kind: oneOf(jobKinds).describe('Only of this kind.'),
  state: oneOf(jobStates).describe('Only in this state.'),
});

/** `GET /api/jobs/:id/pieces`. */
export const piecesQuery = z.object({ ...page, state: oneOf(jobStates).describe('Only in this state.') });

/** `POST /api/jobs/:id/undo`. */
export const undoQuery = z.object({ dry_run: flag.describe('`true`: only say what can come back.') });

/** `GET /api/search`. */
export const searchQuery = z.object({
  ...page,
  q: z.string({ error: 'is needed, once: what to search for' }).describe('What to search for.'),
});

/** Browsers' libraries add it to have no cache answer: it says nothing, and is passed over. */
export const cacheBuster = '_';

/**
 * Reads the parameters of a route. Throws BAD_USER_INPUT naming the one that is wrong, or not known here. `what` is
 * "A list of tags".
 */
export function readQuery<T extends z.ZodObject>(schema: T, request: FastifyRequest, what: string): z.infer<T> {
  return parseQuery(schema, assertParameters(request, what, [...Object.keys(schema.shape), cacheBuster]));
}

/** The same of a route that changes something, which passes over nothing. */
export function readWriteQuery<T extends z.ZodObject>(schema: T, request: FastifyRequest, what: string): z.infer<T> {
  return parseQuery(schema, assertParameters(request, what, Object.keys(schema.shape)), ' Nothing was touched.');
}

function parseQuery<T extends z.ZodObject>(schema: T, query: Query, end = ''): z.infer<T> {
  const result = schema.safeParse({ ...query });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const [name = ''] = issue?.path.map(String) ?? [];
  throw badInput(`The parameter "${name}" ${issue!.message}.${end}`, name);
}

/** As GraphQL has it: `-updated_at` is `{ field: 'UPDATED_AT', direction: 'DESC' }`. */
export function toOrder<T extends string>(
  order: T | `-${T}`,
): { readonly field: Uppercase<T>; readonly direction: 'ASC' | 'DESC' } {
  const isDown = order.startsWith('-');
  const field = (isDown ? order.slice(1) : order).toUpperCase() as Uppercase<T>;
  return { field, direction: isDown ? 'DESC' : 'ASC' };
}

/**
 * Reads a page. What is wrong with it is told of by the names that parameters have here; `names` has them by the names
 * of arguments.
 */
export async function readAt<T>(
  cursor: string | undefined,
  read: (after: string | null) => Promise<T>,
  names: Readonly<Record<string, string>> = {},
): Promise<T> {
  try {
    return await read(cursor ?? null);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'BAD_USER_INPUT') throw error;
    const [argument = ''] = error.facts.path ?? [];
    if (argument === 'after')
      throw badInput(
        'The parameter "cursor" is none of this list with these filters and this order: follow the "Link" of the ' +
          'page before, or begin without one.',
        'cursor',
      );
    const name = names[argument];
    throw name === undefined ? error : badInput(error.message.replace(`"${argument}"`, `"${name}"`), name);
  }
}
