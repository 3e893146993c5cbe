import type { FastifyInstance, FastifyRequest } from 'fastify';

/** A part of the gateway, or of what it stands on, as `/readyz?verbose` shows it. */
export interface HealthPart {
  readonly part: string;
  /** `failed`: the gateway cannot do its work; `warning`: it can, and somebody should look. */
  readonly state: 'ok' | 'warning' | 'failed';
  /** A sentence of what is wrong, and one of what to do. Absent where nothing is wrong. */
  readonly message?: string;
}

/** A registry that is not well. */
export interface SickRegistry {
  readonly registry: string;
  readonly message: string;
  readonly next: string;
}

export interface HealthParts {
  /** Says what keeps the gateway from its work; null: nothing. */
  readonly findTrouble: () => Promise<string | null>;
  /** Never throws: what cannot be looked at has failed. */
  readonly listParts: () => Promise<readonly HealthPart[]>;
  /** The first of those that are not well, by name. */
  readonly listSick: () => Promise<{
    readonly registries: number;
    readonly sick: number;
    readonly first: readonly SickRegistry[];
  }>;
  /** Whether a request is of somebody who may read what registries are called. Throws for a token that is not valid. */
  readonly mayRead: (request: FastifyRequest) => Promise<boolean>;
}

type Verbose = { Querystring: { verbose?: string } };

/**
 * `/livez`: the process answers. `/readyz`: it can do its work; a sick registry never turns it red. `/readyz?verbose`
 * says it of each part: strangers are told the state of each, readers what is wrong, which registries are not well, and
 * what to do.
 */
export function registerHealth(server: FastifyInstance, parts: HealthParts): void {
  server.get('/livez', { config: { isRoutine: true } }, async () => ({ status: 'ok' }));
  server.get<Verbose>('/readyz', { config: { isRoutine: true } }, async (request, reply) => {
    const trouble = await parts.findTrouble().catch(() => 'The database does not answer.');
    reply.code(trouble === null ? 200 : 503);
    const { verbose } = request.query;
    if (verbose === undefined || verbose === '0' || verbose === 'false') return reply.send({ status: trouble ?? 'ok' });
    // Whoever reads cannot be told from a stranger while the database does not answer.
    const mayRead = trouble === null && (await parts.mayRead(request));
    return reply.send({ status: trouble ?? 'ok', ...(await describe(parts, mayRead)) });
  });
}

async function describe({ listParts, listSick }: HealthParts, mayRead: boolean): Promise<object> {
  const [parts, found] = await Promise.all([listParts(), listSick().catch(() => null)]);
  const registries: HealthPart = { part: 'registries', state: found === null || found.sick > 0 ? 'warning' : 'ok' };
  if (!mayRead) return { parts: [...parts, registries].map(({ part, state }) => ({ part, state })) };
  if (found === null) return { parts: [...parts, { ...registries, message: 'Their state could not be read.' }] };
  const said = {
    ...registries,
    ...(found.sick > 0 && { message: `${found.sick} of ${found.registries} registries are not well.` }),
  };
  return { parts: [...parts, said], sickRegistries: found.first };
}
