import * as fc from 'fast-check';
import { sql } from 'kysely';
import { parseVersionRange, toSortKey } from '../../../src/domain/version.js';
import { createVersionTest } from '../../../src/domain/versionrange.js';
import type { Database } from '../../../src/store/database/database.js';
import { openPostgres } from '../../../src/store/postgres/open.js';
import { isVersionWithin } from '../../../src/store/sql/versionconditions.js';
import { describeWhere } from '../../support/processes/child.js';
import { postgresFolder, type PostgresServer, startPostgres } from '../../support/servers/postgres.js';

const number = fc.constantFrom(
  '0',
  '1',
  '2',
  '3',
  '10',
  '02',
  '9007199254740991',
  '9007199254740992',
  '00000000000000001',
);
const core = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(number, number, number).map((parts) => parts.join('.')) },
  number,
  fc.tuple(number, number).map((parts) => parts.join('.')),
  fc.array(number, { minLength: 4, maxLength: 5 }).map((parts) => parts.join('.')),
);
const stage = fc.constantFrom(
  '',
  '',
  '-rc',
  '-rc.1',
  '-rc.2',
  '-rc.10',
  '-0',
  '-01',
  '-alpha',
  '-rc1',
  '.rc',
  '-a--b',
  '-rc.',
  '-1a',
);
const build = fc.constantFrom('', '', '_1', '_up57.0.3', '_a_b', '_', '_0.-');
const tag = fc.tuple(fc.constantFrom('', '', 'v', 'V', 'x'), core, stage, build).map((parts) => parts.join(''));
const small = fc.constantFrom('0', '1', '2', '3', '10');
const version = fc
  .tuple(small, small, small, fc.constantFrom('', '', '-rc', '-rc.1', '-rc.2', '-0', '-alpha'))
  .map(([major, minor, patch, pre]) => `${major}.${minor}.${patch}${pre}`);
const comparator = fc.oneof(
  fc.tuple(fc.constantFrom('', '=', '>', '>=', '<', '<=', '^', '~'), version).map((parts) => parts.join('')),
  fc.constantFrom('*', '1.x', '>1', '<=2.1', '~1.2', '^0.2'),
  fc.tuple(version, version).map(([from, to]) => `${from} - ${to}`),
);
const range = fc.oneof(
  comparator,
  fc.tuple(comparator, comparator).map((both) => both.join(' || ')),
  fc.tuple(comparator, comparator).map((both) => (both.some((one) => one.includes(' - ')) ? both[0] : both.join(' '))),
);

describeWhere(postgresFolder !== null, "Debian's package postgresql is not installed", 'ranges of versions', () => {
  let server: PostgresServer;
  let database: Database;
  beforeAll(async () => {
    server = await startPostgres();
    database = await openPostgres(await server.createDatabase());
  });
  afterAll(async () => {
    await database.close();
    await server.close();
  });

  test('hold on PostgreSQL for the tags that they hold for elsewhere', async () => {
    const tags = [
      ...new Set([...fc.sample(tag, { numRuns: 3000, seed: 1 }), 'latest', 'release-1.2', '1.2.3.4', '22.04-slim']),
    ];
    const rows = JSON.stringify(tags.map((name) => [name, toSortKey(name)]));
    let held = 0;
    for (const text of new Set(fc.sample(range, { numRuns: 150, seed: 2 }))) {
      const parsed = parseVersionRange(text);
      const found = await sql<{ name: string }>`select tag.name from (select value ->> 0 as name,
        (value ->> 1) collate "C" as sort_key from json_array_elements(${rows}::json) as listed(value)) as tag
        where ${isVersionWithin(parsed)}`.execute(database.kysely);
      const expected = tags.filter(createVersionTest(parsed));
      held += expected.length;
      expect([text, found.rows.map(({ name }) => name)]).toEqual([text, expected]);
    }
    expect(held).toBeGreaterThan(1000);
  });
});
