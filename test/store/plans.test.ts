import { sql } from 'kysely';
import type { Database } from '../../src/store/database/database.js';
import { createTestCatalogue } from '../support/worlds/catalogue.js';
import { buildImage } from '../support/content/images.js';
import { seed } from '../support/content/push.js';
import { createMemoryRegistry } from '../support/registry/server.js';
import { watchStatements } from '../support/observed/statements.js';

/** Tables that stay small whatever registries hold: one row a registry, an account, a setting. */
const small = new Set(['registry', 'setting', 'account', 'mikro_orm_migrations']);

/** The tables that a statement reads from end to end. */
async function findScanned({ kysely }: Database, statement: string): Promise<string[]> {
  const { rows: tables } = await sql<{ name: string }>`select name from sqlite_master where type = 'table'`.execute(
    kysely,
  );
  const names = new Set(tables.map(({ name }) => name).filter((name) => !small.has(name)));
  const parameters = statement
    .split('?')
    .slice(1)
    .map(() => null);
  const plan = await kysely.executeQuery<{ detail: string }>({
    sql: `explain query plan ${statement}`,
    parameters,
    query: { kind: 'RawNode' },
  } as never);
  return plan.rows.flatMap(({ detail }) => /^SCAN (\w+)/.exec(detail)?.[1] ?? []).filter((name) => names.has(name));
}

test('no statement of a crawl, a notification, a deletion or a run of retention reads a table from end to end', async () => {
  await using registry = await createMemoryRegistry();
  await using fixture = await createTestCatalogue();
  for (const repository of ['a/one', 'a/two', 'b/three']) {
    for (const tag of ['1.0.0', '1.1.0', '2.0.0'])
      seed(registry.store, repository, tag, buildImage({ labels: { of: `${repository}:${tag}` } }));
  }
  const watched = await watchStatements(fixture.database);
  await fixture.attach('r', registry.url);
  await fixture.crawl('r');
  await fixture.crawl('r');
  await fixture.query(
    'mutation { deleteTags(input: { registry: "r", repository: "a/one", tags: ["1.0.0"] }) { job { id } } }',
  );
  await fixture.query('mutation { deleteRepository(input: { registry: "r", repository: "b/three" }) { job { id } } }');
  await fixture.crawl('r');
  const statements = new Set(watched.take());
  const scanned = [];
  for (const statement of statements) {
    if (!/^\s*(?:select|with|update|delete|insert)/i.test(statement) || /sqlite_master|mikro_orm/.test(statement))
      continue;
    for (const table of await findScanned(fixture.database, statement))
      scanned.push(`${table}: ${statement.replaceAll(/\s+/g, ' ').slice(0, 300)}`);
  }
  expect(statements.size).toBeGreaterThan(40);
  expect(scanned).toEqual([]);
});
