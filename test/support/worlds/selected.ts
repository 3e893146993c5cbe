import type { Viewer } from '../../../src/domain/account.js';
import { buildImage } from '../content/images.js';
import { seed } from '../content/push.js';
import { createMemoryRegistry, type MemoryRegistry } from '../registry/server.js';
import type { Engine } from '../servers/engines.js';
import { until } from '../timer.js';
import { openWorld, type World } from './world.js';

export interface Plan {
  readonly token: string;
  readonly tagCount: number;
  readonly upstreamRequests: number;
  readonly repositories: readonly { readonly repository: { readonly name: string }; readonly tagCount: number }[];
}
interface Piece {
  readonly id: string;
  readonly state: string;
  readonly repositoryName: string;
  readonly parent: { readonly id: string } | null;
  readonly registry: { readonly name: string };
  readonly steps: { readonly nodes: readonly { readonly kind: string; readonly state: string }[] };
}
export interface Whole {
  readonly id: string;
  readonly work: string;
  readonly state: string;
  readonly done: number;
  readonly total: number;
  readonly registry: { readonly name: string } | null;
  readonly repositoryName: null;
  readonly failures: readonly { readonly subject: string; readonly code: string }[];
  readonly failureCount: number;
  readonly cancelledBy: string | null;
  readonly startedAt: string | null;
  readonly estimatedEndAt: string | null;
  readonly finishedAt: string | null;
  readonly restorableTagCount: number;
  readonly viewerCanApprove: boolean;
  readonly viewerCanCancel: boolean;
  readonly pieceCounts: readonly { readonly state: string; readonly count: number }[];
  readonly pieces: { readonly totalCount: number; readonly nodes: readonly Piece[] };
}
export interface SelectionPayload {
  readonly plan: Plan | null;
  readonly job: Whole | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

const planFields =
  'token tagCount manifestCount repositoryCount protectedTagCount unknownTagCount unreadRepositoryCount reclaimable ' +
  'upstreamRequests confirmedAt repositories { repository { name } registry { name } tags { name } tagCount ' +
  'keepingImageCount manifestCount method needsApproval leavesEmptyRepository uncertainties }';
const jobFields =
  'id work state done total registry { name } repositoryName failures { subject code } failureCount cancelledBy ' +
  'startedAt estimatedEndAt finishedAt restorableTagCount viewerCanApprove viewerCanCancel ' +
  'pieceCounts { state count } pieces { totalCount nodes { id state repositoryName registry { name } parent { id } ' +
  'steps(first: 100) { nodes { kind state tags } } } }';

/** Registries `r` and `s`: v1 and v2 of `team/app` are on one image, which `kept` is on too. */
export class SelectedWorld implements AsyncDisposable {
  private constructor(
    readonly world: World,
    readonly second: MemoryRegistry,
  ) {}

  static async open(openDatabase?: Engine['open']): Promise<SelectedWorld> {
    const world = await openWorld({ flavour: '3.1' }, { maxAge: 3600, ...(openDatabase && { openDatabase }) });
    const second = await createMemoryRegistry({ flavour: '3.1' });
    await world.gateway.attach('s', second.url, { maxAge: 3600 });
    const shared = buildImage({ labels: { is: 'shared' } });
    for (const tag of ['v1', 'v2', 'kept']) seed(world.registry.store, 'team/app', tag, shared);
    for (const store of [world.registry.store, second.store])
      for (const name of ['team/db', 'other'])
        for (const tag of ['v1', 'v2']) seed(store, name, tag, buildImage({ labels: { is: `${name}:${tag}` } }));
    for (const name of ['r', 's']) await world.gateway.crawl(name);
    return new SelectedWorld(world, second);
  }

  async delete(input: object, viewer?: Viewer): Promise<SelectionPayload> {
    const { data, codes } = await this.world.gateway.query<{ deleteSelection: SelectionPayload }>(
      `mutation ($input: DeleteSelectionInput!) { deleteSelection(input: $input) { plan { ${planFields} }
        job { ${jobFields} } userErrors { code message } } }`,
      { input },
      viewer,
    );
    expect(codes).toEqual([]);
    return data.deleteSelection;
  }

  async read(id: string, viewer?: Viewer): Promise<Whole> {
    const { data } = await this.world.gateway.query<{ job: Whole }>(
      `query ($id: ID!) { job(id: $id) { ${jobFields} } }`,
      { id },
      viewer,
    );
    return data.job;
  }

  async end({ job }: { readonly job: Pick<Whole, 'id'> | null }): Promise<Whole> {
    const { id } = job!;
    await until(async () => !['QUEUED', 'RUNNING'].includes((await this.read(id)).state));
    return this.read(id);
  }

  tags(repository: string, { store }: MemoryRegistry = this.world.registry): string[] {
    return store.tags(repository).toSorted();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world[Symbol.asyncDispose]();
    await this.second.close();
  }
}

export const versions = { repositoryGlobs: ['team/*'], glob: 'v*' };
