import { assert, asyncProperty, pre } from 'fast-check';
import { type TestCatalogue, createTestCatalogue } from '../support/worlds/catalogue.js';
import { describeWith, type Distribution, startDistribution } from '../support/servers/distribution.js';
import {
  anyGraph,
  buildGraph,
  type Expected,
  foretell,
  type Graph,
  type GraphSpec,
} from '../support/content/graphs.js';
import type { Built } from '../support/content/images.js';
import { push, seed, send } from '../support/content/push.js';
import { type Recorded, startRecorder } from '../support/servers/recorder.js';
import type { Flavour } from '../support/registry/options.js';
import { amount } from '../support/run/amount.js';
import { createMemoryRegistry } from '../support/registry/server.js';

const graphsEach = amount(25, 100);

/** A registry to delete from, and what it was asked for. */
interface Site extends AsyncDisposable {
  /** Not through the gateway, and not recorded. */
  readonly url: string;
  readonly gateway: TestCatalogue;
  readonly flavour: Flavour;
  put(repository: string, tag: string, built: Built): Promise<void>;
  takeRequests(): readonly Recorded[];
}

async function openMemory(flavour: Flavour): Promise<Site> {
  const registry = await createMemoryRegistry({ flavour });
  const gateway = await createTestCatalogue();
  await gateway.attach('r', registry.url);
  return {
    url: registry.url,
    gateway,
    flavour,
    put: async (repository, tag, built) => seed(registry.store, repository, tag, built),
    takeRequests() {
      const taken = [...registry.requests];
      registry.forget();
      return taken;
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await registry.close();
    },
  };
}

async function openReal(registry: Distribution): Promise<Site> {
  const recorder = await startRecorder(registry.url);
  const gateway = await createTestCatalogue();
  await gateway.attach('r', recorder.url);
  return {
    url: registry.url,
    gateway,
    flavour: '2.8',
    put: (repository, tag, built) => push(registry.url, repository, tag, built),
    takeRequests() {
      const taken = [...recorder.requests];
      recorder.forget();
      return taken;
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await recorder[Symbol.asyncDispose]();
      await registry.close();
    },
  };
}

interface Plan {
  readonly tags: readonly { name: string }[];
  readonly alsoRemovedTags: readonly { name: string }[];
  readonly keepingImage: readonly { name: string }[];
  readonly manifests: readonly string[];
  readonly orphanedReferrers: readonly { digest: string }[];
  readonly reclaimable: number;
  readonly leavesEmptyRepository: boolean;
  readonly upstreamRequests: number;
  readonly token: string;
}

interface Payload {
  readonly plan: Plan | null;
  readonly job: { state: string } | null;
  readonly userErrors: readonly { code: string; message: string }[];
}

const fields = `plan { tags { name } alsoRemovedTags { name } keepingImage { name } manifests orphanedReferrers
  { digest } reclaimable leavesEmptyRepository upstreamRequests token }
  job { state } userErrors { code message }`;
const mutations = {
  tags: `mutation ($input: DeleteTagsInput!) { payload: deleteTags(input: $input) { ${fields} } }`,
  repository: `mutation ($input: DeleteRepositoryInput!) { payload: deleteRepository(input: $input) { ${fields} } }`,
};

async function runDeletion(
  { gateway }: Site,
  repository: string,
  way: GraphSpec['way'],
  tags: readonly string[],
  more: object,
): Promise<Payload> {
  const input =
    way === 'repository'
      ? { registry: 'r', name: repository, ...more }
      : { registry: 'r', repository, tags, withSiblings: way === 'siblings', ...more };
  const { data, codes } = await gateway.query<{ payload: Payload }>(
    way === 'repository' ? mutations.repository : mutations.tags,
    { input },
  );
  expect(codes).toEqual([]);
  expect(data.payload.userErrors).toEqual([]);
  return data.payload;
}

const named = (some: readonly { name: string }[]): string[] => some.map(({ name }) => name).toSorted();

function expectPlanned(plan: Plan, { tags }: Graph, expected: Expected): void {
  expect(named(plan.tags)).toEqual([...tags.keys()].filter((name) => !expected.staying.has(name)).toSorted());
  expect(named(plan.alsoRemovedTags)).toEqual(expected.also.toSorted());
  expect(named(plan.keepingImage)).toEqual(expected.alone.toSorted());
  expect(plan.manifests.toSorted()).toEqual([...expected.gone].toSorted());
  expect(plan.orphanedReferrers.map(({ digest }) => digest).toSorted()).toEqual([...expected.orphaned].toSorted());
  expect([plan.reclaimable, plan.leavesEmptyRepository]).toEqual([expected.reclaimable, expected.staying.size === 0]);
}

/** Writes that were carried out. The probes' never are. */
function writesOf(requests: readonly Recorded[], method: string): string[] {
  return requests
    .filter((one) => one.method === method && one.status < 300)
    .map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
}

/** Each manifest once, each tag once, and each placeholder that was put taken away again. */
function expectEachOnce(requests: readonly Recorded[], flavour: Flavour, { gone, alone }: Expected): void {
  const [deleted, put] = [writesOf(requests, 'DELETE'), writesOf(requests, 'PUT')];
  expect(deleted.filter((one) => gone.has(one)).toSorted()).toEqual([...gone].toSorted());
  const others = deleted.filter((one) => !gone.has(one));
  if (flavour === '3.1') expect([put, others.toSorted()]).toEqual([[], alone.toSorted()]);
  else {
    expect(put.toSorted()).toEqual(alone.toSorted());
    expect([others.length, new Set(others).size]).toEqual([alone.length, alone.length]);
  }
  expect(requests.filter(({ method }) => method === 'POST')).toEqual([]);
}

/** Every tag that stays points to what it did and is whole; what was to go is gone. */
async function expectLeft(site: Site, repository: string, { staying, kept, gone }: Expected): Promise<void> {
  const base = `${site.url}/v2/${repository}`;
  const accept = {
    accept: [
      ...new Set([...staying.values()].map(({ mediaType }) => mediaType)),
      'application/vnd.oci.image.index.v1+json',
      'application/vnd.oci.image.manifest.v1+json',
      'application/vnd.docker.distribution.manifest.v2+json',
    ].join(', '),
  };
  const { tags } = JSON.parse(String((await send('GET', `${base}/tags/list`)).body)) as { tags: string[] | null };
  expect((tags ?? []).toSorted()).toEqual([...staying.keys()].toSorted());
  for (const [name, { digest }] of staying)
    expect((await send('HEAD', `${base}/manifests/${name}`, {}, accept)).headers['docker-content-digest']).toBe(digest);
  for (const digest of kept)
    expect([digest, (await send('HEAD', `${base}/manifests/${digest}`, {}, accept)).status]).toEqual([digest, 200]);
  for (const digest of gone)
    expect([digest, (await send('HEAD', `${base}/manifests/${digest}`, {}, accept)).status]).toEqual([digest, 404]);
}

let graphs = 0;
/** Requests that plans foretold, and that were sent. */
const requests = { planned: 0, sent: 0 };

async function checkGraph(site: Site, spec: GraphSpec): Promise<void> {
  const id = `g${graphs++}`;
  const graph = buildGraph(spec, id);
  pre(spec.way === 'repository' || graph.asked.length > 0);
  const [repository, other] = [`app-${id}`, `other-${id}`];
  for (const [tag, built] of graph.tags) await site.put(repository, tag, built);
  for (const [i, built] of graph.elsewhere.entries()) await site.put(other, `e${i}`, built);
  if (graph.elsewhere.length > 0)
    expect(
      (
        await site.gateway.query('query ($name: String!) { repository(registry: "r", name: $name) { tagCount } }', {
          name: other,
        })
      ).codes,
    ).toEqual([]);
  const expected = foretell(graph, spec.way);
  site.takeRequests();

  const { plan } = await runDeletion(site, repository, spec.way, graph.asked, { dryRun: true });
  expectPlanned(plan!, graph, expected);
  expect(site.takeRequests().filter(({ method, status }) => !['GET', 'HEAD'].includes(method) && status < 300)).toEqual(
    [],
  );

  const { job } = await runDeletion(site, repository, spec.way, graph.asked, { planToken: plan!.token });
  expect(job).toEqual({ state: 'SUCCEEDED' });
  const sent = site.takeRequests();
  expectEachOnce(sent, site.flavour, expected);
  await expectLeft(site, repository, expected);
  site.takeRequests();
  requests.planned += plan!.upstreamRequests;
  requests.sent += sent.length;
}

/** Some are looked at once more than foretold, when a step took long. */
function expectForetold(): void {
  const ratio = requests.sent / requests.planned;
  expect([ratio, ratio >= 0.95 && ratio <= 1.2]).toEqual([ratio, true]);
  Object.assign(requests, { planned: 0, sent: 0 });
}

describe.each<Flavour>(['2.8', '3.1'])('of any tags of any graph, on a registry like distribution %s', (flavour) => {
  test('those asked for go, each thing once, and all that stays is whole', async () => {
    await using site = await openMemory(flavour);
    await assert(
      asyncProperty(anyGraph, (spec) => checkGraph(site, spec)),
      { numRuns: graphsEach },
    );
    expectForetold();
  }, 600_000);
});

describeWith('docker-registry', 'of any tags of any graph, on a real docker-registry', () => {
  test('those asked for go, each thing once, and all that stays is whole', async () => {
    await using site = await openReal(await startDistribution());
    await assert(
      asyncProperty(anyGraph, (spec) => checkGraph(site, spec)),
      { numRuns: graphsEach },
    );
    expectForetold();
  }, 600_000);
});
