import type { FastifyInstance } from 'fastify';
import { seed } from '../support/push.js';
import type { MemoryStore } from '../support/registry/store.js';
import { makeImage } from './steps.js';

/** Milliseconds between two looks whether the first crawl has ended. */
const pause = 50;

/**
 * Lets the demo's registry, attached as `local`, have a past: `main` of `platform/billing/api` moves, the tag of its merged
 * pull request is deleted and can be put back, releases of the team are protected, and the website has a rule of retention
 * that runs only when asked to. Throws with the gateway's words when it refuses a step.
 */
export async function liveThrough({ server, access, store }: { server: FastifyInstance; access: string; store: MemoryStore }): Promise<void> {
  const run = createRun(server, access);
  const id = await waitForFirstCrawl(run);
  const built = '2024-09-05T10:02:11Z';
  const merged = makeImage({
    from: 'debian',
    created: built,
    format: 'oci',
    labels: { 'org.opencontainers.image.ref.name': 'main' },
    steps: [{ run: 'COPY target/billing-api /usr/bin/ # pr-17 is merged', size: 189_113, at: built }],
    cmd: ['billing-api'],
  });
  seed(store, 'platform/billing/api', 'main', merged);
  await run('mutation { deleteTags(input: { registry: "local", repository: "platform/billing/api", tags: ["pr-17"] }) { userErrors { message } } }');
  await run('mutation ($id: ID!) { setProtection(input: { registry: $id, rules: [{ repository: "team/*", tag: "1.*" }] }) { userErrors { message } } }', { id });
  await run('mutation ($id: ID!) { setRetention(input: { registry: $id, rules: [{ repository: "website", keepLast: 1 }] }) { userErrors { message } } }', { id });
}

type Run = (query: string, variables?: Record<string, unknown>) => Promise<Record<string, Record<string, unknown>>>;

function createRun(server: FastifyInstance, access: string): Run {
  return async (query, variables = {}) => {
    const answer = await server.inject({ method: 'POST', url: '/graphql', headers: { 'x-access-token': access }, payload: { query, variables } });
    const { data, errors } = answer.json<{ data?: Record<string, Record<string, unknown>>; errors?: unknown }>();
    const refusals = Object.values(data ?? {}).flatMap((field) => (field['userErrors'] as unknown[] | undefined) ?? []);
    if (!data || errors !== undefined || refusals.length > 0) throw new Error(`The demo could not be prepared: ${answer.body}`);
    return data;
  };
}

/** The registry's id. What is in memory is read within a second; a minute without it is an error. */
async function waitForFirstCrawl(run: Run): Promise<string> {
  for (let looks = 0; looks < 60_000 / pause; looks++) {
    const { registry } = await run('{ registry(name: "local") { id lastCrawl { state } } }');
    const { id, lastCrawl } = registry as { id: string; lastCrawl: { state: string } | null };
    if (lastCrawl?.state === 'SUCCEEDED') return id;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  throw new Error('The demo could not be prepared: its registry was not read within a minute.');
}
