import { buildImage, type Built } from '../content/images.js';
import type { RegistryOptions } from '../registry/options.js';
import { openWorld, type World } from './world.js';

export interface Revision {
  readonly tag: string;
  readonly digest: string;
  readonly since: string;
  readonly sinceSource: string;
  readonly until: string | null;
  readonly untilSource: string | null;
}

const fields = 'tag digest since sinceSource until untilSource';

/** A world that tells what was on a tag, and when. */
export interface HistoryWorld extends World {
  /** Of one tag of `app`; of all tags for null. */
  history(tag: string | null, more?: string): Promise<Revision[]>;
}

export async function open(options: RegistryOptions = {}): Promise<HistoryWorld> {
  const world = await openWorld(options);
  const { gateway } = world;
  return {
    ...world,
    async history(tag, more = '') {
      const { data, codes } = await gateway.query<{ registry: { tagHistory: { nodes: Revision[] } } }>(
        `query ($tag: String) { registry(name: "r") { tagHistory(repository: "app", tag: $tag, first: 100 ${more}) ` +
          `{ nodes { ${fields} } } } }`,
        { tag },
      );
      expect(codes).toEqual([]);
      return data.registry.tagHistory.nodes;
    },
  };
}

export const images = Array.from({ length: 4 }, (_, n) => buildImage({ labels: { n: `${n}` } })) as [
  Built,
  Built,
  Built,
  Built,
];
/** The time so many seconds after the start of the test's clock. */
export const at = (seconds: number): string =>
  new Date(Date.parse('2026-01-02T03:04:05Z') + seconds * 1000).toISOString();

/** Reads the repository as a notification has it read, and waits for it. */
export async function notify({ gateway }: World): Promise<void> {
  const { id } = (await gateway.registries.list())[0]!;
  const { repositories, clock } = gateway.parts;
  const repository = (await repositories.find(id, 'app' as never))!;
  await gateway.catalogue.sync.syncRepository((await gateway.registries.find(id))!, repository.key, {
    joinRunning: false,
    eventAt: new Date(clock().getTime() - 1000),
  });
}

export interface Restored {
  readonly tag: { readonly name: string; readonly digest: string } | null;
  readonly previousDigest: string | null;
  readonly userErrors: readonly {
    readonly code: string;
    readonly message: string;
    readonly path: readonly string[] | null;
  }[];
}

/** Of `v1` in `app`, unless `more` says otherwise. */
export async function restore(
  { gateway }: Pick<World, 'gateway'>,
  more: object = {},
  role: 'admin' | 'registries:ro' = 'admin',
): Promise<Restored> {
  const input = { registry: 'r', repository: 'app', tag: 'v1', ...more };
  const mutation =
    'mutation ($input: RestoreTagInput!) { restoreTag(input: $input) { tag { name digest } previousDigest ' +
    'userErrors { code message path } } }';
  const { data, codes } = await gateway.query<{ restoreTag: Restored }>(mutation, { input }, role);
  expect(codes).toEqual([]);
  return data.restoreTag;
}
