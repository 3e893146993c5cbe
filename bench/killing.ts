import { setTimeout as wait } from 'node:timers/promises';
import { buildImage } from '../test/support/content/images.js';
import { seed } from '../test/support/content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../test/support/registry/server.js';
import { askGateway, type GatewayReady, readOnce } from './asking.js';
import type { Installation, Scale } from './installation.js';
import { attach, waitUntilCrawled } from './live.js';
import { inTurn, type Served, serve } from './load.js';
import { report } from './report.js';

const replicas = 3;
const name = 'killed';
const repository = 'app';
/** Tags of one deletion. */
const together = 4;
/** Seconds from one kill to the next, and that what was acknowledged may take after the last. */
const pause = 3;
const longest = 90;

/**
 * Gateways that are killed at random (kill -9) and started again, under load and with deletions under way: whatever was
 * acknowledged is done once, and no request fails but those under way at the killed one.
 */
export async function benchKilling({ url, server }: Installation, { kills }: Scale): Promise<void> {
  await using registry = await createMemoryRegistry({ strict: true });
  const tags = Array.from({ length: kills * together * 4 }, (_, at) => `v${at}`);
  for (const tag of tags) seed(registry.store, repository, tag, buildImage({ labels: { of: tag } }));
  const gateways: Slot[] = [];
  for (let at = 0; at < replicas; at++) gateways.push({ served: await serve<GatewayReady>('./gateway.js', url) });
  const first = inTurn(gateways, 0);
  await attach(first.served!.ready, registry.url, { name, maxAge: 86_400 });
  await waitUntilCrawled(first.served!.ready, name, longest);
  const load = keepBusy(gateways, tags);
  for (let kill = 0; kill < kills; kill++) {
    await wait(pause * 1000);
    const slot = inTurn(gateways, Math.floor(Math.random() * replicas));
    const killed = slot.served!;
    slot.served = null;
    await killed.kill();
    slot.served = await serve<GatewayReady>('./gateway.js', url);
  }
  const { acknowledged, failed, requests } = await load.end();
  await waitUntilDone(server.run.bind(null, url), registry, acknowledged);
  for (const { served } of gateways) await served?.[Symbol.asyncDispose]();
  const of = `${kills} times kill -9 of one of ${replicas} gateways, ${acknowledged.length} tags deleted`;
  const left = acknowledged.filter((tag) => isThere(registry, tag));
  const undone = await server.run(url, "select count(*) from job where kind = 'DELETE_TAGS' and state <> 'SUCCEEDED'");
  report({ case: `${of}: acknowledged and not done`, value: left.length, unit: 'tags', target: ['<=', 0] });
  report({ case: `${of}: jobs that did not succeed`, value: Number(undone), unit: 'jobs', target: ['<=', 0] });
  report({ case: `${of}: deleted twice`, value: countTwice(registry), unit: 'requests', target: ['<=', 0] });
  report({
    case: `${of}: requests failed elsewhere`,
    value: failed.length,
    unit: 'requests',
    target: ['<=', 0],
    requests,
  });
  for (const why of new Set(failed)) process.stderr.write(`${why}\n`);
}

/** null while it is being started. */
interface Slot {
  served: Served<GatewayReady> | null;
}

interface Busy {
  /** Tags whose deletion was answered with a job. */
  readonly acknowledged: string[];
  /** Why requests failed at gateways that were not killed meanwhile. */
  readonly failed: string[];
  requests: number;
}

const mutation = `mutation D($input: DeleteTagsInput!) { deleteTags(input: $input)
  { job { id } userErrors { message } } }`;
const reading = `{ registry(name: "${name}") { repositories(first: 5)
  { nodes { name tags(first: 10) { nodes { name } } } } } }`;

/** Deletes and reads by turns, each time at another gateway. */
function keepBusy(gateways: readonly Slot[], tags: readonly string[]): { end(): Promise<Busy> } {
  const busy: Busy = { acknowledged: [], failed: [], requests: 0 };
  const state = { isOver: false, next: 0 };
  const run = async (caller: number): Promise<void> => {
    for (let at = caller; !state.isOver; at++, await wait(30)) {
      const slot = inTurn(gateways, at);
      const { served } = slot;
      if (served === null) continue;
      const some = at % 5 === 0 ? tags.slice(state.next, (state.next += together)) : [];
      const input = { registry: name, repository, tags: some, wait: false };
      const target =
        some.length > 0 ? askGateway(served.ready, { input }, mutation) : askGateway(served.ready, {}, reading);
      busy.requests += 1;
      try {
        const { body } = await readOnce(target);
        if (body.includes('"errors"')) throw new Error(body.slice(0, 300));
        if (body.includes('"job":{"id"')) busy.acknowledged.push(...some);
      } catch (error) {
        if (slot.served === served) busy.failed.push(String(error).slice(0, 300));
      }
    }
  };
  const running = [0, 1, 2, 3].map(run);
  return {
    async end() {
      state.isOver = true;
      await Promise.all(running);
      return busy;
    },
  };
}

function isThere({ store }: MemoryRegistry, tag: string): boolean {
  return store.resolveTag(repository, tag) !== null;
}

async function waitUntilDone(
  run: (statements: string) => Promise<string>,
  registry: MemoryRegistry,
  acknowledged: readonly string[],
): Promise<void> {
  const open = "select count(*) from job where kind = 'DELETE_TAGS' and finished_at is null";
  for (let waited = 0; waited < longest; waited++, await wait(1000))
    if ((await run(open)) === '0' && !acknowledged.some((tag) => isThere(registry, tag))) return;
}

/** Requests to delete what another had deleted, and that were taken. */
function countTwice({ requests }: MemoryRegistry): number {
  const taken = requests.filter(({ method, status }) => method === 'DELETE' && status === 202).map(({ path }) => path);
  return taken.length - new Set(taken).size;
}
