import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { fillDemo } from '../../src/demo/content.js';
import { openDatabase } from '../../src/store/database/database.js';
import { leftOut, listMovedTables } from '../../src/store/moving/movedtables.js';
import { openSqliteFile, type SqliteFile } from '../../src/store/file/driver.js';
import { openPostgres } from '../../src/store/postgres/open.js';
import { createFolder } from '../store/files.js';
import { describeWhere } from '../support/processes/child.js';
import { startCommand } from '../support/processes/gateway.js';
import { program } from '../support/processes/program.js';
import { createMemoryRegistry } from '../support/registry/server.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../support/servers/postgres.js';
import { startGateway } from '../support/worlds/gateway.js';
import { type Result, runCommandLine } from './run.js';

const secret = 'a-first-secret-of-enough-characters-1';
const key = Buffer.from(secret);
const folder = createFolder();
/** A gateway's file, of a registry that was crawled, and with what SQLite can hold. */
const crawled = folder.file('crawled.db');
/** Rows of the table with the most: three pieces. */
const revisions = 2500;

const move = (from: string, to: string, ...more: string[]): Promise<Result> =>
  runCommandLine('sqlite:nowhere.db', ['migrate-store', '--from', from, '--to', to, ...more], {
    env: { SECRET_KEY: secret },
  });

async function crawl(): Promise<void> {
  await using registry = await createMemoryRegistry({ auth: { mode: 'basic', users: { u: 'p' } }, strict: false });
  fillDemo(registry.store);
  await using gateway = await startGateway({ databaseUrl: `sqlite:${crawled}`, loadKey: () => key });
  await gateway.attach('r', registry.url, { username: 'u', password: 'p' });
  await gateway.crawl('r');
}

/** What no crawl of a good registry would write. */
function addStrangeRows(file: SqliteFile): void {
  const run = (statement: string, ...values: unknown[]): unknown => file.prepare(statement).run(...values);
  const labels = String.raw`{"b":"1","a":"2","10":"3","\u0000é":"\ud83d","":"😀‮"}`;
  run('update image set labels = ? where id = (select min(id) from image)', labels);
  run('update image_entry set size = ? where rowid = 1', 9_007_199_254_740_993n);
  run('update image set author = ? where id = (select max(id) from image)', 'a\0b{"},\\N"');
  run('update registry set health_message = ?, latency_ms = null', 'line 1\nline 2\t\\ "\' ￿ 𝔘\u2028');
  run("insert into account (id, username, roles, created_at) values ('z', 'é😀', '[]', -1)");
  run("insert into setting (key, value) values ('', '')");
  const insert = file.prepare(
    `insert into tag_revision (registry_id, repository, tag, digest, since, since_source, until, until_source)
     select id, 'team/app', ?, 'sha256:0', 1, 'FIRST_SEEN', 2, 'CHANGE_SEEN' from registry`,
  );
  for (let at = 0; at < revisions; at++) insert.run(`v${at}`);
  // Rows that went leave numbers that are never given again.
  run('delete from tag_revision where id > (select max(id) - 5 from tag_revision)');
}

/** All that the tables of the entities have, the order in which rows came, and the last numbers that were given. */
async function readAll(path: string): Promise<Record<string, unknown>> {
  const file = openSqliteFile(path, { readonly: true });
  const tables = await listMovedTables();
  const all = tables.map(({ name, key, columns }) => {
    const order = key.map((column) => `"${column.name}"`).join(', ');
    const arrival = columns.some(({ isArrival }) => isArrival) ? 'rowid as "row", ' : '';
    return [name, file.prepare(`select ${arrival}* from "${name}" order by ${order}`).all()] as const;
  });
  const numbers = readNumbers(file);
  const found = ['search_repository', 'search_tag', 'search_label'].map((name) =>
    file.prepare(`select rowid as "row" from ${name}`).all(),
  );
  file.close();
  return { ...Object.fromEntries(all), numbers, found };
}

/** Ids of events that may be lost with a power cut are passed over: a file that was not closed in order has such. */
const skipped = 1_000_000;

function readNumbers(file: SqliteFile): Record<string, number> {
  const rows = file.prepare("select name, seq from sqlite_sequence where name <> 'mikro_orm_migrations'").all();
  return Object.fromEntries(rows.map(({ name, seq }) => [String(name), Number(seq)]));
}

/** As `readAll` gives it, when it was moved to PostgreSQL once. */
function asMoved(before: Record<string, unknown>): Record<string, unknown> {
  const images = (before['image'] as { author: string | null }[]).map((image) => ({
    ...image,
    author: image.author?.replace('\0', '\ufffd') ?? null,
  }));
  const numbers = before['numbers'] as { readonly event: number };
  return { ...before, image: images, numbers: { ...numbers, event: numbers.event + skipped } };
}

beforeAll(async () => {
  await crawl();
  const file = openSqliteFile(crawled);
  addStrangeRows(file);
  file.close();
});
afterAll(() => folder[Symbol.dispose]());

it.each([
  ['sqlite:a.db', 'sqlite:b.db', 'One of --from and --to must be sqlite:'],
  ['postgres://u@h/a', 'postgres://u@h/b', 'One of --from and --to must be sqlite:'],
  ['mysql://h/a', 'sqlite:b.db', 'One of --from and --to must be sqlite:'],
  ['sqlite::memory:', 'postgres://u@h/b', 'A database in memory cannot be moved'],
  ['sqlite:none.db', 'postgres://u@h/b', 'There is no database at'],
])('a move from %s to %s is refused', async (from, to, message) => {
  const { code, out, err } = await move(from, to);
  expect({ code, out, err }).toEqual({ code: 1, out: '', err: expect.stringContaining(message) as string });
  expect(err).not.toContain('secret');
});

it('every table is one that is moved, or one that is known to stay', async () => {
  const known = new Set([...(await listMovedTables()).map(({ name }) => name), ...Object.keys(leftOut)]);
  const database = await openDatabase(`sqlite:${folder.file('tables.db')}`);
  await database.close();
  const file = openSqliteFile(folder.file('tables.db'), { readonly: true });
  // Indexes for searches are made by triggers as the rows come.
  const tables = file
    .prepare(
      "select name from sqlite_master where type = 'table' and name not like 'search%' and name not like 'sqlite%'",
    )
    .all();
  file.close();
  expect(tables.map(({ name }) => String(name)).filter((name) => !known.has(name))).toEqual([]);
});

describeWhere(postgresFolder !== null, "Debian's package postgresql is not installed", 'migrate-store', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  it('every table of PostgreSQL is one that is moved, or one that is known to stay', async () => {
    const known = new Set([...(await listMovedTables()).map(({ name }) => name), ...Object.keys(leftOut)]);
    const url = await server.createDatabase();
    await (await openPostgres(url)).close();
    const tables = await server.run(url, "select tablename from pg_tables where schemaname = 'public'");
    expect(tables.split('\n').filter((name) => !known.has(name))).toEqual([]);
  });

  it('an installation goes to PostgreSQL and back as it was, but for texts with the character 0, which are named', async () => {
    const url = await server.createDatabase();
    const before = await readAll(crawled);
    const there = await move(`sqlite:${crawled}`, url);
    expect(there).toMatchObject({ code: 0 });
    const last = (before['image'] as { id: number }[]).at(-1)!;
    expect(there.out).toContain(`have U+FFFD in its place:\n  image.author of ${last.id}\n`);
    expect(await readAll(crawled)).toEqual(before);
    const back = await move(url, `sqlite:${folder.file('back.db')}`, '--json');
    expect(back).toMatchObject({ code: 0 });
    expect(await readAll(folder.file('back.db'))).toEqual(asMoved(before));
    const { tables } = JSON.parse(back.out) as { tables: { name: string; rows: number; checksum: string }[] };
    for (const { name, rows, checksum } of tables) expect(there.out).toContain(`${name}\t${rows}\t${checksum}\n`);
    expect(readdirSync(folder.path).filter((name) => name.includes('moving'))).toEqual([]);
    await using gateway = await startGateway({ databaseUrl: `sqlite:${folder.file('back.db')}`, loadKey: () => key });
    const { body } = await gateway.graphql('{ registry(name: "r") { hasCredentials } }');
    expect(body).toMatchObject({ data: { registry: { hasCredentials: true } } });
  });

  const tagFields = 'id name digest updatedAt updatedAtSource size history(first: 5) { nodes { digest since } }';
  const imageFields =
    'image { id digest kind size createdAt platforms(first: 9) { os author labels(first: 50) { key value } } }';
  const queries = [
    ...['NAME', 'UPDATED_AT', 'SIZE', 'TAG_COUNT'].flatMap((field) =>
      ['ASC', 'DESC'].map(
        (direction) => `{ registry(name: "r") { id addr repositories(first: 4, orderBy: { field: ${field},
          direction: ${direction} }) { totalCount pageInfo { endCursor } nodes { id name size tagCount
          updatedAt } } } }`,
      ),
    ),
    `{ registry(name: "r") { repositories(first: 20) { nodes { name tags(first: 20) { totalCount pageInfo { endCursor }
      nodes { ${tagFields} ${imageFields} } } } } } }`,
    '{ registry(name: "r") { jobs(first: 5) { id work state done total createdAt } } }',
    '{ auditLog(first: 50, filter: { registry: "r" }) { nodes { id at actor action outcome } } }',
  ];

  it('both gateways give the same answers, with the same ids and cursors', async () => {
    const url = await server.createDatabase();
    const copy = folder.file('asked.db');
    await runCommandLine(`sqlite:${crawled}`, ['backup', copy]);
    await move(`sqlite:${copy}`, url);
    await using file = await startGateway({ databaseUrl: `sqlite:${copy}`, loadKey: () => key });
    await using postgres = await startGateway({ databaseUrl: url, loadKey: () => key });
    for (const query of queries) {
      const [here, there] = [await file.graphql(query), await postgres.graphql(query)];
      expect([query, here.body.errors]).toEqual([query, undefined]);
      // PostgreSQL has no text with the character 0, but in JSON.
      const [expected, found] = [here, there].map(({ body }) =>
        JSON.stringify(body.data).replaceAll(String.raw`\u0000`, '\ufffd'),
      );
      expect(found).toBe(expected);
    }
  });

  it('the next rows get numbers that no row had', async () => {
    const url = await server.createDatabase();
    await move(`sqlite:${crawled}`, url);
    const file = openSqliteFile(crawled, { readonly: true });
    const numbers = Object.entries(readNumbers(file));
    const jobs = file.prepare('select max(rowid) as last from job').all();
    file.close();
    expect(numbers.length).toBeGreaterThan(5);
    for (const [name, number] of numbers)
      expect([name, await server.run(url, `select nextval(pg_get_serial_sequence('${name}', 'id'))`)]).toEqual([
        name,
        String(number + 1 + (name === 'event' ? skipped : 0)),
      ]);
    expect(await server.run(url, "select nextval(pg_get_serial_sequence('job', 'seq'))")).toBe(
      String(Number(jobs[0]!['last']) + 1),
    );
  });

  it('a dry run reads all, and changes nothing', async () => {
    const url = await server.createDatabase();
    const { code, out } = await move(`sqlite:${crawled}`, url, '--dry-run');
    expect(code).toBe(0);
    expect(out).toMatch(/\ntag_revision\t2495\t[0-9a-f]{32}\n/);
    expect(out).toContain('Nothing was changed.\n');
    expect(await server.run(url, "select count(*) from pg_tables where schemaname = 'public'")).toBe('0');
  });

  it('a move is refused where a gateway serves the source, the target has rows, the key is another, or a value does not fit', async () => {
    const url = await server.createDatabase();
    const served = await openDatabase(`sqlite:${folder.file('served.db')}`);
    expect(await move(`sqlite:${folder.file('served.db')}`, url)).toMatchObject({
      code: 1,
      err: expect.stringContaining('Another gateway is running on') as string,
    });
    await served.close();
    const args = ['migrate-store', '--from', `sqlite:${crawled}`, '--to', url];
    for (const [env, code, message] of [
      [{ SECRET_KEY: 'another-secret-of-enough-characters-2' }, 1, 'SECRET_KEY is not the key of this database'],
      [{}, 78, 'SECRET_KEY must be set'],
    ] as const)
      expect(await runCommandLine('', args, { env })).toMatchObject({
        code,
        err: expect.stringContaining(message) as string,
      });
    const odd = folder.file('odd.db');
    await runCommandLine(`sqlite:${crawled}`, ['backup', odd]);
    const file = openSqliteFile(odd);
    file.prepare('update image set manifest_size = 1.5 where id = 1').run();
    file.close();
    expect(await move(`sqlite:${odd}`, url, '--dry-run')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/column manifest_size of the table image .* row 1 .*\(int\): "1\.5"/) as string,
    });
    await using gateway = Object.assign(await openPostgres(url), { [Symbol.asyncDispose]: () => Promise.resolve() });
    await gateway.kysely.selectFrom('account').select('id').execute();
    expect(await move(`sqlite:${crawled}`, url)).toMatchObject({
      code: 1,
      err: expect.stringContaining('A gateway is connected to postgres://127.0.0.1') as string,
    });
    await gateway.close();
    await server.run(url, "insert into setting values ('a', 'b')");
    expect(await move(`sqlite:${crawled}`, url)).toMatchObject({
      code: 1,
      err: expect.stringContaining('is not empty: its table setting has rows') as string,
    });
    expect(await server.run(url, 'select count(*) from account')).toBe('0');
    writeFileSync(folder.file('taken.db'), 'mine');
    expect(await move(url, `sqlite:${folder.file('taken.db')}`)).toMatchObject({
      code: 1,
      err: expect.stringContaining('exists already') as string,
    });
    await server.run(url, "insert into mikro_orm_migrations (name) values ('later')");
    expect(await move(url, `sqlite:${folder.file('new.db')}`)).toMatchObject({
      code: 1,
      err: expect.stringContaining('is of another version') as string,
    });
    expect(existsSync(folder.file('new.db'))).toBe(false);
  });

  describe('killed in the middle', () => {
    const killing = new URL('../support/processes/killing.js', import.meta.url).href;

    /** Runs the command, and kills it (kill -9) before the n-th statement of SQLite that fits. */
    async function moveKilled(from: string, to: string, statements: string, at: number): Promise<void> {
      const env = {
        SECRET_KEY: secret,
        NODE_OPTIONS: `--import=${killing}`,
        KILL_STATEMENTS: statements,
        KILL_AT: String(at),
      };
      const args = [process.execPath, program, 'migrate-store', '--from', from, '--to', to];
      const command = startCommand(folder.path, env, args, false);
      expect([await command.ended(), command.output()]).toEqual([null, expect.any(String)]);
    }

    it('a move goes on where it stopped, in either direction, and nobody opens what is not whole', async () => {
      const url = await server.createDatabase();
      const before = await readAll(crawled);
      await moveKilled(`sqlite:${crawled}`, url, 'select .* from "tag_revision"', 2);
      await moveKilled(`sqlite:${crawled}`, url, 'select .* from "tag"', 2);
      await expect(openPostgres(url)).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await move(url, `sqlite:${folder.file('early.db')}`)).toMatchObject({
        code: 1,
        err: expect.stringContaining('a move into it did not end') as string,
      });
      const first = Number(await server.run(url, 'select count(*) from image'));
      expect(first).toBeGreaterThan(0);
      expect(await move(`sqlite:${crawled}`, url)).toMatchObject({
        code: 0,
        out: expect.stringContaining('The move that was begun before is at its end.') as string,
      });
      const file = folder.file('resumed.db');
      // Pieces of 50, 100, 200 and 400 rows, and in the fifth it is killed.
      await moveKilled(url, `sqlite:${file}`, '^insert into "tag_revision"', 1500);
      expect(existsSync(file)).toBe(false);
      const unfinished = openSqliteFile(`${file}.moving`, { readonly: true });
      expect(unfinished.prepare('select count(*) as rows from tag_revision').all()).toEqual([{ rows: 750 }]);
      unfinished.close();
      expect(await move(url, `sqlite:${file}`)).toMatchObject({ code: 0 });
      expect(await readAll(file)).toEqual(asMoved(before));
    });

    it('a move whose source has changed since says so, and leaves the target unfinished', async () => {
      const url = await server.createDatabase();
      const source = folder.file('changing.db');
      await runCommandLine(`sqlite:${crawled}`, ['backup', source]);
      await moveKilled(`sqlite:${source}`, url, 'select .* from "tag_revision"', 2);
      const file = openSqliteFile(source);
      file.prepare("update account set username = 'other' where id = 'z'").run();
      file.close();
      expect(await move(`sqlite:${source}`, url)).toMatchObject({
        code: 1,
        err: expect.stringContaining(`does not have the rows of ${source}: account.`) as string,
      });
      await expect(openPostgres(url)).rejects.toMatchObject({ code: 'CONFLICT' });
      const other = folder.file('other.db');
      await (await openDatabase(`sqlite:${other}`)).close();
      expect(await move(`sqlite:${other}`, url)).toMatchObject({
        code: 1,
        err: expect.stringContaining('from another database or by another version') as string,
      });
    });
  });
});
