import type { AuthOptions } from './auth.js';
import type { Traits } from './traits.js';

/** A registry, or a circumstance that registries are met in. Each of the second kind is distribution 2.8 otherwise. */
export type Flavour =
  | '2.8'
  | '3.1'
  | 'zot'
  | 'olareg'
  | 'ggcr'
  | 'artifact-registry'
  | 'docker-hub'
  | 'ghcr'
  | 'gitlab'
  | 'quay'
  | 'harbor'
  | 'limited'
  | 'lagging'
  | 'locking'
  | 'proxied'
  | 'redirecting';

export interface FlavourEntry {
  /** Where what it models was seen or is written. */
  readonly models: string;
  readonly traits: Traits;
  /** Default none. Its one user is `flavourUser`. */
  readonly auth?: AuthOptions;
  /** Default true. */
  readonly deleteEnabled?: boolean;
  /** Default none. */
  readonly prefix?: string;
  /** The OCI referrers API. Default false. */
  readonly referrersApi?: boolean;
}

/** Who may read and write where a flavour lets in nobody else. */
export const flavourUser = { username: 'ann', password: 'flavour-password' } as const;
const users = { [flavourUser.username]: flavourUser.password };

const unsupported = { status: 405, code: 'UNSUPPORTED', message: 'The operation is unsupported.' };
const digestInvalid = {
  status: 400,
  code: 'DIGEST_INVALID',
  message: 'provided digest did not match uploaded content',
};

const distribution2: Traits = {
  ping: { body: '{}' },
  unaccepted: 'rewritten',
  conditions: true,
  catalog: { lists: 'blob', pages: 'walk' },
  tagList: { pages: 'directory', empty: 'null' },
  deletes: { off: unsupported, digest: 'withTags', tag: digestInvalid },
  events: 'v1',
};

const distribution3: Traits = {
  ...distribution2,
  unaccepted: 'refused',
  catalog: { lists: 'manifest', pages: 'panickingWalk' },
  tagList: { pages: 'sorted', empty: 'null' },
  deletes: { off: unsupported, digest: 'withTags', tag: 'alone' },
  events: 'v2',
};

/** What the OCI distribution specification alone leads to; the rest of each flavour is where it differs. */
const plain: Traits = {
  ping: { body: '{}' },
  unaccepted: 'served',
  conditions: true,
  catalog: { lists: 'tagged', pages: 'sorted' },
  tagList: { pages: 'sorted', empty: 'array' },
  deletes: { off: unsupported, digest: 'withTags', tag: 'alone' },
  events: null,
};

/** Registries of many tenants list their repositories to nobody but their operators. */
const withoutCatalog = (message: string): Traits => ({
  ...plain,
  catalog: { lists: 'tagged', pages: 'sorted', refused: { status: 401, code: 'UNAUTHORIZED', message } },
});

export const flavours: Readonly<Record<Flavour, FlavourEntry>> = {
  '2.8': { models: 'distribution 2.8.2 (Debian docker-registry), seen live', traits: distribution2 },
  '3.1': { models: 'distribution 3.1.1, seen live', traits: distribution3 },
  zot: {
    models:
      'zot with Bearer, seen live: the catalogue is challenged with the scope `repository::pull`, conditions are ' +
      'ignored and each GET counts as a download, a child of an index is 405 DENIED, events are CloudEvents; ' +
      'pkg/api/routes.go: 409 for a digest with several tags where a policy watches collisions',
    traits: {
      ...plain,
      conditions: false,
      catalog: { lists: 'tagged', pages: 'sorted', scope: 'repository::pull' },
      tagList: {
        pages: 'sorted',
        empty: 'array',
        unknownLast: { status: 404, code: 'TAG_UNKNOWN', message: 'tag unknown' },
      },
      deletes: {
        off: unsupported,
        digest: 'withTags',
        tag: 'alone',
        child: { status: 405, code: 'DENIED', message: 'manifest referenced by index image' },
        severalTags: { status: 409, code: 'MANIFEST_INVALID', message: 'multiple manifests found' },
        unknownRepository: { status: 400, code: 'NAME_UNKNOWN', message: 'repository not found' },
      },
      events: 'cloudevents',
    },
    auth: { mode: 'bearer', users },
    referrersApi: true,
  },
  olareg: {
    models:
      'olareg 0.2.2, seen live: 429 with `Retry-After: 1` and no body, deleting off unless asked for, said by a ' +
      'bare 405; olareg.go, tag.go: no catalogue, `rel=next` without quotes',
    traits: {
      ...plain,
      conditions: false,
      catalog: { lists: 'tagged', pages: 'sorted', refused: { status: 404 } },
      deletes: { off: { status: 405 }, digest: 'withTags', tag: 'alone' },
      tagList: { pages: 'sorted', empty: 'array', most: 2 },
      rateLimit: { requests: 15, windowMs: 1000, retryAfter: '1' },
      front: { link: 'unquoted' },
    },
    deleteEnabled: false,
    referrersApi: true,
  },
  ggcr: {
    models:
      'the registry of go-containerregistry 0.22.1, seen live; pkg/registry/manifest.go: tags and digests are ' +
      'separate entries, so deleting a digest leaves its tags ' +
      'readable; n cuts lists without a Link; a `last` after the end gives everything',
    traits: {
      ...plain,
      ping: { body: '' },
      conditions: false,
      catalog: { lists: 'manifest', pages: 'cut' },
      tagList: { pages: 'cut', empty: 'null' },
      deletes: { off: unsupported, digest: 'leavesTags', tag: 'alone' },
    },
  },
  'artifact-registry': {
    models:
      "Google's documents and public reports: a digest is refused while it has tags (GOOGLE_MANIFEST_DANGLING_TAG) " +
      'or an index names it; the catalogue of /v2/ is empty',
    traits: {
      ...plain,
      catalog: { lists: 'nothing', pages: 'sorted' },
      deletes: {
        off: unsupported,
        digest: 'withTags',
        tag: 'alone',
        tagged: { status: 400, code: 'GOOGLE_MANIFEST_DANGLING_TAG', message: 'Manifest is still referenced by tag' },
        child: {
          status: 400,
          code: 'GOOGLE_MANIFEST_DANGLING_PARENT_IMAGE',
          message: 'Manifest is still referenced by parent',
        },
      },
    },
    auth: { mode: 'bearer', users },
    referrersApi: true,
  },
  'docker-hub': {
    models:
      'docs.docker.com and public reports: no catalogue (401), strangers may pull, manifest GETs are counted and ' +
      'told in ratelimit headers, DELETE is 405 UNSUPPORTED',
    traits: {
      ...withoutCatalog('authentication required'),
      rateLimit: { requests: 200, windowMs: 21_600_000, counts: 'manifests', told: true },
    },
    auth: { mode: 'bearer', users, grant: (_user, { type, actions }) => (type === 'repository' ? actions : []) },
    deleteEnabled: false,
  },
  ghcr: {
    models:
      "public reports (oras-project/oras#1128): the token server refuses the catalogue's scope with 403; DELETE is " +
      '405 UNSUPPORTED',
    traits: withoutCatalog('authentication required'),
    auth: {
      mode: 'bearer',
      users,
      refuse: ({ type }) =>
        type === 'registry'
          ? { status: 403, code: 'DENIED', message: 'requested access to the resource is denied' }
          : null,
    },
    deleteEnabled: false,
  },
  gitlab: {
    models:
      'public reports (Joxit/docker-registry-ui#443): the catalogue is 401 insufficient_scope to everybody but ' +
      'administrators; tags are deleted by name',
    traits: plain,
    auth: {
      mode: 'bearer',
      users,
      grant: (user, { type, actions }) => (user !== null && type === 'repository' ? actions : []),
    },
  },
  quay: {
    models:
      "Quay's public reports (genuinetools/reg#198, quay/quay#6765): the ping says `true`, the catalogue is in id " +
      'order with `next_page`, the tag list is a cache for up to two minutes',
    traits: {
      ...plain,
      ping: { body: 'true', type: 'text/html; charset=utf-8' },
      catalog: { lists: 'tagged', pages: 'inserted' },
      tagList: { pages: 'sorted', empty: 'array', most: 2, lag: 2 },
    },
    auth: { mode: 'bearer', users },
    referrersApi: true,
  },
  harbor: {
    models:
      'Harbor 2.16, its core seen live: the catalogue is 401 to a robot, a tag DELETE 400 UNSUPPORTED, an ' +
      'immutable tag or a child of an index 412',
    traits: {
      ...plain,
      catalog: {
        lists: 'tagged',
        pages: 'sorted',
        unknownLast: { status: 400, code: 'BAD_REQUEST', message: 'the last entry is not found' },
      },
      deletes: {
        off: unsupported,
        digest: 'withTags',
        tag: { status: 400, code: 'UNSUPPORTED', message: 'the operation is unsupported' },
        child: { status: 412, code: 'PRECONDITION', message: 'the deleting artifact is referenced by others' },
      },
      lock: {
        tags: ['immutable'],
        refusal: { status: 412, code: 'PRECONDITION', message: 'configured as immutable, cannot be deleted' },
        pushes: true,
      },
    },
    auth: {
      mode: 'bearer',
      users,
      grant: (user, { type, actions }) => (user !== null && type === 'repository' ? actions : []),
    },
    referrersApi: true,
  },
  limited: {
    models: 'a rate limit before a registry: 429 with Retry-After after twenty requests in a second',
    traits: { ...distribution2, rateLimit: { requests: 20, windowMs: 1000, retryAfter: '1' } },
  },
  lagging: {
    models:
      'quay/quay#6765, distribution/distribution#1293: the tag list goes on naming what was deleted; the manifest ' +
      'is 404 at once',
    traits: { ...distribution3, tagList: { ...distribution3.tagList, lag: 3 } },
  },
  locking: {
    models:
      'Azure/acr-cli#70: one locked image answers 405 REGISTRY_DISALLOWED_OPERATION, everything else can be deleted',
    traits: {
      ...distribution3,
      lock: {
        tags: ['immutable'],
        refusal: {
          status: 405,
          code: 'REGISTRY_DISALLOWED_OPERATION',
          message: 'The operation is disallowed, the image is locked.',
        },
        pushes: true,
      },
    },
  },
  proxied: {
    models:
      'sonatype/nexus-public#1011, cloudflare/serverless-registry#114: a proxy cuts a path prefix off, and the ' +
      'Links have neither it nor angle brackets',
    traits: {
      ...distribution3,
      tagList: { ...distribution3.tagList, most: 2 },
      front: { hidesPrefix: true, link: 'bare' },
    },
    prefix: '/registry',
  },
  redirecting: {
    models: 'kubernetes/registry.k8s.io#326: lists, manifests and blobs are answered with 307 to another host',
    traits: { ...distribution3, front: { redirects: ['tags', 'manifest', 'blob'], to: 'other' } },
    auth: { mode: 'basic', users },
  },
};
