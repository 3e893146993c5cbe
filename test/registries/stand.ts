import { isFullRun } from '../support/run/amount.js';
import { systemTimer } from '../../src/timer.js';
import { describeWhere } from '../support/processes/child.js';
import { type GraphQLAnswer, startGateway, type TestGateway } from '../support/worlds/gateway.js';
import { type Built, buildImage, buildIndex } from '../support/content/images.js';
import type { Site, Subject } from './subjects.js';

export interface Failure {
  readonly subject?: string;
  readonly code: string;
  readonly message: string;
  /** Seconds. */
  readonly retryAfter?: number | null;
}

export interface JobView {
  readonly id: string;
  readonly state: string;
  readonly failures: readonly Failure[];
}

/** Of a deletion, tried or carried out. */
export interface Outcome {
  readonly plan: { readonly tagCount: number; readonly manifestCount: number; readonly token: string } | null;
  readonly job: JobView | null;
  readonly userErrors: readonly Failure[];
}

export interface Restored {
  readonly tag: { readonly digest: string | null } | null;
  readonly previousDigest: string | null;
  readonly userErrors: readonly Failure[];
}

/** `team/app:v1` to its digest. */
export type Shown = Readonly<Record<string, string | null>>;

/** One registry, attached to a gateway; what clients of the gateway see and do there. */
export interface Stand {
  readonly subject: Subject;
  readonly site: Site;
  readonly gateway: TestGateway;
  /** Its name at the gateway. */
  readonly registry: string;
  /** Runs GraphQL as the admin, again when it is told to come back later. */
  readonly ask: <T>(source: string, variables?: Record<string, unknown>) => Promise<GraphQLAnswer<T>>;
  /** The same; fails on an error that is not a payload's. */
  readonly query: <T>(source: string, variables?: Record<string, unknown>) => Promise<T>;
  /** Reads it whole, and gives the job. */
  readonly refresh: () => Promise<JobView>;
  /** What is shown, as it stands. */
  readonly show: () => Promise<Shown>;
  /** Reads it again, at most five times, until just these can be read of what is shown. */
  readonly expectShown: (expected: Shown) => Promise<void>;
  readonly deleteTags: (tags: readonly string[], more?: object) => Promise<Outcome>;
  readonly deleteRepository: (more?: object) => Promise<Outcome>;
  readonly restoreTag: (input: object) => Promise<Restored>;
}

export type Behaviour = (stand: Stand) => Promise<void>;

export const secret = 'a-secret-of-the-stand-1';
export const image = buildImage({ labels: { image: 'one' } });
export const newer = buildImage({ labels: { image: 'newer' } });
export const locked = buildImage({ labels: { image: 'locked' } });
export const arm = buildImage({ arch: 'arm64', labels: { image: 'arm' } });
export const index = buildIndex([buildImage({ arch: 'amd64', labels: { of: 'index' } }), arm], { attestation: true });

/**
 * Every registry holds this when a behaviour begins: two tags of one image, an index with its children, and another
 * repository.
 */
const content: readonly (readonly [string, string, Built])[] = [
  ['team/app', 'v1.9.0', image],
  ['team/app', 'v1.10.0', image],
  ['team/app', 'multi', index],
  ['team/app', 'immutable', locked],
  ['team/tool', 'v1.0.0', newer],
];
export const before: Shown = Object.fromEntries(
  content.map(([repository, tag, { digest }]) => [`${repository}:${tag}`, digest]),
);

/** What is left of what was before, without these. */
export const without = (...gone: readonly string[]): Shown =>
  Object.fromEntries(Object.entries(before).filter(([name]) => !gone.includes(name)));
export const tagsOf = (shown: Shown, repository: string): string[] =>
  Object.keys(shown)
    .filter((name) => name.startsWith(`${repository}:`))
    .map((name) => name.slice(repository.length + 1))
    .toSorted();

const jobFields = 'id state failures { subject code message }';
const payload =
  `plan { tagCount manifestCount token } job { ${jobFields} } userErrors { code message ... on ` +
  'UpstreamFailedError { retryAfter } }';
const names = ['team/app', 'team/tool'];

/** Attaches it under a name of its own. The codes of the payload's errors, none when it is attached. */
export async function attach(
  gateway: TestGateway,
  { abilities }: Subject,
  { addr }: Site,
  name: string,
  more: object = {},
): Promise<string[]> {
  const { account, follows } = abilities;
  const input = {
    name,
    addr,
    maxAge: 3600,
    eventsSecret: secret,
    credentials: account,
    ...(follows && { followedRepositories: names }),
    ...more,
  };
  const mutation =
    'mutation ($input: AddRegistryInput!) { addRegistry(input: $input) { userErrors { code message ... on ' +
    'UpstreamFailedError { retryAfter } } } }';
  const { body } = await patiently(
    () => gateway.graphql<{ addRegistry: { userErrors: Failure[] } }>(mutation, { input }),
    ({ body }) => body.data?.addRegistry.userErrors ?? [],
  );
  expect(body.errors ?? []).toEqual([]);
  return body.data!.addRegistry.userErrors.map(({ code }) => code);
}

/** One table: each behaviour over each subject, all of a subject on one gateway. */
export function describeSubjects(subjects: readonly Subject[], behaviours: Readonly<Record<string, Behaviour>>): void {
  for (const [turn, subject] of subjects.entries()) {
    describeWhere(subject.missing === null, subject.missing ?? '', subject.name, () => {
      let gateway: TestGateway;
      let attached = 0;
      // A rate limit is waited out in true seconds.
      beforeAll(
        async () => void (gateway = await startGateway({ timer: systemTimer, upstream: { timer: systemTimer } })),
      );
      afterAll(async () => gateway[Symbol.asyncDispose]());
      const runCell = async (behave: Behaviour): Promise<void> => {
        const registry = `r${(attached += 1)}`;
        await using site = await subject.start({ url: `${gateway.url}/events/${registry}`, secret });
        for (const [repository, tag, built] of content) await site.fill(repository, tag, built);
        expect(await attach(gateway, subject, site, registry)).toEqual([]);
        const stand = createStand(subject, site, gateway, registry);
        await behave(stand);
        await gateway.rest('DELETE', `/api/registries/${registry}`);
      };
      // In `npm test` a fifth of them for each subject, by turns: each behaviour is met at every fifth subject.
      const some = Object.entries(behaviours).filter((_, at) => isFullRun || (at + turn) % 5 === 0);
      for (const [name, behave] of some) test(name, () => runCell(behave));
    });
  }
}

function createStand(subject: Subject, site: Site, gateway: TestGateway, registry: string): Stand {
  const ask = async <T>(source: string, variables: Record<string, unknown> = {}): Promise<GraphQLAnswer<T>> => {
    const { body } = await patiently(
      () => gateway.graphql<T>(source, variables),
      ({ body }) => body.errors?.map(({ extensions }) => extensions as unknown as Failure) ?? [],
    );
    return body;
  };
  const query = async <T>(source: string, variables?: Record<string, unknown>): Promise<T> => {
    const { data, errors = [] } = await ask<T>(source, variables);
    expect(errors).toEqual([]);
    return data!;
  };
  const remove = async (name: 'deleteTags' | 'deleteRepository', input: object): Promise<Outcome> => {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
    const mutation = `mutation ($input: ${type}!) { ${name}(input: $input) { ${payload} } }`;
    const outcome = await patiently(
      async () => (await query<Record<string, Outcome>>(mutation, { input: { registry, ...input } }))[name]!,
      ({ job, userErrors }) => (job ? [] : userErrors),
    );
    return { ...outcome, job: outcome.job && (await waitForEnd(query, outcome.job)) };
  };
  const stand: Stand = {
    subject,
    site,
    gateway,
    registry,
    ask,
    query,
    refresh: () => gateway.crawl(registry),
    show: () => show(query, registry),
    async expectShown(expected) {
      for (let read = 0; read < 5 && !isSame(await stand.show(), expected); read++) await stand.refresh();
      expect(await stand.show()).toEqual(expected);
    },
    deleteTags: (tags, more) => remove('deleteTags', { repository: 'team/app', tags, ...more }),
    deleteRepository: (more) => remove('deleteRepository', { name: 'team/app', ...more }),
    restoreTag: (more) => {
      const mutation =
        'mutation ($input: RestoreTagInput!) { restoreTag(input: $input) { tag { digest } previousDigest ' +
        'userErrors { code message ... on UpstreamFailedError { retryAfter } } } }';
      const input = { registry, repository: 'team/app', ...more };
      return patiently(
        async () => (await query<{ restoreTag: Restored }>(mutation, { input })).restoreTag,
        ({ userErrors }) => userErrors,
      );
    },
  };
  return stand;
}

/**
 * Five times at the most, each after the wait that it was told: a registry with a rate limit keeps nobody waiting, it
 * says when to come back.
 */
async function patiently<T>(ask: () => Promise<T>, failuresOf: (answer: T) => readonly Failure[]): Promise<T> {
  for (let asked = 1; ; asked++) {
    const answer = await ask();
    const limited = failuresOf(answer).find(({ code }) => code === 'UPSTREAM_RATE_LIMITED');
    if (!limited || asked === 5) return answer;
    await new Promise((resolve) => setTimeout(resolve, (limited.retryAfter ?? 1) * 1000));
  }
}

/** Polls with a bound: a registry with a rate limit takes its time. */
async function waitForEnd(query: Stand['query'], { id }: JobView): Promise<JobView> {
  const deadline = performance.now() + 25_000;
  for (;;) {
    const { job } = await query<{ job: JobView }>(`query ($id: ID!) { job(id: $id) { ${jobFields} } }`, { id });
    if (!['QUEUED', 'RUNNING'].includes(job.state) || performance.now() > deadline) return job;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

interface Listed {
  readonly registry: {
    readonly repositories: {
      readonly nodes: readonly {
        readonly name: string;
        readonly tags: { readonly nodes: readonly { readonly name: string; readonly digest: string | null }[] };
      }[];
    } | null;
  };
}

async function show(query: Stand['query'], registry: string): Promise<Shown> {
  const source =
    'query ($r: String!) { registry(name: $r) { repositories(first: 50) { nodes { name tags(first: 100) { nodes { ' +
    'name digest } } } } } }';
  const { nodes } = (await query<Listed>(source, { r: registry })).registry.repositories ?? { nodes: [] };
  return Object.fromEntries(
    nodes.flatMap(({ name, tags }) =>
      tags.nodes.map((tag): [string, string | null] => [`${name}:${tag.name}`, tag.digest]),
    ),
  );
}

function isSame(a: Shown, b: Shown): boolean {
  const sort = (shown: Shown) => JSON.stringify(Object.entries(shown).toSorted(([x], [y]) => (x < y ? -1 : 1)));
  return sort(a) === sort(b);
}
