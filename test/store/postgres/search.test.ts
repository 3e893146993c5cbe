import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { Database } from '../../../src/store/database/database.js';
import { createSearchStore } from '../../../src/store/queries/search.js';
import { describeWhere } from '../../support/processes/child.js';
import { type Engine, listEngines } from '../../support/servers/engines.js';
import { postgresFolder } from '../../support/servers/postgres.js';
import { addImage, addRepository, addTags, fakeDigest, plainly } from '../rows.js';

const registries = ['a', 'b'] as const;

const words = [
  'Über',
  'ΣΊΣΥΦΟΣ',
  'STRASSE',
  'ſtraße',
  'İstanbul',
  '日本語',
  'ЖУК',
  '𐐀𐐁',
  'e\u0301',
  '100%',
  'a_b',
  'a\\b',
  '\ud800x',
];

/** The same on every engine, ids and all: more of some names than are few, dense ones and rare ones. */
async function fill({ kysely: db }: Database): Promise<void> {
  for (const name of registries)
    await plainly(db)
      .insertInto('registry')
      .values({ id: name, name, addr: `http://${name}`, created_at: 0 })
      .execute();
  for (let at = 0; at < 1200; at++) {
    const name =
      at % 97 === 0 ? `lib/nginx-${at}` : `team-${at % 7}/app${at % 5 === 0 ? '' : `-${at}`}${at % 11 ? '' : '/app'}`;
    const key = await addRepository(db, registries[at % 2]!, `${name}${at % 5 === 0 ? `/${at}` : ''}`, {
      tag_count: at % 13 === 0 ? 0 : 1,
    });
    if (at < 60) await addTags(db, key, [{ name: `v1.0.${at % 3}` }, { name: 'latest' }, { name: `V1.0.${at}-RC` }]);
    if (at === 700 || at === 900)
      await addTags(db, key, [
        ...Array.from({ length: 1600 }, (_, index) => ({ name: `main-${(index * 7919 + at) % 100_003}` })),
        { name: 'main' },
        { name: `sha256-${'a'.repeat(64)}` },
      ]);
    if (at % 2) continue;
    const labels = {
      [`team.${at % 3}`]: words[at % words.length]!,
      title: `app ${words[(at + 3) % words.length]} ${at}`,
    };
    const image = await addImage(db, fakeDigest(`${at}f`), { labels: JSON.stringify(labels) });
    await db.insertInto('repository_image').values({ repository_id: key, image_id: image, attestation: 0 }).execute();
  }
  await addImage(db, fakeDigest('ff'), { labels: JSON.stringify({ text: `${'日本'.repeat(5000)}end` }) });
}

/** All that is found, page by page, with its cursors; and how many. */
async function findAll({ kysely }: Database, query: string, registryIds: string[] | null): Promise<string> {
  const lines: string[] = [];
  for (let after: string | null = null; ;) {
    const page = await createSearchStore(kysely).search(query, registryIds, { first: 100, after });
    for (const hit of page.items) lines.push(`${hit.rank} ${hit.type} ${hit.key} ${page.cursorOf(hit)}`);
    if (lines.length > 10_000) throw new Error('The search does not end.');
    if (!page.hasNextPage) return [...lines, await page.totalCount()].join('\n');
    after = page.cursorOf(page.items.at(-1)!);
  }
}

const queries = [
  'a m v te ma 17 team app main latest nginx v1.0 v1.0.1 V1.0.7-RC none-such main-9 -rc . -- /app ap- title=app'.split(
    ' ',
  ),
  ['team-3 app', 'app 17', 'main 9', 'te am', 'n n n', 'main OR app', 'NEAR(a b)', `app ${'a '.repeat(100)}`],
  '% _ \\ a_b a\\b 100% %%% " \' * << > <<main> {a} [a] team.1= ff 1200f'.split(' '),
  words,
  words.map((word) => word.toLowerCase()),
  ['σίσυφος', 'strasse', 'straße', '本', '日本', 'é', '\ud800', 'x'.repeat(255)],
].flat();

describeWhere(postgresFolder !== null, "Debian's package postgresql is not installed", 'search on both engines', () => {
  const opened = new Map<Engine['name'], Database>();
  // Before the engines' own, which stops the server.
  afterAll(async () => {
    for (const database of opened.values()) await database.close();
  });
  const engines = postgresFolder === null ? [] : listEngines('search on both engines');
  beforeAll(async () => {
    for (const { name, open } of engines) {
      const database = await open();
      opened.set(name, database);
      await fill(database);
    }
  });

  test.each(queries)('finds the same for %j, in the same order and as many', async (query) => {
    for (const registryIds of [null, ['b'], []]) {
      const [sqlite, postgres] = await Promise.all(
        (['sqlite', 'postgres'] as const).map((name) => findAll(opened.get(name)!, query, registryIds)),
      );
      expect(postgres).toBe(sqlite);
    }
  });

  test('each letter is taken for the same one', async () => {
    const lite = new DatabaseSync(':memory:');
    lite.exec("create virtual table written using fts5(letter, tokenize='trigram')");
    lite.exec("create virtual table term using fts5vocab(written, 'instance')");
    const insert = lite.prepare('insert into written (rowid, letter) values (?, ?)');
    const letters = Array.from({ length: 0x1ffff }, (_, code) => code + 1).filter(
      (code) => !(code >= 0xd800 && code < 0xe000),
    );
    lite.exec('begin');
    for (const code of letters) insert.run(code, String.fromCodePoint(code).repeat(3));
    const expected = lite
      .prepare('select term, doc from term order by doc')
      .all()
      .map(({ term, doc }) => `${String(doc)} ${String(term).codePointAt(0)}`)
      // Two that are no characters: SQLite keeps neither.
      .filter((line) => !/^6553[45] /.test(line));
    lite.close();
    const codes = expected.map((line) => Number(line.split(' ')[0]));
    const { rows } = await sql<{ line: string }>`select code || ' ' || ascii(search_fold(chr(code))) as line
      from unnest(${codes}::int[]) with ordinality as listed(code, place) order by place`.execute(
      opened.get('postgres')!.kysely,
    );
    expect(expected.length).toBeGreaterThan(120_000);
    expect(rows.map(({ line }) => line).filter((line, at) => line !== expected[at])).toEqual([]);
  });

  test('names that are added in several transactions at once are there once, and nobody waits for the other in vain', async () => {
    const { kysely: db } = opened.get('postgres')!;
    const keys = await Promise.all(['w/1', 'w/2', 'w/3', 'w/4'].map((name) => addRepository(db, 'a', name)));
    const names = Array.from({ length: 200 }, (_, at) => `together-${at}`);
    await Promise.all(
      keys.map((key, at) =>
        addTags(
          db,
          key,
          (at % 2 ? names : names.toReversed()).map((name) => ({ name })),
        ),
      ),
    );
    const { rows } = await sql<{ names: number; tags: number }>`select count(*) as names, sum((select count(*) from tag
      where tag.name = search_tag.name and tag.id >= first_id)) as tags from search_tag
      where name like 'together-%'`.execute(db);
    expect(rows).toEqual([{ names: 200, tags: 800 }]);
  });
});
