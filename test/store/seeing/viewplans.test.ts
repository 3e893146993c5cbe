import { type CompiledQuery, type Kysely, type KyselyPlugin, sql } from 'kysely';
import { parseRepositoryGlob } from '../../../src/domain/glob.js';
import type { Database, Tables } from '../../../src/store/database/database.js';
import { createListStore, type ListStore } from '../../../src/store/queries/lists.js';
import { listEngines } from '../../support/servers/engines.js';
import { addRegistry } from '../rows.js';

const [repositories, tagsEach] = [3000, 5];
const page = { first: 10, after: null };
const byName = { field: 'NAME', direction: 'ASC' } as const;

async function fill({ kysely: db }: Database): Promise<string> {
  const id = await addRegistry(db, 'r');
  const upTo = (last: number) =>
    sql`with recursive n(n) as (select 1 union all select n + 1 from n where n < ${sql.lit(last)})`;
  await sql`insert into image (digest, kind, media_type, manifest_size, labels, annotations, history, config_state,
      first_seen_at) ${upTo(repositories)} select 'sha256:' || n, 'image', 'm', 1, '{}', '{}', '[]', 'read', 0
    from n`.execute(db);
  await sql`insert into repository (registry_id, name, first_seen_at, tags_confirmed_at, is_settled, tag_count, size)
    ${upTo(repositories)} select ${id}, 'team-' || (n % 2) || '/app-' || n, 0, 0, 1, ${sql.lit(tagsEach)}, 0
    from n`.execute(db);
  await sql`insert into tag (repository_id, name, sort_key, image_id, first_seen_at, changed_at, updated_at,
      updated_source) ${upTo(tagsEach)} select repository.id, 'v' || n, '1' || n, image.id, 0, 0, 0, 'FIRST_SEEN'
    from n cross join repository join image on image.digest = 'sha256:' || repository.id`.execute(db);
  await sql`insert into repository_image (repository_id, image_id) select distinct repository_id, image_id
    from tag`.execute(db);
  return id;
}

/** A handle whose statements are noted as they are put. */
function note(db: Kysely<Tables>): { readonly db: Kysely<Tables>; readonly queries: CompiledQuery[] } {
  const queries: CompiledQuery[] = [];
  const plugin: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      queries.push(db.getExecutor().compileQuery(node, queryId));
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return { db: db.withPlugin(plugin), queries };
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

/** The tables that a statement looks into, each as often as it does, and those that it reads from end to end. */
interface Looks {
  readonly all: readonly string[];
  readonly whole: readonly string[];
}

async function explain(db: Kysely<Tables>, engine: string, query: CompiledQuery): Promise<Looks> {
  const prefix = engine === 'postgres' ? 'explain (format json)' : 'explain query plan';
  const { rows } = await db.executeQuery<Record<string, unknown>>({ ...query, sql: `${prefix} ${query.sql}` });
  if (engine !== 'postgres') return readSqlitePlan(rows.map(({ detail }) => String(detail)));
  const found = rows[0]!['QUERY PLAN'];
  const [{ Plan }] = (typeof found === 'string' ? JSON.parse(found) : found) as [{ Plan: PlanNode }];
  const flatten = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flatten)];
  const nodes = flatten(Plan).filter((node) => node['Relation Name'] !== undefined);
  const nameOf = (node: PlanNode): string => node['Relation Name']!;
  // So few patterns are read whole sooner than looked up.
  const isWhole = (node: PlanNode): boolean =>
    node['Node Type'] === 'Seq Scan' && nameOf(node) !== 'pattern_repository';
  return { all: nodes.map(nameOf), whole: nodes.filter(isWhole).map(nameOf) };
}

/** A table is `own` in its view, and `held` where it is looked at whether a repository is of the viewer's patterns. */
function readSqlitePlan(details: readonly string[]): Looks {
  const nameOf = (detail: string): string => {
    const [, name = ''] = /^(?:SCAN|SEARCH) (\w+)/.exec(detail) ?? [];
    return name === 'held' ? 'pattern_repository' : name;
  };
  const isOfIndex = (detail: string): boolean => ['own', 'held', 'kept', 'named'].some((name) => detail.includes(name));
  return {
    all: details.flatMap((detail) => nameOf(detail) || []),
    whole: details.filter((detail) => /^SCAN (?!.* USING )/.test(detail) && isOfIndex(detail)).map(nameOf),
  };
}

const countOf = ({ all }: Looks, table: string): number => all.filter((name) => name === table).length;

describe.each(listEngines('plans of what viewers see'))('on $name', ({ name: engine, open }) => {
  let database: Database;
  let noted: ReturnType<typeof note>;
  let lists: ListStore;
  let keys: number[];

  beforeAll(async () => {
    database = await open();
    const id = await fill(database);
    const { kysely } = database.seenBy([{ registryId: id, repositories: parseRepositoryGlob('team-0/*') }]);
    const { rows } = await sql<{ id: number }>`select id from repository order by id limit 100`.execute(kysely);
    keys = rows.map((row) => row.id);
    await sql`${sql.raw(engine === 'postgres' ? 'vacuum analyze' : 'analyze')}`.execute(database.kysely);
    noted = note(kysely);
    lists = createListStore(noted.db);
  });
  afterAll(() => database.close());

  const explainOne = async (): Promise<Looks> => {
    const queries = noted.queries.splice(0);
    expect(queries.length).toBe(1);
    return explain(database.seenBy([]).kysely, engine, queries[0]!);
  };

  test.each<[string, () => Promise<Map<number, { readonly items: readonly unknown[] }>>]>([
    ['whole tags', () => lists.listTags(keys, {}, byName, page)],
    ['plain tags', () => lists.readPlainTags(keys, byName, 10, ['name', 'digest', 'size'])],
  ])('a page of %s looks at each repository once, and at no tag or image of it again', async (_what, read) => {
    const found = await read();
    expect([...found.values()].flatMap(({ items }) => items).length).toBe(500);
    const looks = await explainOne();
    expect([countOf(looks, 'pattern_repository'), looks.whole]).toEqual([1, []]);
  });

  test('a page of repositories is one statement by an index', async () => {
    expect((await lists.listRepositories({}, byName, page)).items.length).toBe(10);
    expect((await explainOne()).whole).toEqual([]);
  });

  test('a tag of a repository that is not seen is reached by no key', async () => {
    const { kysely } = database.seenBy([{ registryId: null, repositories: parseRepositoryGlob('team-1/*') }]);
    const others = createListStore(kysely);
    const hidden = await others.readPlainTags(keys, byName, 10, ['name']);
    expect([...hidden.values()].flatMap(({ items }) => items)).toEqual([]);
    const tags = await others.listTags(keys, {}, byName, page);
    expect([...tags.values()].flatMap(({ items }) => items)).toEqual([]);
  });
});
