import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Dialect } from '../../../../src/store/dialect/dialect.js';
import { dialectOf } from '../../../../src/store/dialect/dialects.js';

const engines = {
  sqlite: new Kysely<object>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  }),
  postgres: new Kysely<object>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }),
};

function compile(engine: keyof typeof engines, write: (dialect: Dialect) => RawBuilder<unknown>) {
  const db = engines[engine];
  const { sql: text, parameters } = write(dialectOf(db)).compile(db);
  return { text: text.replaceAll(/\s+/g, ' '), parameters };
}

const name = sql.ref('name');

test('a database says itself which dialect it has', () => {
  expect(dialectOf(engines.sqlite).engine).toBe('sqlite');
  expect(dialectOf(engines.postgres).engine).toBe('postgres');
});

test.each([
  ['numbers', Array.from({ length: 100_000 }, (_, key) => key), 'bigint'],
  ['texts', Array.from({ length: 100_000 }, (_, key) => `name${key}`), 'text'],
] as const)('any number of keys is one parameter: %s', (_, keys, type) => {
  expect(compile('sqlite', ({ among }) => among(name, keys))).toEqual({
    text: '"name" in (select value from json_each(?))',
    parameters: [JSON.stringify(keys)],
  });
  expect(compile('postgres', ({ among }) => among(name, keys))).toEqual({
    text: `"name" = any($1::${type}[])`,
    parameters: [keys],
  });
});

test('PostgreSQL is not asked for one of no keys, whose type it could not tell', () => {
  expect(compile('postgres', ({ among }) => among(name, []))).toEqual({ text: 'false', parameters: [] });
});

test.each([
  ['a', '%a%', 'ilike'],
  // One without letters has no case to be blind to.
  [String.raw`50%_\ `, String.raw`%50\%\_\\ %`, 'like'],
])('a part of a name means itself, whatever patterns mean by it: %j', (part, pattern, like) => {
  expect(compile('sqlite', ({ contains }) => contains(name, part))).toEqual({
    text: String.raw`"name" like ? escape '\'`,
    parameters: [pattern],
  });
  expect(compile('postgres', ({ contains }) => contains(name, part))).toEqual({
    text: `"name" ${like} $1`,
    parameters: [pattern],
  });
});

test.each([
  ['v1.*', 'v1.%'],
  ['v?', 'v_'],
  ['a_b*', String.raw`a\_b%`],
  [String.raw`100%\*`, String.raw`100\%\\%`],
])('the glob %s is the same pattern for both', (pattern, like) => {
  expect(compile('sqlite', ({ glob }) => glob(name, pattern)).parameters).toEqual([pattern]);
  expect(compile('postgres', ({ glob }) => glob(name, pattern))).toEqual({
    text: '"name" like $1',
    parameters: [like],
  });
});

test('rows are handed to PostgreSQL without the characters that no text there can have', () => {
  const rows = [
    ['a\0b', '\ud800', 1],
    ['ü\ud83d\ude00', null, 2],
  ];
  const { parameters } = compile('postgres', ({ tableOf }) => tableOf(rows));
  expect(parameters).toEqual([
    JSON.stringify([
      ['a\ufffdb', '\ufffd', 1],
      ['ü\ud83d\ude00', null, 2],
    ]),
  ]);
  expect(compile('sqlite', ({ tableOf }) => tableOf(rows)).parameters).toEqual([JSON.stringify(rows)]);
});

test('the limit of what is picked holds for each row before, on PostgreSQL by a lateral join', () => {
  const pick = ({ pick: joined }: Dialect): RawBuilder<unknown> =>
    joined(sql`tag`, sql`tag.id`, sql`select id from tag limit 1`, sql`tag.is_hidden = 0`);
  expect(compile('sqlite', pick).text).toBe(
    'cross join tag on tag.is_hidden = 0 and tag.id in (select id from tag limit 1)',
  );
  expect(compile('postgres', pick).text).toBe(
    'cross join lateral (select id from tag limit 1) as picked(value) join tag on tag.is_hidden = 0 and tag.id = ' +
      'picked.value',
  );
});
