import { isDeepStrictEqual } from 'node:util';
import { createSchema } from '../../src/graphql/server/schema.js';
import { type Database, openDatabase } from '../../src/store/database/database.js';
import { createSlices } from '../../src/timer.js';
import { readRoutes } from '../support/observed/routes.js';
import { createMemoryRegistry } from '../support/registry/server.js';
import { amount, chooseSeed, report } from '../support/run/amount.js';
import { createRandom } from '../support/run/random.js';
import { listEngines } from '../support/servers/engines.js';
import { testViewer } from '../support/worlds/context.js';
import { askGraphQL, askRest, followEvents, openSide, type Side, viewerOf } from '../support/worlds/grantedsides.js';
import { choosePlaces, createWorld, reduceWorld, repositoryNames } from '../support/worlds/grantedworld.js';
import { createFolder } from '../store/files.js';
import { listUntouched, routesLeftOut, writePaths, writeQueries } from './queries.js';

const schema = createSchema(createSlices(1, () => 0));
const queries = writeQueries(schema, repositoryNames);
const paths = writePaths(repositoryNames);

/** In `npm test` each question is put to some of the worlds. */
const everyNth = amount(10, 1);

const folder = createFolder();
afterAll(() => folder[Symbol.dispose]());
let files = 0;
const inFile = {
  name: 'a file',
  worlds: amount(8, 500),
  open: async (): Promise<Database> => openDatabase(`sqlite:${folder.file(`${(files += 1)}.db`)}`),
};
// A database in memory makes its views for each statement: a file is the same, and fast.
const servers = listEngines('what viewers with grants are told')
  .filter(({ name }) => name === 'postgres')
  .map((engine) => ({ ...engine, worlds: amount(2, 500) }));

interface Question {
  readonly text: string;
  readonly ask: (side: Side) => Promise<unknown>;
}

const questions: readonly Question[] = [
  ...queries.map((text) => ({ text, ask: (side: Side) => askGraphQL(schema, side, text) })),
  ...paths.map((text) => ({ text, ask: (side: Side) => askRest(side, text) })),
  { text: 'a stream of events', ask: (side) => followEvents(side, '0') },
];

test('every field that shows the catalogue is in a query of the comparison, or says why it is in none', () => {
  expect(listUntouched(schema, queries)).toEqual([]);
});

test('every address that answers to GET is asked, or says why it is not', async () => {
  await using side = await openSide(await inFile.open());
  const routes = readRoutes({ app: side as never }).filter(([, methods]) => methods!.split(', ').includes('GET'));
  const asked = (pattern: string): boolean => {
    const steps = pattern.replace(/\/\*$/, '/.+').replace(/:\w+/g, '[^/?]+');
    return paths.some((path) => new RegExp(`^${steps}(?:\\?.*)?$`).test(path));
  };
  const unasked = routes.flatMap(([pattern = '']) => (asked(pattern) ? [] : [pattern]));
  expect(new Set(unasked)).toEqual(new Set(Object.keys(routesLeftOut)));
});

describe.each([inFile, ...servers])('on $name', ({ open, worlds }) => {
  test(`a viewer with grants is told of ${worlds} worlds as an admin is of them without all else`, async () => {
    await using registry = await createMemoryRegistry();
    await using full = await openSide(await open());
    await using reduced = await openSide(await open());
    const seed = chooseSeed();
    let answers = 0;
    for (let at = 0; at < worlds; at++) {
      const random = createRandom(seed + at);
      const world = createWorld(random, registry.url);
      const places = choosePlaces(random);
      await full.show(world, viewerOf(places));
      await reduced.show(reduceWorld(world, places), testViewer);
      const put = questions.filter((_question, n) => (n + at) % everyNth === 0);
      for (const question of put) await compare(full, reduced, question, { seed: seed + at, places });
      answers += put.length;
    }
    expect(answers).toBeGreaterThanOrEqual(Math.floor((worlds * questions.length) / everyNth) - worlds);
  }, 7_200_000);
});

/** Fails where the two are told something else. `found` says how to find the world again. */
async function compare(full: Side, reduced: Side, { text, ask }: Question, found: Readonly<Record<string, unknown>>) {
  const [told, expected] = [await askReadably(full, ask), await ask(reduced)].map(leaveSealedOut);
  if (isDeepStrictEqual(told, expected)) return;
  report('the world that differs', { ...found, question: text.slice(0, 80) });
  expect(told).toEqual(expected);
}

/** Cursors of derived images are sealed by the key of each side: all that is compared of them is where they are. */
function leaveSealedOut(answer: unknown): unknown {
  const beginning = Buffer.from('["derived:').toString('base64url').slice(0, -1);
  return JSON.parse(JSON.stringify(answer).replaceAll(new RegExp(`"${beginning}[^"]*"`, 'g'), '"sealed"')) as unknown;
}

async function askReadably(side: Side, ask: Question['ask']): Promise<unknown> {
  return JSON.parse(side.readIds(JSON.stringify(await ask(side)))) as unknown;
}
