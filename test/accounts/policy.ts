import { screens } from '../../src/domain/basepath.js';
import type { EventKind } from '../../src/domain/event.js';
import type { Right } from '../../src/domain/grant.js';
import { unknownToken } from './principals.js';
import { type Cell, may, reads, sees } from './policyworld.js';

/** `ok`, `null` where an operation gives nothing and no reason, or the code of its error. */
export type Outcome = string;

/** An operation with its policy. */
export interface PolicyRow {
  /** A root field as `query repository`, a node type as `node Tag`, or a route as `GET /livez`. */
  readonly name: string;
  readonly query?: (cell: Cell) => string;
  readonly stream?: (cell: Cell) => string;
  readonly path?: (cell: Cell) => string;
  readonly body?: (cell: Cell) => unknown;
  /** For whoever is known: who sends something that counts for nothing is refused. */
  readonly wanted: (cell: Cell) => Outcome;
  /** It is answered to all, or refused in another way. */
  readonly ofRefused?: Outcome;
}

const nobody = '00000000-0000-4000-8000-000000000000';
const text = JSON.stringify;
const place = ({ repository }: Cell): string => `registry: "local", repository: ${text(repository)}`;

const always = (outcome: Outcome) => (): Outcome => outcome;
const reading = ({ who }: Cell): Outcome => (reads(who) ? 'ok' : 'FORBIDDEN');
const seeing =
  (ok: Outcome, unseen: Outcome) =>
  (cell: Cell): Outcome =>
    !reads(cell.who) ? 'FORBIDDEN' : sees(cell) ? ok : unseen;
const admins =
  (ok: Outcome) =>
  ({ who }: Cell): Outcome =>
    who.roles.includes('admin') ? ok : 'FORBIDDEN';
/** Keys change no accounts. */
const administrators =
  (ok: Outcome) =>
  ({ who }: Cell): Outcome =>
    who.roles.includes('admin') && who.kind === 'account' ? ok : 'FORBIDDEN';
const accounts =
  (ok: Outcome, ofKeys: Outcome = 'FORBIDDEN') =>
  ({ who }: Cell): Outcome =>
    who.kind === 'account' ? ok : ofKeys;
const writers =
  (ok: Outcome) =>
  ({ who }: Cell): Outcome =>
    who.roles.some((role) => role !== 'registries:ro') ? ok : 'FORBIDDEN';
/** By a role, or by a grant of the right in the place. */
const changing =
  (right: Right, roles: readonly string[], ok: Outcome) =>
  (cell: Cell): Outcome => {
    const { who } = cell;
    if (who.roles.some((role) => roles.includes(role)) || (reads(who) && sees(cell) && may(right, cell))) return ok;
    const isSomewhere = who.grant !== null && rights.indexOf(who.grant.right) >= rights.indexOf(right);
    return isSomewhere && reads(who) && !sees(cell) ? 'NOT_FOUND' : 'FORBIDDEN';
  };
const rights = ['READ', 'DELETE', 'RETAIN'];
const both = ['admin', 'registries:rw'];

const query = (name: string, field: (cell: Cell) => string, wanted: PolicyRow['wanted']): PolicyRow => ({
  name: `query ${name}`,
  query: (cell) => `{ ${field(cell)} }`,
  wanted,
});
const mutation = (name: string, input: (cell: Cell) => string, wanted: PolicyRow['wanted']): PolicyRow => ({
  name: `mutation ${name}`,
  query: (cell) => `mutation { ${name}(input: { ${input(cell)} }) { userErrors { code } } }`,
  wanted,
});
const route = (
  name: string,
  path: (cell: Cell) => string,
  wanted: PolicyRow['wanted'],
  more: Partial<PolicyRow> = {},
): PolicyRow => ({ name, path, wanted, ...more });

const rule = ({ repository }: Cell): string => `{ repository: ${text(repository)}, tags: "none-*", keepLast: 10000 }`;

const queries: readonly PolicyRow[] = [
  query('viewer', always('viewer { username }'), reading),
  query('gateway', always('gateway { version }'), reading),
  query('node', (cell) => `node(id: ${text(cell.tagId)}) { id }`, seeing('ok', 'null')),
  query('nodes', (cell) => `nodes(ids: [${text(cell.repositoryId)}]) { id }`, reading),
  query('registries', always('registries { name }'), reading),
  query('registry', always('registry(name: "local") { name }'), reading),
  {
    name: 'Registry.notificationSetup',
    query: always('{ registry(name: "local") { notificationSetup(kind: HARBOR) { text } } }'),
    wanted: writers('ok'),
  },
  query('repositories', always('repositories { nodes { name } }'), reading),
  query(
    'repository',
    (cell) => `repository(registry: "local", name: ${text(cell.repository)}) { name }`,
    seeing('ok', 'NOT_FOUND'),
  ),
  query('image', (cell) => `image(digest: ${text(cell.digest)}) { digest }`, seeing('ok', 'null')),
  query(
    'compare',
    (cell) => `compare(base: ${text(cell.tagId)}, head: ${text(cell.digest)}) { isSame }`,
    seeing('ok', 'NOT_FOUND'),
  ),
  query('search', (cell) => `search(query: ${text(cell.repository)}) { totalCount }`, reading),
  query('events', always('events { nodes { id } }'), reading),
  query('layer', always(`layer(digest: "sha256:${'0'.repeat(64)}") { digest }`), seeing('null', 'null')),
  query('fastestGrowing', always('fastestGrowing { bytes }'), reading),
  query('formerTags', always('formerTags { nodes { tag } }'), reading),
  query('formerRepositories', always('formerRepositories(registry: "local") { nodes { name } }'), reading),
  query('activity', always('activity { nodes { id } }'), reading),
  query('tags', always('tags { nodes { name } }'), reading),
  query('namespaces', always('namespaces { nodes { path } }'), reading),
  query('repositoryGroups', always('repositoryGroups { nodes { name } }'), reading),
  query('repositoryFacets', always('repositoryFacets { platforms { count } }'), reading),
  query('tagFacets', always('tagFacets { kinds { count } }'), reading),
  query('jobs', always('jobs { nodes { id } }'), reading),
  query('job', (cell) => `job(id: ${text(cell.jobId)}) { id }`, seeing('ok', 'NOT_FOUND')),
  query(
    'retentionPreview',
    (cell) =>
      `retentionPreview(registry: "local", repository: ${text(cell.repository)}, rules: [${rule(cell)}]) { keptCount }`,
    (cell) =>
      both.some((role) => cell.who.roles.includes(role as never)) || (sees(cell) && may('RETAIN', cell))
        ? 'ok'
        : seeing('FORBIDDEN', 'NOT_FOUND')(cell),
  ),
  query(
    'registryRetentionPreview',
    always('registryRetentionPreview(registry: "local") { goingTagCount }'),
    writers('ok'),
  ),
  query('protectionPreview', always('protectionPreview(registry: "local") { protectedTagCount }'), admins('ok')),
  query('accounts', always('accounts { nodes { username } }'), admins('ok')),
  query('account', always('account(username: "rw") { username }'), ({ who }) =>
    who.name === 'rw' ? 'ok' : admins('ok')({ who } as Cell),
  ),
  query('teams', always('teams { nodes { name } }'), admins('ok')),
  query('team', always('team(name: "none") { name }'), admins('NOT_FOUND')),
  query('tokens', always('tokens { nodes { id } }'), always('ok')),
  query('auditLog', always('auditLog { nodes { id } }'), admins('ok')),
  query('webhooks', always('webhooks { id }'), admins('ok')),
  query('webhook', always(`webhook(id: "${nobody}") { id }`), admins('NOT_FOUND')),
  ...(['Tag', 'Repository', 'Image', 'Job', 'Registry'] as const).map((type): PolicyRow => ({
    name: `node ${type}`,
    query: (cell) => `{ node(id: ${text(idOf(type, cell))}) { __typename id } }`,
    wanted: type === 'Registry' ? reading : seeing('ok', 'null'),
  })),
];

function idOf(type: 'Tag' | 'Repository' | 'Image' | 'Job' | 'Registry', cell: Cell): string {
  const { tagId, repositoryId, imageId, jobId, registryId } = cell;
  return { Tag: tagId, Repository: repositoryId, Image: imageId, Job: jobId, Registry: registryId }[type];
}

const administration: readonly PolicyRow[] = [
  mutation('createAccount', always('username: "admin", roles: []'), administrators('CONFLICT')),
  mutation('createTeam', always('name: "A team"'), administrators('BAD_USER_INPUT')),
  mutation('createWebhook', always('url: "x"'), administrators('BAD_USER_INPUT')),
  ...['updateAccount', 'deleteAccount', 'resetPassword'].map((name) =>
    mutation(name, always('username: "nobody"'), administrators('NOT_FOUND')),
  ),
  ...['updateTeam', 'deleteTeam'].map((name) => mutation(name, always('name: "none"'), administrators('NOT_FOUND'))),
  ...['updateWebhook', 'deleteWebhook', 'testWebhook', 'revokeGrant'].map((name) =>
    mutation(name, always(`id: "${nobody}"`), administrators('NOT_FOUND')),
  ),
  mutation(
    'grantAccess',
    (cell) => `account: "nobody", registry: "local", repositories: ${text(cell.repository)}, right: READ`,
    administrators('NOT_FOUND'),
  ),
  // Nothing is to be left behind for the next cell.
  mutation('setPreferences', always('language: "no language"'), ({ who }) =>
    who.kind === 'account' && reads(who) ? 'BAD_USER_INPUT' : 'FORBIDDEN',
  ),
  mutation('createToken', always('expiresInDays: 366'), accounts('BAD_USER_INPUT')),
  mutation('revokeToken', always(`secret: "${unknownToken}"`), always('NOT_FOUND')),
];

const changes: readonly PolicyRow[] = [
  mutation('addRegistry', always('name: "a name", addr: "http://127.0.0.1:1"'), writers('BAD_USER_INPUT')),
  ...['updateRegistry', 'removeRegistry', 'testRegistry'].map((name) =>
    mutation(name, always('registry: "none"'), writers('NOT_FOUND')),
  ),
  mutation('setProtection', always('registry: "local"'), admins('ok')),
  mutation('deleteTags', (cell) => `${place(cell)}, tags: ["v1"], dryRun: true`, changing('DELETE', both, 'ok')),
  mutation(
    'deleteSelection',
    ({ repository }) => `filter: { registries: ["local"], repositoryGlobs: [${text(repository)}] }, dryRun: true`,
    changing('DELETE', both, 'ok'),
  ),
  mutation('deleteRepository', (cell) => `${place(cell)}, dryRun: true`, changing('DELETE', both, 'ok')),
  mutation(
    'restoreTag',
    (cell) => `${place(cell)}, tag: "gone", digest: ${text(`sha256:${'0'.repeat(64)}`)}`,
    (cell) => {
      const outcome = changing('DELETE', both, 'NOT_FOUND')(cell);
      return outcome;
    },
  ),
  mutation(
    'applyRetention',
    (cell) => `${place(cell)}, planToken: "x"`,
    changing('RETAIN', both, 'CHANGED_SINCE_PLAN'),
  ),
  mutation(
    'setRetention',
    (cell) => `registry: "local", rules: [${rule(cell)}]`,
    (cell) => (cell.who.roles.includes('admin') || (reads(cell.who) && may('RETAIN', cell)) ? 'ok' : 'FORBIDDEN'),
  ),
  mutation('refresh', place, seeing('ok', 'NOT_FOUND')),
  mutation(
    'cancelJob',
    (cell) => `id: ${text(cell.jobId)}`,
    (cell) => {
      if (!reads(cell.who)) return 'FORBIDDEN';
      return changing('DELETE', both, 'ok')(cell);
    },
  ),
  mutation(
    'undoJob',
    (cell) => `id: ${text(cell.jobId)}, dryRun: true`,
    (cell) => (reads(cell.who) ? changing('DELETE', both, 'NOT_FOUND')(cell) : 'FORBIDDEN'),
  ),
  ...['approveDeletion', 'rejectDeletion'].map((name) =>
    mutation(
      name,
      (cell) => `id: ${text(cell.jobId)}`,
      (cell) => (reads(cell.who) ? changing('DELETE', both, 'NOT_AWAITING_APPROVAL')(cell) : 'FORBIDDEN'),
    ),
  ),
];

const streams: readonly PolicyRow[] = [
  { name: 'subscription events', stream: always('subscription { events { id } }'), wanted: reading },
  {
    name: 'subscription job',
    stream: (cell) => `subscription { job(id: ${text(cell.jobId)}) { id } }`,
    wanted: seeing('ok', 'NOT_FOUND'),
  },
];

const open = { ofRefused: 'ok' };
const repositoryPath = ({ repository }: Cell): string => `/api/registries/local/repositories/${repository}`;
const tagPath = ({ repository }: Cell): string => `/api/registries/local/tags/v1?repository=${repository}`;

const routes: readonly PolicyRow[] = [
  ...[
    '/',
    '/assets/licences.txt',
    '/explorer',
    '/explorer/boot.js',
    '/livez',
    '/readyz',
    '/schema.graphql',
    '/api/openapi.json',
    '/api/docs',
  ].map((path) => route(`GET ${path}`, always(path), always('ok'), open)),
  // It tells of all registries.
  route('GET /metrics', always('/metrics'), ({ who }) => (who.roles.length > 0 ? 'ok' : 'FORBIDDEN')),
  route('GET /api/registries', always('/api/registries'), reading),
  route('GET /api/registries/:name', always('/api/registries/local'), reading),
  route('GET /api/registries/:name/repositories', always('/api/registries/local/repositories'), reading),
  route('GET /api/registries/:name/repositories/*', repositoryPath, seeing('ok', 'NOT_FOUND')),
  route(
    'GET /api/registries/:name/tags',
    ({ repository }) => `/api/registries/local/tags?repository=${repository}`,
    seeing('ok', 'NOT_FOUND'),
  ),
  route('GET /api/registries/:name/tags/:tag', tagPath, seeing('ok', 'NOT_FOUND')),
  route(
    'DELETE /api/registries/:name/tags/:tag',
    (cell) => `${tagPath(cell)}&dry_run=true`,
    changing('DELETE', both, 'ok'),
  ),
  route('GET /api/jobs', always('/api/jobs'), reading),
  route('GET /api/search', ({ repository }) => `/api/search?q=${repository}`, reading),
  route('POST /api/registries', always('/api/registries'), writers('BAD_USER_INPUT'), {
    body: () => ({ name: 'a name', addr: 'http://127.0.0.1:1' }),
  }),
  route('POST /api/registries/test', always('/api/registries/test'), writers('BAD_USER_INPUT'), {
    body: () => ({ addr: 'none' }),
  }),
  route('POST /api/registries/:name/test', always('/api/registries/none/test'), writers('NOT_FOUND')),
  route('DELETE /api/registries/:name', always('/api/registries/none'), writers('NOT_FOUND')),
  route(
    'POST /api/registries/:name/refresh',
    ({ repository }) => `/api/registries/local/refresh?repository=${repository}`,
    seeing('ok', 'NOT_FOUND'),
  ),
  route('PATCH /api/registries/:name', always('/api/registries/none'), writers('NOT_FOUND'), {
    body: () => ({ max_age: 30 }),
  }),
  route(
    'DELETE /api/registries/:name/repositories/*',
    (cell) => `${repositoryPath(cell)}?dry_run=true`,
    changing('DELETE', both, 'ok'),
  ),
  route('GET /api/jobs/:id', ({ jobId }) => `/api/jobs/${jobId}`, seeing('ok', 'NOT_FOUND')),
  route(
    'DELETE /api/jobs/:id',
    ({ jobId }) => `/api/jobs/${jobId}`,
    (cell) => (reads(cell.who) ? changing('DELETE', both, 'ok')(cell) : 'FORBIDDEN'),
  ),
  route('GET /api/jobs/:id/pieces', ({ jobId }) => `/api/jobs/${jobId}/pieces`, seeing('ok', 'NOT_FOUND')),
  route(
    'POST /api/jobs/:id/undo',
    ({ jobId }) => `/api/jobs/${jobId}/undo?dry_run=true`,
    (cell) => (reads(cell.who) ? changing('DELETE', both, 'NOT_FOUND')(cell) : 'FORBIDDEN'),
  ),
  route('POST /api/deletions', always('/api/deletions'), changing('DELETE', both, 'ok'), {
    body: ({ repository }) => ({ registries: ['local'], repositories: [repository], dry_run: true }),
  }),
  route('GET /api/accounts', always('/api/accounts'), admins('ok')),
  route('GET /api/accounts/:username', always('/api/accounts/nobody'), admins('NOT_FOUND')),
  route('DELETE /api/accounts/:username', always('/api/accounts/nobody'), administrators('NOT_FOUND')),
  route('GET /api/roles', always('/api/roles'), reading),
  route('GET /api/roles/:name', always('/api/roles/admin'), reading),
  route('GET /api/servicekeys', always('/api/servicekeys'), always('ok')),
  route('DELETE /api/servicekeys/:id', always(`/api/servicekeys/${nobody}`), always('NOT_FOUND')),
  route('POST /events/:registry', always('/events/local'), always('UNAUTHENTICATED'), {
    ofRefused: 'UNAUTHENTICATED',
    body: () => ({ events: [] }),
  }),
];

export const policy: readonly PolicyRow[] = [...queries, ...administration, ...changes, ...streams, ...routes];

/** Routes whose policy is that of what is sent to them, or that a row of another method or a test of its own has. */
export const otherwise: Readonly<Record<string, string>> = {
  'POST /graphql': 'each root field has a row',
  'GET /graphql': 'the same, of queries',
  'POST /graphql/stream': 'each subscription has a row',
  'GET /assets/:file': 'one of its files has a row',
  'GET /explorer/:file': 'the same',
  ...Object.fromEntries(
    screens
      .flatMap((screen) => [`GET /${screen}`, `GET /${screen}/*`])
      .map((name) => [name, 'the console is the same for all, as it is at /: test/pages']),
  ),
  'GET /api/events': 'it streams what the subscription does: test/streams',
  'POST /auth/login': 'the row of the mutation: test/accounts/rest.test.ts',
  'POST /auth/logout': 'it ends the token that it is sent with: test/rest/management.test.ts',
  'POST /account/changepassword': 'the row of the mutation: test/accounts/rest.test.ts',
  'POST /api/accounts': 'the rows of createAccount and updateAccount: test/accounts/rest.test.ts',
  'POST /api/servicekeys': 'the row of createToken: test/accounts/rest.test.ts',
  'DELETE /api/servicekeys': 'the row of revokeToken: test/accounts/rest.test.ts',
};

/** Root fields that would change what the next cell meets, and where they are tried. */
export const fieldsElsewhere: Readonly<Record<string, string>> = {
  'mutation login': 'guesses are counted: test/auth',
  'mutation changePassword': 'the same: test/accounts/matrix.test.ts',
  'mutation logout': 'it ends the token that it is sent with: test/accounts/matrix.test.ts',
};

/** Who is told of an event: who sees its repository, or whoever reads. */
export const eventPolicy: Readonly<Record<EventKind, 'repository' | 'registry'>> = {
  TAG_PUSHED: 'repository',
  TAG_MOVED: 'repository',
  TAG_DELETED: 'repository',
  REPOSITORY_APPEARED: 'repository',
  REPOSITORY_CHANGED: 'repository',
  REPOSITORY_EMPTIED: 'repository',
  REPOSITORY_GONE: 'repository',
  REGISTRY_ATTACHED: 'registry',
  REGISTRY_DETACHED: 'registry',
  REGISTRY_UNREACHABLE: 'registry',
  REGISTRY_BACK: 'registry',
  JOB_BEGAN: 'repository',
  JOB_ENDED: 'repository',
};
