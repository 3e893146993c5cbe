import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { graphql, type GraphQLSchema } from 'graphql';
import { type Catalogue, createCatalogue } from '../../src/catalogue/catalogue.js';
import type { Viewer } from '../../src/domain/account.js';
import type { GrantedPlace } from '../../src/domain/grant.js';
import { createSchema } from '../../src/graphql/server/schema.js';
import { type Database, openDatabase } from '../../src/store/database/database.js';
import { createKeyring } from '../../src/store/keys/keyring.js';
import { RegistryStore } from '../../src/store/registries/registries.js';
import { createSlices } from '../../src/timer.js';
import { createUpstream } from '../../src/upstream/client.js';
import { amount, chooseSeed, report } from '../support/run/amount.js';
import { createRandom } from '../support/run/random.js';
import { createMemoryRegistry } from '../support/registry/server.js';
import { createTestContext, testViewer } from '../support/worlds/context.js';
import {
  choosePlaces,
  createWorld,
  fillDatabase,
  reduceWorld,
  repositoryNames,
  type World,
  worldTime,
} from '../support/worlds/grantedworld.js';
import { createFolder } from '../store/files.js';
import { listUntouched, writeQueries } from './queries.js';

const worlds = amount(40, 500);
const schema = createSchema(createSlices(1, () => 0));

/** A database on a file of its own, and a catalogue that remembers nothing of the world before. */
interface Side extends AsyncDisposable {
  readonly database: Database;
  readonly catalogue: Catalogue;
}

/** Registries that are asked for a name have none. */
function createSideCatalogue(database: Database): Catalogue {
  const keyring = createKeyring(randomBytes(32));
  const clock = (): Date => new Date(worldTime + 1000);
  return createCatalogue({
    database,
    registries: new RegistryStore(database, keyring, clock),
    sealer: keyring,
    clock,
    createUpstream: (settings) => createUpstream(settings, { userAgent: 'test' }),
    log: () => undefined,
  });
}

async function openSide(database: Database, world: World): Promise<Side> {
  await fillDatabase(database, world);
  const catalogue = createSideCatalogue(database);
  return { database, catalogue, [Symbol.asyncDispose]: () => catalogue.close() };
}

async function ask(of: GraphQLSchema, { catalogue }: Side, viewer: Viewer, source: string): Promise<unknown> {
  const contextValue = createTestContext(catalogue, { viewer, request: catalogue.open(viewer) });
  const { data, errors = [] } = await graphql({ schema: of, source, contextValue });
  // Fields fail in no order.
  const told = errors.map(({ message, path }) => `${path?.join('.')}: ${message}`);
  return JSON.parse(JSON.stringify({ data, errors: told.toSorted() })) as unknown;
}

function viewerOf(places: readonly GrantedPlace[]): Viewer {
  return { ...testViewer, roles: [], grants: places.map((place) => ({ ...place, right: 'READ' })) };
}

test('every field that shows the catalogue is in a query of the comparison, or says why it is in none', () => {
  expect(listUntouched(schema, writeQueries(schema, repositoryNames))).toEqual([]);
});

test(`a viewer with grants is told of ${worlds} worlds as an admin is of them without all else`, async () => {
  using folder = createFolder();
  await using registry = await createMemoryRegistry();
  const [whole, part] = [
    await openDatabase(`sqlite:${folder.file('1.db')}`),
    await openDatabase(`sqlite:${folder.file('2.db')}`),
  ];
  await using _closing = { [Symbol.asyncDispose]: async () => void (await Promise.all([whole.close(), part.close()])) };
  const queries = writeQueries(schema, repositoryNames);
  const seed = chooseSeed();
  let answers = 0;
  for (let at = 0; at < worlds; at++) {
    const random = createRandom(seed + at);
    const world = createWorld(random, registry.url);
    const places = choosePlaces(random);
    await using full = await openSide(whole, world);
    await using reduced = await openSide(part, reduceWorld(world, places));
    // In `npm test` each query is asked of some of the worlds.
    for (const query of queries.filter((_query, place) => (place + at) % amount(10, 1) === 0)) {
      const found = await ask(schema, full, viewerOf(places), query);
      const expected = await ask(schema, reduced, testViewer, query);
      if (!isDeepStrictEqual(found, expected)) {
        report('the world that differs', { seed: seed + at, query: query.slice(0, 60), places });
        expect(found).toEqual(expected);
      }
      answers += 1;
    }
  }
  expect(answers).toBeGreaterThanOrEqual(Math.floor((worlds * queries.length) / amount(10, 1)) - worlds);
}, 1_200_000);
