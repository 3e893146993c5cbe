import { type Kysely, type PluginTransformQueryArgs, sql } from 'kysely';
import type { RepositoryFilter, RepositoryOrder, TagFilter, TagOrder } from '../../../src/domain/filter.js';
import type { Page } from '../../../src/domain/page.js';
import type { Database, Tables } from '../../../src/store/database/database.js';
import { openPostgres } from '../../../src/store/postgres/open.js';
import { createListStore } from '../../../src/store/queries/lists.js';
import { createSearchStore } from '../../../src/store/queries/search.js';
import { describeWhere } from '../../support/processes/child.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../../support/servers/postgres.js';
import { addRegistry } from '../rows.js';

const [repositories, tagsEach, images] = [10_000, 10, 10_000];

/** Tables that grow with what registries hold. */
const large = ['repository', 'tag', 'image', 'repository_image', 'search_repository', 'search_tag', 'search_label'];

/** Rows that a sort may have: more than the candidates that an index gives, and less than any list. */
const mostSorted = 3000;

/** 100,000 tags of a registry: of ten names in each repository one is of no other. */
async function fill(db: Kysely<Tables>, registryId: string): Promise<void> {
  await sql`insert into image (digest, kind, media_type, manifest_size, os, architecture, created_at, size, labels,
      annotations, history, config_state, first_seen_at)
    select 'sha256:' || lpad(to_hex(n), 64, '0'), 'image', 'm', 1, 'linux', 'amd64', n, n,
      '{"build":"' || n || '"}', '{}', '[]', 'read', 0
    from generate_series(1, ${images}::int) as n`.execute(db);
  await sql`insert into repository (registry_id, name, first_seen_at, tags_confirmed_at, is_settled, tag_count, size,
      updated_at)
    select ${registryId}, 'team-' || n % 10 || '/' || case when n % 2000 = 0 then 'nginx-' else 'app-' end || n, 0, 0,
      1, ${tagsEach}::int, 0, n % 7 from generate_series(1, ${repositories}::int) as n`.execute(db);
  await sql`insert into tag (repository_id, name, sort_key, image_id, first_seen_at, changed_at, updated_at,
      updated_source)
    select repository.id, case when n = 0 then 'build-' || repository.id else 'v1.0.' || n end, '1' || n,
      repository.id % ${images}::int + 1, 0, 0, (repository.id * 7 + n) % 9973, 'FIRST_SEEN'
    from repository, generate_series(0, ${tagsEach - 1}::int) as n`.execute(db);
  await sql`insert into repository_image (repository_id, image_id)
    select distinct repository_id, image_id from tag`.execute(db);
  await sql`vacuum analyze`.execute(db);
}

/** A node of a plan, as `explain (format json)` writes it. */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Filter?: string;
  readonly 'Plan Rows': number;
  readonly 'Presorted Key'?: readonly string[];
  readonly Plans?: readonly PlanNode[];
}

/** Without the first rows of a table, which a limit takes as they come. */
function flatten(node: PlanNode): PlanNode[] {
  const isSample = (of: PlanNode): boolean =>
    node['Node Type'] === 'Limit' && of['Node Type'] === 'Seq Scan' && of.Filter === undefined;
  return [node, ...(node.Plans ?? []).filter((of) => !isSample(of)).flatMap(flatten)];
}

/** What a plan does that grows with the index: tables read whole, and lists that are sorted. */
function findLong(plan: PlanNode): string[] {
  return flatten(plan).flatMap((node) => {
    const [type, table = ''] = [node['Node Type'], node['Relation Name']];
    if (type === 'Seq Scan' && large.includes(table)) return [`reads ${table}`];
    // Any number of repositories may have one value, and be sorted; of a registry and a name there is one.
    const isOfOne = node['Presorted Key']?.some((key) => /(?:^|\.)name$/.test(key)) ?? false;
    const sorted = type.endsWith('Sort') && !isOfOne ? node.Plans![0]!['Plan Rows'] : 0;
    return sorted > mostSorted ? [`sorts ${sorted} rows`] : [];
  });
}

describeWhere(postgresFolder !== null, "Debian's package postgresql is not installed", 'plans of PostgreSQL', () => {
  let server: PostgresServer;
  let database: Database;
  let registryId: string;
  let keys: number[];
  beforeAll(async () => {
    server = await startPostgres();
    database = await openPostgres(await server.createDatabase());
    registryId = await addRegistry(database.kysely, 'r');
    await fill(database.kysely, registryId);
    const { rows } = await sql<{ id: number }>`select id from repository order by name limit 20`.execute(
      database.kysely,
    );
    keys = rows.map(({ id }) => id);
  }, 120_000);
  afterAll(async () => {
    await database.close();
    await server.close();
  });

  /** What the statements of `work` do that grows with the index; each with the beginning of its text. */
  async function explain(work: (db: Kysely<Tables>) => Promise<unknown>): Promise<{ count: number; long: string[] }> {
    const db = database.kysely;
    const seen: PluginTransformQueryArgs[] = [];
    const spied = db.withPlugin({
      transformQuery: (query) => (seen.push(query), query.node),
      transformResult: async ({ result }) => result,
    });
    await work(spied);
    const long: string[] = [];
    for (const { node, queryId } of seen) {
      const query = db.getExecutor().compileQuery(node, queryId);
      const { rows } = await db.executeQuery<{ 'QUERY PLAN': unknown }>({
        ...query,
        sql: `explain (format json) ${query.sql}`,
      });
      const told = rows[0]!['QUERY PLAN'];
      const [{ Plan: plan }] = (typeof told === 'string' ? JSON.parse(told) : told) as [{ Plan: PlanNode }];
      for (const one of findLong(plan)) long.push(`${one}: ${query.sql.replaceAll(/\s+/g, ' ').slice(0, 200)}`);
    }
    return { count: seen.length, long };
  }

  /** The first page of a list, and the one behind it. */
  async function readTwo<T extends { readonly key: number }>(
    first: number,
    read: (page: { first: number; after: string | null }) => Promise<Page<T>>,
  ): Promise<void> {
    const page = await read({ first, after: null });
    if (page.hasNextPage) await read({ first, after: page.cursorOf(page.items.at(-1)!) });
  }

  const directions = ['ASC', 'DESC'] as const;
  const repositoryOrders = (['NAME', 'UPDATED_AT', 'SIZE', 'TAG_COUNT'] as const).flatMap((field) =>
    directions.map((direction): RepositoryOrder => ({ field, direction })),
  );
  const tagOrders = (['NAME', 'SEMVER', 'UPDATED_AT'] as const).flatMap((field) =>
    directions.map((direction): TagOrder & { field: typeof field } => ({ field, direction })),
  );

  test.each(repositoryOrders)(
    'repositories by $field $direction come from an index, page after page',
    async (order) => {
      const { count, long } = await explain((db) =>
        readTwo(100, (page) => createListStore(db).listRepositories({ registryIds: [registryId] }, order, page)),
      );
      expect([count, long]).toEqual([2, []]);
    },
  );

  test.each(tagOrders)('tags by $field $direction come from an index, of one repository or many', async (order) => {
    const { count, long } = await explain(async (db) => {
      const lists = createListStore(db);
      await lists.listTags(keys, {}, order, { first: 10, after: null });
      await lists.readPlainTags(keys, order, 10, ['name', 'digest', 'size']);
      await readTwo(3, async (page) => (await lists.listTags([keys[0]!], {}, order, page)).get(keys[0]!)!);
    });
    expect([count, long]).toEqual([4, []]);
  });

  test.each<RepositoryFilter>([{ nameContains: 'nginx' }, { nameContains: 'NGINX-2' }, { namespace: 'team-3' }])(
    'repositories of the filter %j come from an index',
    async (filter) => {
      const { long } = await explain((db) =>
        createListStore(db).listRepositories(
          { registryIds: [registryId], ...filter },
          { field: 'NAME', direction: 'ASC' },
          { first: 100, after: null },
        ),
      );
      expect(long).toEqual([]);
    },
  );

  test.each<TagFilter>([
    { nameContains: 'v1' },
    { glob: 'v*' },
    { semver: '^1.0.0' },
    { platform: { os: 'linux', architecture: 'amd64' } },
  ])('tags of the filter %j come from an index, and are counted by one', async (filter) => {
    const { long } = await explain(async (db) => {
      const lists = createListStore(db);
      for (const field of ['NAME', 'SIZE'] as const)
        await lists.listTags(keys, filter, { field, direction: 'ASC' }, { first: 10, after: null });
      await lists.countTags(keys, filter);
    });
    expect(long).toEqual([]);
  });

  test.each(['nginx', 'v1', 'v1.0.7', 'build-77', 'none-such', 'a'])(
    'a search for %j reads no table whole',
    async (query) => {
      const { long } = await explain(async (db) => {
        const page = await createSearchStore(db).search(query, null, { first: 20, after: null });
        await page.totalCount();
      });
      expect(long).toEqual([]);
    },
  );

  test('a search for what most names have reads no table whole for its page', async () => {
    const { long } = await explain((db) => createSearchStore(db).search('app', null, { first: 20, after: null }));
    expect(long).toEqual([]);
  });

  test('the places of an image come from an index', async () => {
    const { rows } = await sql<{ id: number }>`select image_id as id from tag limit 1`.execute(database.kysely);
    const { long } = await explain((db) =>
      createListStore(db).listLocations([rows[0]!.id], { first: 100, after: null }),
    );
    expect(long).toEqual([]);
  });

  test('a list of repositories with a part of the name asks for few by the index of trigrams', async () => {
    const seen: string[] = [];
    const spied = database.kysely.withPlugin({
      transformQuery: ({ node, queryId }) => {
        seen.push(database.kysely.getExecutor().compileQuery(node, queryId).sql);
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const by = { field: 'NAME', direction: 'ASC' } as const;
    const list = (nameContains: string) =>
      createListStore(spied).listRepositories({ registryIds: [registryId], nameContains }, by, {
        first: 2,
        after: null,
      });
    const page = await list('Nginx-');
    expect(page.items.map(({ name }) => name)).toEqual(['team-0/nginx-10000', 'team-0/nginx-2000']);
    expect(await page.totalCount()).toBe(5);
    expect(seen).toHaveLength(3);
    expect(seen[1]).toContain('any(');
    seen.length = 0;
    expect((await list('app-')).items).toHaveLength(2);
    expect(seen[1]).not.toContain('any(');
  });
});
