import type { FastifyInstance } from 'fastify';
import type { MemoryStore } from './registry/store.js';

const api = 'platform/billing/api';

/** Milliseconds between two looks whether the first crawl has ended. */
const pause = 50;

interface Life {
  readonly server: FastifyInstance;
  /** `username:token`. */
  readonly access: string;
  readonly store: MemoryStore;
}

/**
 * Lets the demo's registry, attached as `local`, have a past: `main` of `platform/billing/api` moves, the tag of its
 * merged pull request is deleted and can be put back, releases of the team are protected, and the website has a rule of
 * retention that runs only when asked to. Throws with the gateway's words when it refuses a step.
 */
export async function liveThrough({ server, access, store }: Life): Promise<void> {
  const run = createRun(server, access);
  const id = await waitForFirstCrawl(run);
  // Merged by fast-forward: the image stays in the registry under `main`, so that the tag can be put back on it.
  store.setTag(api, 'main', store.resolveTag(api, 'pr-17') ?? '');
  await run(
    `mutation ($repository: String!) {
      deleteTags(input: { registry: "local", repository: $repository, tags: ["pr-17"] }) { userErrors { message } }
    }`,
    { repository: api },
  );
  await run(
    `mutation ($id: ID!) {
      setProtection(input: { id: $id, rules: [{ repository: "team/*", tag: "1.*" }] }) { userErrors { message } }
      setRetention(input: { id: $id, rules: [{ repository: "website", keepLast: 1 }] }) { userErrors { message } }
    }`,
    { id },
  );
}

type Fields = Record<string, Record<string, unknown>>;
type RunQuery = (query: string, variables?: Record<string, unknown>) => Promise<Fields>;

function createRun(server: FastifyInstance, access: string): RunQuery {
  return async (query, variables = {}) => {
    const headers = { 'x-access-token': access };
    const answer = await server.inject({ method: 'POST', url: '/graphql', headers, payload: { query, variables } });
    const { data, errors } = answer.json<{ data?: Fields; errors?: unknown }>();
    const isRefused = (field: Fields[string] | null): boolean =>
      (field?.['userErrors'] as unknown[] | undefined)?.length !== 0;
    const mutated = query.startsWith('mutation') ? Object.values(data ?? {}) : [];
    if (!data || errors !== undefined || mutated.some(isRefused)) {
      throw new Error(`The demo could not be prepared: ${answer.body}`);
    }
    return data;
  };
}

/** The registry's id. What is in memory is read within a second; a minute without it is an error. */
async function waitForFirstCrawl(run: RunQuery): Promise<string> {
  for (let looks = 0; looks < 60_000 / pause; looks++) {
    const { registry } = await run('{ registry(name: "local") { id lastCrawl { state } } }');
    const { id, lastCrawl } = registry as { id: string; lastCrawl: { state: string } | null };
    if (lastCrawl?.state === 'SUCCEEDED') return id;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  throw new Error('The demo could not be prepared: its registry was not read within a minute.');
}
