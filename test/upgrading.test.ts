import { randomUUID } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { MikroORM } from '@mikro-orm/sqlite';
import { createPasswordHasher } from '../src/auth/password.js';
import { createToken, hashToken } from '../src/auth/token.js';
import { toSortKey } from '../src/domain/version.js';
import { openSqliteFile, type SqliteFile } from '../src/store/file/driver.js';
import { ormOptions } from '../src/store/database/sqlitemigrating.js';
import { sqliteMigrations } from '../src/store/database/migrations/sqlite.js';
import { createKeyring } from '../src/store/keys/keyring.js';
import { createFolder } from './store/files.js';
import { rows as partOf } from './support/run/amount.js';
import { startGateway, type TestGateway } from './support/worlds/gateway.js';
import { buildImage } from './support/content/images.js';
import { seed } from './support/content/push.js';
import { createMemoryRegistry } from './support/registry/server.js';

const key = Buffer.from('a-first-secret-of-enough-characters-1');
const keyring = createKeyring(key);
const password = 'the password of ann';
const token = createToken();
const ids = { account: randomUUID(), token: randomUUID(), kept: randomUUID(), locked: randomUUID(), job: randomUUID() };
const digest = `sha256:${'a'.repeat(64)}`;
const before = `sha256:${'b'.repeat(64)}`;
/** Milliseconds: lately, as old jobs and audit entries are removed. */
const at = Date.now() - 3_600_000;
const time = new Date(at).toISOString();

/** A row of whatever earlier schema: columns that came later are left out, and tables too. */
type Row = readonly [table: string, values: Readonly<Record<string, string | number | null>>];

function rowsOf(lockedUrl: string, passwordHash: string): readonly Row[] {
  const registry = { max_age: 86_400, created_at: at, names_confirmed_at: Date.now() };
  return [
    // The text and its place are those of the first gateway that sealed anything.
    [
      'setting',
      {
        key: 'key-canary',
        value: keyring.seal('This key opens the secrets of this database.', 'setting:key-canary:value'),
      },
    ],
    ['setting', { key: 'instance-id', value: randomUUID() }],
    ['account', { id: ids.account, username: 'ann', password_hash: passwordHash, roles: '["admin"]', created_at: at }],
    [
      'token',
      {
        id: ids.token,
        account_id: ids.account,
        hash: hashToken(token),
        label: 'ci',
        roles: '["admin"]',
        created_at: at,
        expires_at: at + 10 ** 10,
      },
    ],
    // Nothing answers there: what is told of it is what the database has.
    [
      'registry',
      {
        ...registry,
        id: ids.kept,
        name: 'kept',
        addr: 'http://127.0.0.1:1',
        indexed_at: at,
        read_only: 1,
        retention_interval: 24,
        protection: '[{"repository":"team/*","tag":"v*"}]',
        followed_repositories: '["team/*"]',
        client_certificate_sealed: keyring.seal(
          '{"certificate":"c","key":"k"}',
          `registry:${ids.kept}:client-certificate`,
        ),
      },
    ],
    [
      'registry',
      {
        ...registry,
        id: ids.locked,
        name: 'locked',
        addr: lockedUrl,
        username: 'u',
        password_sealed: keyring.seal('a secret of ann', `registry:${ids.locked}:password`),
      },
    ],
    [
      'repository',
      {
        id: 1,
        registry_id: ids.kept,
        name: 'team/app',
        first_seen_at: at,
        tags_confirmed_at: Date.now(),
        is_settled: 1,
        tag_count: 1,
        size: 2560,
        updated_at: at,
      },
    ],
    [
      'image',
      {
        id: 1,
        digest,
        kind: 'image',
        media_type: 'application/vnd.oci.image.manifest.v1+json',
        manifest_size: 500,
        os: 'linux',
        architecture: 'arm64',
        created_at: at,
        size: 2560,
        labels: '{"maintainer":"core-team"}',
        annotations: '{}',
        history: '[]',
        config_state: 'read',
        first_seen_at: at,
      },
    ],
    ['blob', { id: 1, digest: before }],
    [
      'image_blob',
      { image_id: 1, position: 1, blob_id: 1, media_type: 'application/vnd.oci.image.layer.v1.tar+gzip', size: 2560 },
    ],
    ['repository_image', { repository_id: 1, image_id: 1 }],
    [
      'tag',
      {
        id: 1,
        repository_id: 1,
        name: 'v1.2.0',
        sort_key: toSortKey('v1.2.0'),
        image_id: 1,
        first_seen_at: at,
        changed_at: at,
        updated_at: at,
        updated_source: 'IMAGE_CONFIG',
        confirmed_at: Date.now(),
      },
    ],
    [
      'tag_revision',
      {
        registry_id: ids.kept,
        repository: 'team/app',
        tag: 'v1.2.0',
        digest: before,
        since: at - 1000,
        since_source: 'FIRST_SEEN',
        until: at,
        until_source: 'CHANGE_SEEN',
      },
    ],
    [
      'job',
      {
        id: ids.job,
        kind: 'DELETE_TAGS',
        registry_id: ids.kept,
        repository: 'team/app',
        state: 'SUCCEEDED',
        done: 2,
        total: 2,
        requested_by: 'ann',
        failures: '[]',
        created_at: at,
        finished_at: at,
      },
    ],
    [
      'audit_entry',
      {
        at,
        actor: 'ann',
        action: 'deleteTags',
        registry_id: ids.kept,
        registry_name: 'kept',
        repository: 'team/app',
        tags: '["old"]',
        outcome: 'DONE',
      },
    ],
  ];
}

function columnsOf(file: SqliteFile, table: string): Set<unknown> {
  return new Set(file.pragma(`table_info(${table})`).map(({ name }) => name));
}

function insert(file: SqliteFile, [table, values]: Row): void {
  const columns = columnsOf(file, table);
  if (columns.size === 0) return;
  const given = Object.entries(values).filter(([name]) => columns.has(name));
  const names = given.map(([name]) => `"${name}"`).join(', ');
  file
    .prepare(`insert into ${table} (${names}) values (${given.map(() => '?').join(', ')})`)
    .run(...given.map(([, value]) => value));
}

interface Schema {
  readonly has: (table: string, column?: string) => boolean;
}

/** The database as a gateway of that time left it: the first `count` migrations, and rows. */
async function makeDatabase(path: string, count: number, rows: readonly Row[]): Promise<Schema> {
  const orm = await MikroORM.init({
    ...ormOptions(path),
    migrations: { migrationsList: sqliteMigrations.slice(0, count), snapshot: false, silent: true },
  });
  await orm.migrator.up();
  await orm.close(true);
  chmodSync(path, 0o600);
  const file = openSqliteFile(path);
  for (const row of rows) insert(file, row);
  const columns = new Map(rows.map(([table]) => [table, columnsOf(file, table)]));
  file.close();
  return { has: (table, column = 'id') => columns.get(table)?.has(column) ?? false };
}

const query = `{
  viewer { username }
  registry(name: "kept") {
    id addr maxAge createdAt readOnly hasClientCertificate followedRepositories protection
    { repository tag } retention { intervalHours }
    jobs(kinds: [DELETE_TAGS]) { kind: work state done total requestedBy createdAt repository: repositoryName }
    repositories(first: 2) { nodes { name tagCount size tags(first: 2) { nodes {
      name updatedAt updatedAtSource size
      image { digest kind createdAt size platforms(first: 2) { os architecture layers(first: 2)
      { digest size } labels(first: 2) { key value } } }
      history(first: 3) { nodes { digest } }
    } } } }
  }
  tags: search(query: "1.2.0", first: 3) { edges { node { __typename ... on Tag { name } } } }
  labels: search(query: "core-team", first: 3) { edges { node { __typename ... on Tag { name } ... on Image
  { digest } } } }
  auditLog(filter: { registry: "kept" }) { nodes { at actor action repository tags outcome } }
}`;

function dataWith({ has }: Schema): unknown {
  const hasColumn = (column: string): boolean => has('registry', column);
  return {
    viewer: { username: 'ann' },
    registry: {
      id: expect.any(String) as string,
      addr: 'http://127.0.0.1:1',
      maxAge: 86_400,
      createdAt: time,
      readOnly: hasColumn('read_only'),
      hasClientCertificate: hasColumn('client_certificate_sealed'),
      followedRepositories: hasColumn('followed_repositories') ? ['team/*'] : [],
      protection: hasColumn('protection') ? [{ repository: 'team/*', tag: 'v*' }] : [],
      retention: { intervalHours: hasColumn('retention_interval') ? 24 : null },
      jobs: [
        {
          kind: 'DELETE_TAGS',
          state: 'SUCCEEDED',
          done: 2,
          total: 2,
          requestedBy: 'ann',
          createdAt: time,
          repository: has('job', 'repository') ? 'team/app' : null,
        },
      ],
      repositories: {
        nodes: [
          {
            name: 'team/app',
            tagCount: 1,
            size: 2560,
            tags: {
              nodes: [
                {
                  name: 'v1.2.0',
                  updatedAt: time,
                  updatedAtSource: 'IMAGE_CONFIG',
                  size: 2560,
                  image: {
                    digest,
                    kind: 'IMAGE',
                    createdAt: time,
                    size: 2560,
                    platforms: [
                      {
                        os: 'linux',
                        architecture: 'arm64',
                        layers: [{ digest: before, size: 2560 }],
                        labels: [{ key: 'maintainer', value: 'core-team' }],
                      },
                    ],
                  },
                  history: { nodes: [{ digest }, ...(has('tag_revision') ? [{ digest: before }] : [])] },
                },
              ],
            },
          },
        ],
      },
    },
    tags: { edges: [{ node: { __typename: 'Tag', name: 'v1.2.0' } }] },
    labels: { edges: [{ node: { __typename: 'Image', digest } }] },
    auditLog: {
      nodes: has('audit_entry')
        ? [{ at: time, actor: 'ann', action: 'deleteTags', repository: 'team/app', tags: ['old'], outcome: 'DONE' }]
        : [],
    },
  };
}

async function logIn(gateway: TestGateway): Promise<string> {
  const { body } = await gateway.rest<{ auth_token: string }>('POST', '/auth/login', {
    access: null,
    body: { username: 'ann', password },
  });
  return `ann:${body.auth_token}`;
}

describe('a start on the database of an earlier version', () => {
  const hash = createPasswordHasher().hash(password);

  const versions = sqliteMigrations.map(({ name }, at) => [name, at + 1] as const);

  // The latest are the ones that installations have.
  it.each([...partOf(versions.slice(0, -4), 8), ...versions.slice(-4)])(
    'finds all that was in it: %s',
    async (_name, count) => {
      using folder = createFolder();
      await using registry = await createMemoryRegistry({ auth: { mode: 'basic', users: { u: 'a secret of ann' } } });
      seed(registry.store, 'app', 'v1', buildImage());
      const path = folder.file('g.db');
      const schema = await makeDatabase(path, count, rowsOf(registry.url, await hash));
      await using gateway = await startGateway({ databaseUrl: `sqlite:${path}`, loadKey: () => key });
      const access = await logIn(gateway);
      const { body } = await gateway.graphql(query, undefined, { access });
      expect(body).toEqual({ data: dataWith(schema), extensions: expect.anything() as unknown });
      // The token and the sealed password are known by what they open.
      const locked =
        '{ viewer { username roles } registry(name: "locked") { hasCredentials repositories { nodes { name } } } }';
      const opened = await gateway.graphql(locked, undefined, {
        access: `ann:${token}`,
        headers: { 'cache-control': 'no-cache' },
      });
      expect(opened.body).toEqual({
        data: {
          viewer: { username: 'ann', roles: ['ADMIN'] },
          registry: { hasCredentials: true, repositories: { nodes: [{ name: 'app' }] } },
        },
        extensions: expect.anything() as unknown,
      });
    },
  );
});
