import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildImage, buildIndex } from './support/content/images.js';
import { type GatewayProcess, startProcess } from './support/processes/gateway.js';
import { seed } from './support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from './support/registry/server.js';
import { amount } from './support/run/amount.js';
import { until } from './support/timer.js';

/** Each is a process of its own, killed at another moment. */
const kills = amount(3, 20);
/** Begun at each start, by turns of tags that share images and of a whole repository. */
const deletionsEach = 2;
const env = { ADMIN_PASSWORD: 'a good password', LOG_LEVEL: 'info' };

interface Job {
  readonly kind: string;
  readonly state: string;
  readonly done: number;
  readonly total: number;
  readonly steps: {
    readonly nodes: readonly { readonly state: string; readonly kind: string; readonly tags: readonly string[] }[];
  };
}

/** What stays in the repository, by tag. */
type Staying = ReadonlyMap<string, string>;

/**
 * Six images of two tags each and an index; with `isWhole` all go, else one tag of each image, the index, and its
 * children.
 */
function fill({ store }: MemoryRegistry, repository: string, isWhole: boolean): { asked: string[]; staying: Staying } {
  const staying = new Map<string, string>();
  const asked: string[] = [];
  for (let i = 0; i < 6; i++) {
    const image = buildImage({ labels: { repository, i: `${i}` } });
    for (const tag of [`v${i}`, `also-${i}`]) seed(store, repository, tag, image);
    asked.push(`v${i}`);
    if (!isWhole) staying.set(`also-${i}`, image.digest);
  }
  seed(
    store,
    repository,
    'multi',
    buildIndex([
      buildImage({ labels: { repository, of: 'multi' } }),
      buildImage({ arch: 'arm64', labels: { repository } }),
    ]),
  );
  asked.push('multi');
  return { asked, staying };
}

function countPlaceholders({ store }: MemoryRegistry, repository: string): number {
  return store.manifests(repository).filter(({ bytes }) => String(bytes).includes('tombstone')).length;
}

async function open(gateway: GatewayProcess) {
  const url = await gateway.listening();
  const json = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ username: 'admin', password: env.ADMIN_PASSWORD }),
  });
  const headers = {
    ...json,
    'x-access-token': `admin:${((await answer.json()) as { auth_token: string }).auth_token}`,
  };
  const post = async <T>(path: string, body: object): Promise<T> =>
    JSON.parse(
      (await (await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).text()) || 'null',
    ) as T;
  return {
    attach: (addr: string) => post('/api/registries', { name: 'r', addr }),
    ask: async <T>(query: string, variables: object = {}): Promise<T> =>
      (await post<{ data: T }>('/graphql', { query, variables })).data,
  };
}

const deleteTags =
  'mutation ($r: String!, $tags: [String!]!) { deleteTags(input: { registry: "r", repository: $r, tags: $tags, ' +
  'wait: false }) { job { id } userErrors { message } } }';
const deleteRepository =
  'mutation ($r: String!) { deleteRepository(input: { registry: "r", name: $r, wait: false }) { job { id } ' +
  'userErrors { message } } }';
const readJob =
  'query ($id: ID!) { job(id: $id) { kind: work state done total steps(first: 50) { nodes { state kind tags } } } }';

test('killed at any moment of a deletion, the next start goes on with it: nothing is done twice, nothing else goes, no placeholder stays', async () => {
  await using registry = await createMemoryRegistry({ delayMs: 2 });
  const folder = mkdtempSync(join(tmpdir(), 'gateway-killdelete-'));
  const staying = new Map<string, Staying>();
  const jobs: string[] = [];
  const processes: GatewayProcess[] = [];
  let [halfDone, placeholders] = [0, 0];
  try {
    for (let kill = 0; kill <= kills; kill++) {
      const gateway = startProcess(folder, env);
      processes.push(gateway);
      const { attach, ask } = await open(gateway);
      if (kill === 0) await attach(registry.url);
      const begun = Array.from({ length: kill < kills ? deletionsEach : 0 }, async (_, n) => {
        const [repository, isWhole] = [`app-${kill}-${n}`, n % 2 === 1];
        const filled = fill(registry, repository, isWhole);
        staying.set(repository, filled.staying);
        const answer = await ask<Record<string, { job: { id: string } | null; userErrors: unknown[] }>>(
          isWhole ? deleteRepository : deleteTags,
          { r: repository, ...(!isWhole && { tags: filled.asked }) },
        );
        const [payload] = Object.values(answer);
        expect(payload!.userErrors).toEqual([]);
        jobs.push(payload!.job!.id);
      });
      await Promise.all(begun);
      if (kill < kills) {
        const wanted = registry.requests.length + ((kill * 7) % 60);
        await until(() => registry.requests.length >= wanted, 40);
        gateway.child.kill('SIGKILL');
        await gateway.ended();
        const begunOnly = [...staying].filter(
          ([repository, tags]) => registry.store.tags(repository).length > tags.size,
        );
        halfDone += begunOnly.filter(
          ([repository]) => registry.store.tags(repository).length < 13 || countPlaceholders(registry, repository) > 0,
        ).length;
        placeholders += begunOnly.reduce((sum, [repository]) => sum + countPlaceholders(registry, repository), 0);
        continue;
      }
      // Of those that have ended, only the last fifty of a kind are kept.
      const read = async (): Promise<Job[]> =>
        (await Promise.all(jobs.map(async (id) => (await ask<{ job: Job | null }>(readJob, { id })).job))).filter(
          (job) => job !== null,
        );
      await until(async () => !(await read()).some(({ state }) => ['QUEUED', 'RUNNING'].includes(state)), 120);
      for (const { state, done, total, steps } of await read()) {
        expect([state, done]).toEqual(['SUCCEEDED', total]);
        expect(steps.nodes.filter((step) => !['DONE', 'ABSENT'].includes(step.state))).toEqual([]);
      }
      gateway.child.kill('SIGTERM');
      expect(await gateway.ended()).toBe(0);
    }
    expect(jobs).toHaveLength(kills * deletionsEach);
    const deleted = registry.requests
      .filter(({ method, status }) => method === 'DELETE' && status === 202)
      .map(({ path }) => path);
    expect(deleted.filter((path, at) => deleted.indexOf(path) !== at)).toEqual([]);
    for (const [repository, tags] of staying) {
      expect([
        repository,
        new Map(registry.store.tags(repository).map((tag) => [tag, registry.store.resolveTag(repository, tag)])),
      ]).toEqual([repository, tags]);
      expect(
        registry.store
          .manifests(repository)
          .map(({ digest }) => digest)
          .toSorted(),
      ).toEqual([...new Set(tags.values())].toSorted());
    }
    process.stdout.write(
      'Killed while deleting: ' +
        `${JSON.stringify({ kills, deletions: jobs.length, halfDone, placeholders, deletes: deleted.length })}\n`,
    );
  } finally {
    for (const { child } of processes) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}, 400_000);
