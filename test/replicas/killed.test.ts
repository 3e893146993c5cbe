import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../src/store/database/database.js';
import { openStore } from '../../src/store/engines.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { describeWhere } from '../support/processes/child.js';
import { type GatewayProcess, startProcess } from '../support/processes/gateway.js';
import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { amount } from '../support/run/amount.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../support/servers/postgres.js';
import { until } from '../support/timer.js';

/** Each is of another gateway, at another moment; every third is paused, and goes on when its work was taken over. */
const blows = amount(2, 50);
const gatewaysAtATime = 3;
/** Seconds after which what a gateway had must be another's; twice as many here, as the machine may have other work. */
const takenOverWithin = 15 * 2;

const deleteTags =
  'mutation ($repository: String!, $tags: [String!]!) { deleteTags(input: { registry: "r", repository: $repository, ' +
  'tags: $tags, wait: false }) { job { id } userErrors { message } } }';

interface Answer {
  readonly data?: { readonly deleteTags: { readonly userErrors: readonly unknown[] } };
  readonly errors?: readonly { readonly extensions: { readonly retryable: boolean } }[];
}

interface ListAnswer extends Pick<Answer, 'errors'> {
  readonly data?: { readonly repositories: { readonly nodes: readonly { name: string; tagCount: number }[] } } | null;
}

interface Running {
  readonly process: GatewayProcess;
  readonly url: string;
}

/** Five images of two tags each, of which one goes, and two that go with their tags. Gives who goes, and who stays. */
function fill({ store }: MemoryRegistry, repository: string): { asked: string[]; staying: string[] } {
  const [asked, staying]: [string[], string[]] = [[], []];
  for (let index = 0; index < 7; index++) {
    const image = buildImage({ labels: { repository, index: `${index}` } });
    seed(store, repository, `v${index}`, image);
    asked.push(`v${index}`);
    if (index >= 5) continue;
    seed(store, repository, `also-${index}`, image);
    staying.push(`also-${index}`);
  }
  return { asked, staying };
}

/** Names of jobs that have not ended, with who has their lease. */
async function listHolders(db: Kysely<Tables>): Promise<Map<string, string>> {
  const { rows } = await sql<{ name: string; holder: string }>`select name, holder_id as holder from lease
    where name like 'job %'`.execute(db);
  return new Map(rows.map(({ name, holder }) => [name, holder]));
}

describeWhere(
  postgresFolder !== null,
  "Debian's package postgresql is not installed",
  'gateways that are killed',
  () => {
    let server: PostgresServer;
    const folders: string[] = [];
    const running: Running[] = [];
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(async () => {
      for (const { process } of running) process.child.kill('SIGKILL');
      await Promise.all(running.map(({ process }) => process.ended()));
      await server.close();
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    });

    test('killed or paused at any moment, others take their deletions over: none that was acknowledged is lost, and nothing is done twice', async () => {
      await using registry = await createMemoryRegistry({ delayMs: 20 });
      const databaseUrl = await server.createDatabase();
      const env = {
        ADMIN_PASSWORD: 'a good password',
        SECRET_KEY: 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMw==',
        DATABASE_URL: databaseUrl,
        DATABASE_POOL: '5',
      };
      const start = async (): Promise<void> => {
        const folder = mkdtempSync(join(tmpdir(), 'gateway-replica-'));
        folders.push(folder);
        const process = startProcess(folder, env);
        running.push({ process, url: await process.listening() });
      };
      for (let index = 0; index < gatewaysAtATime; index++) await start();
      const database = await openStore(databaseUrl, { access: 'beside' });
      try {
        const json = { 'content-type': 'application/json' };
        const post = async (url: string, path: string, headers: object, body: object): Promise<unknown> => {
          const sent = { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) };
          return JSON.parse((await (await fetch(`${url}${path}`, sent)).text()) || 'null');
        };
        const login = { username: 'admin', password: env.ADMIN_PASSWORD };
        const { auth_token: token } = (await post(running[0]!.url, '/auth/login', {}, login)) as { auth_token: string };
        const headers = { 'x-access-token': `admin:${token}` };
        await post(running[0]!.url, '/api/registries', headers, { name: 'r', addr: registry.url });
        const takeovers: number[] = [];
        const staying = new Map<string, string[]>();
        let unacknowledged = 0;
        for (let blow = 0; blow < blows; blow++) {
          const begun = running.map(async ({ url }, index) => {
            const repository = `app-${blow}-${index}`;
            const filled = fill(registry, repository);
            const variables = { repository, tags: filled.asked };
            const answer = (await post(url, '/graphql', headers, { query: deleteTags, variables })) as Answer;
            // A busy machine may have no answer in time: what was not acknowledged may be done, or not.
            if (answer.errors?.[0]?.extensions.retryable) return void unacknowledged++;
            expect(answer).toMatchObject({ data: { deleteTags: { userErrors: [] } } });
            staying.set(repository, filled.staying);
          });
          await Promise.all(begun);
          const wanted = registry.requests.length + ((blow * 7) % 40);
          await until(() => registry.requests.length >= wanted, 40);
          const [struck] = running.splice((blow * 2) % running.length, 1);
          const before = await listHolders(database.kysely);
          const isPaused = blow % 3 === 2;
          const filter = `filter: { nameContains: "app-${blow}-" }`;
          const query = `{ repositories(first: 10, ${filter}) { nodes { name tagCount } } }`;
          const read = (url: string) => post(url, '/graphql', headers, { query });
          // What it answers now it keeps, and may have kept as it is paused.
          if (isPaused) await read(struck!.url);
          struck!.process.child.kill(isPaused ? 'SIGSTOP' : 'SIGKILL');
          const at = performance.now();
          // Its leases are those that stay with their holder until that counts as dead.
          const isLeft = async (): Promise<boolean> => {
            const now = await listHolders(database.kysely);
            const { rows } = await sql<{ id: string }>`select id from replica
            where seen_at < (extract(epoch from clock_timestamp()) * 1000)::bigint - 9000`.execute(database.kysely);
            const dead = new Set(rows.map(({ id }) => id));
            return ![...before].some(([name, holder]) => now.get(name) === holder) && dead.size === 0;
          };
          await until(isLeft, takenOverWithin);
          if (before.size > 0) takeovers.push(Math.round(performance.now() - at));
          const hasEnded = async (): Promise<boolean> => {
            const { rows } = await sql<{ left: number }>`select count(*) as left from job
            where kind <> 'CRAWL' and finished_at is null`.execute(database.kysely);
            return rows[0]!.left === 0;
          };
          await until(hasEnded, 60);
          if (isPaused) {
            // It was taken over, and finds that out for itself; it takes part again, as another.
            struck!.process.child.kill('SIGCONT');
            const first = (await read(struck!.url)) as ListAnswer;
            if (first.data) {
              const left = new Map(first.data.repositories.nodes.map(({ name, tagCount }) => [name, tagCount]));
              for (const [repository, tags] of staying)
                if (repository.startsWith(`app-${blow}-`)) expect(left.get(repository)).toBe(tags.length);
            } else expect(first.errors?.[0]?.extensions.retryable).toBe(true);
            running.push(struck!);
          } else await start();
          if (blow % 10 === 9) process.stdout.write(`Blows survived: ${blow + 1}\n`);
        }
        for (const [repository, tags] of staying) expect(registry.store.tags(repository).toSorted()).toEqual(tags);
        const { rows } = await sql<{ states: string; ends: number }>`select string_agg(distinct state, ' ') as states,
        (select count(*) from audit_entry where action = 'endOfDeletion') as ends
        from job where kind <> 'CRAWL'`.execute(database.kysely);
        const deletions = staying.size;
        expect(rows[0]!.states).toBe('SUCCEEDED');
        // Each ended once.
        expect(rows[0]!.ends - deletions).toBeGreaterThanOrEqual(0);
        expect(rows[0]!.ends - deletions).toBeLessThanOrEqual(unacknowledged);
        const placeholders = [...staying.keys()].flatMap((repository) =>
          registry.store.manifests(repository).filter(({ bytes }) => String(bytes).includes('tombstone')),
        );
        expect(placeholders).toEqual([]);
        // One that was in flight at the blow may be asked for again, and is gone then. The all-zero digest is a probe.
        const paths = registry.requests
          .filter(
            ({ method, path }) => method === 'DELETE' && path.includes('sha256:') && !path.endsWith('0'.repeat(64)),
          )
          .map(({ path }) => path);
        const again = paths.length - new Set(paths).size;
        expect(again).toBeLessThanOrEqual(blows);
        process.stdout.write(`Killed: ${JSON.stringify({ blows, deletions, unacknowledged, takeovers, again })}\n`);
      } finally {
        await database.close();
      }
    }, 3_600_000);
  },
);
