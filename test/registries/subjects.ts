import { distributionCommand, startDistribution } from '../support/servers/distribution.js';
import { hasCommand } from '../support/processes/child.js';
import { findGgcr, startGgcr } from '../support/servers/ggcr.js';
import type { Built } from '../support/content/images.js';
import { push, type PushAuth, seed, send } from '../support/content/push.js';
import { startRecorder } from '../support/servers/recorder.js';
import { service } from '../support/registry/auth.js';
import { type Flavour, flavours, flavourUser } from '../support/registry/flavours.js';
import { acceptEverything } from '../../src/demo/registry/media.js';
import { createMemoryRegistry } from '../support/registry/server.js';

/** Where and with what a registry's notifications are sent. */
export interface Sink {
  readonly url: string;
  readonly secret: string;
}

/** A registry that was started for one behaviour. */
export interface Site extends AsyncDisposable {
  /** What is attached. */
  readonly addr: string;
  /** What is there before anybody looks. */
  fill(repository: string, tag: string, built: Built): Promise<void>;
  /** Pushes as any client does, with the notifications that come of it. */
  push(repository: string, tag: string, built: Built): Promise<void>;
  /** The tags that can be pulled, in order: not through the gateway, and from no list that lags. */
  tags(repository: string): Promise<string[]>;
  has(repository: string, digest: string): Promise<boolean>;
  /** Manifests that were downloaded since it was last asked. */
  takeDownloads(): number;
}

/** What can be asked of a registry: what differs is data, no behaviour asks which one it has. */
export interface Abilities {
  /** It answers its catalogue, be it empty. */
  readonly catalogue: boolean;
  /** Its repositories have to be followed by name: no catalogue tells of them. */
  readonly follows: boolean;
  readonly account: { readonly username: string; readonly password: string } | null;
  /** The code of attaching it with a wrong password; null: it asks for none and takes any. */
  readonly wrongPassword: 'UPSTREAM_AUTH' | null;
  readonly notifies: boolean;
  /** The code of every deletion; null: all are carried out. */
  readonly deleting: 'DELETE_DISABLED' | null;
  /** It protects the image under `immutable` itself. */
  readonly locks: boolean;
}

export interface Subject {
  readonly name: string;
  /** Why it cannot be had here; null where it can. */
  readonly missing: string | null;
  readonly abilities: Abilities;
  start(sink: Sink): Promise<Site>;
}

const open: Abilities = {
  catalogue: true,
  follows: false,
  account: null,
  wrongPassword: null,
  notifies: true,
  deleting: null,
  locks: false,
};
const silent: Abilities = { ...open, notifies: false };
const unlisted = { catalogue: false, follows: true };
const guarded: Abilities = { ...silent, account: flavourUser, wrongPassword: 'UPSTREAM_AUTH' };

const ofFlavours: Readonly<Record<Flavour, Abilities>> = {
  '2.8': open,
  '3.1': open,
  zot: { ...guarded, notifies: true },
  olareg: { ...silent, ...unlisted, deleting: 'DELETE_DISABLED' },
  ggcr: silent,
  'artifact-registry': { ...guarded, follows: true },
  'docker-hub': { ...guarded, ...unlisted, deleting: 'DELETE_DISABLED' },
  ghcr: { ...guarded, ...unlisted, deleting: 'DELETE_DISABLED' },
  gitlab: { ...guarded, ...unlisted },
  quay: guarded,
  harbor: { ...guarded, ...unlisted, locks: true },
  limited: open,
  lagging: open,
  locking: { ...open, locks: true },
  proxied: open,
  redirecting: { ...guarded, notifies: true },
};

const inMemory = Object.entries(ofFlavours).map(([flavour, abilities]): Subject => ({
  name: `${flavour}, in memory`,
  missing: null,
  abilities,
  start: (sink) => startMemory(flavour as Flavour, sink),
}));

const ggcr = findGgcr();

/** Every flavour of the registry in memory, and the real registries. */
export const subjects: readonly Subject[] = [
  ...inMemory,
  {
    name: 'docker-registry',
    missing: hasCommand(distributionCommand) ? null : `the command ${distributionCommand} is not installed`,
    abilities: open,
    async start({ url, secret }) {
      const registry = await startDistribution({ notify: { url, headers: { Authorization: [`Bearer ${secret}`] } } });
      return visit(registry);
    },
  },
  {
    name: "go-containerregistry's registry",
    missing: ggcr
      ? null
      : 'it is not installed: go install github.com/google/go-containerregistry/cmd/registry@v0.22.1',
    abilities: silent,
    start: async () => visit(await startGgcr(ggcr ?? '')),
  },
];

async function startMemory(flavour: Flavour, { url, secret }: Sink): Promise<Site> {
  const registry = await createMemoryRegistry({
    flavour,
    notify: { url, headers: { Authorization: `Bearer ${secret}` } },
  });
  const { store } = registry;
  const authorize = async (repository: string): Promise<PushAuth> => {
    if (flavours[flavour].auth?.mode !== 'bearer') return flavourUser;
    const query = new URLSearchParams({ service, scope: `repository:${repository}:pull,push` });
    const answer = await send('GET', `${registry.realm}?${query}`, flavourUser);
    return { token: (JSON.parse(answer.body.toString()) as { token: string }).token };
  };
  return {
    addr: registry.url,
    fill: async (repository, tag, built) => seed(store, repository, tag, built),
    push: async (repository, tag, built) => push(registry.url, repository, tag, built, await authorize(repository)),
    tags: async (repository) =>
      store
        .tags(repository)
        .filter((tag) => store.findManifest(repository, tag))
        .toSorted(),
    has: async (repository, digest) => store.findManifest(repository, digest) !== null,
    takeDownloads() {
      const found = registry.requests.filter(
        ({ method, path, status }) => method === 'GET' && path.includes('/manifests/') && status === 200,
      ).length;
      registry.forget();
      return found;
    },
    [Symbol.asyncDispose]: () => registry.close(),
  };
}

/** A real one, watched from before it. */
async function visit(registry: { readonly url: string; close(): Promise<void> }): Promise<Site> {
  const recorder = await startRecorder(registry.url);
  const status = async (path: string): Promise<number> =>
    (await send('HEAD', `${registry.url}/v2/${path}`, {}, { Accept: acceptEverything })).status;
  return {
    addr: recorder.url,
    fill: (repository, tag, built) => push(registry.url, repository, tag, built),
    push: (repository, tag, built) => push(registry.url, repository, tag, built),
    async tags(repository) {
      const answer = await send('GET', `${registry.url}/v2/${repository}/tags/list`);
      const { tags } = JSON.parse(answer.body.toString()) as { tags?: string[] | null };
      const found = [];
      for (const tag of tags ?? []) if ((await status(`${repository}/manifests/${tag}`)) === 200) found.push(tag);
      return found.toSorted();
    },
    has: async (repository, digest) => (await status(`${repository}/manifests/${digest}`)) === 200,
    takeDownloads() {
      const found = recorder.requests.filter(
        ({ method, path, status }) => method === 'GET' && path.includes('/manifests/') && status === 200,
      ).length;
      recorder.forget();
      return found;
    },
    async [Symbol.asyncDispose]() {
      await recorder[Symbol.asyncDispose]();
      await registry.close();
    },
  };
}
