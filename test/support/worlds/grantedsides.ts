import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { graphql, type GraphQLSchema } from 'graphql';
import { pino } from 'pino';
import { type Catalogue, createCatalogue } from '../../../src/catalogue/catalogue.js';
import type { Viewer } from '../../../src/domain/account.js';
import type { GrantedPlace } from '../../../src/domain/grant.js';
import { createMetrics } from '../../../src/metrics/metrics.js';
import { openServer } from '../../../src/routes.js';
import { AccountStore } from '../../../src/store/accounts/accounts.js';
import type { Database } from '../../../src/store/database/database.js';
import { createKeyring, type Keyring } from '../../../src/store/keys/keyring.js';
import { RegistryStore } from '../../../src/store/registries/registries.js';
import { ownOperations } from '../../../src/surfaces.js';
import { systemTimer } from '../../../src/timer.js';
import { noTracer } from '../../../src/trace.js';
import { createUpstream } from '../../../src/upstream/client.js';
import { noWaits } from '../../../src/waits.js';
import { createTestContext, createTestIdentity, testViewer } from './context.js';
import { fillDatabase, type World, worldTime } from './grantedworld.js';

/** One side of a comparison: a database, whose world is another each time, and who asks it. */
export interface Side extends AsyncDisposable {
  /** Takes each request as the viewer's. */
  readonly server: FastifyInstance;
  readonly catalogue: Catalogue;
  readonly viewer: Viewer;
  /** Gives the text with sealed ids of events as their numbers: how many lie between two is of no concern here. */
  readIds(text: string): string;
  /** The database has this world alone from now on, and the catalogue remembers nothing of the one before. */
  show(world: World, viewer: Viewer): Promise<void>;
}

const clock = (): Date => new Date(worldTime + 1000);

/** Sent as the viewer's: who it is of is said by the side. */
const anyJwt = 'eyJhbGciOiJub25lIn0.e30.';

/** Closes the database at its end. Registries that are asked for a name have none. */
export async function openSide(database: Database): Promise<Side> {
  const registries = new RegistryStore(database, createKeyring(randomBytes(32)), clock);
  const sealer = createKeyring(randomBytes(32));
  const eventCode = sealer.createNumberCode('event ids');
  let [catalogue, viewer] = [openCatalogue(database, sealer), testViewer];
  const current = new Proxy({} as Catalogue, { get: (_target, name) => Reflect.get(catalogue, name) as unknown });
  const parts = { timer: systemTimer, tracer: noTracer, waits: noWaits };
  const { server, close } = await openServer(
    {
      allowedOrigins: [],
      logger: pino({ level: 'silent' }),
      loadKey: () => randomBytes(32),
      measureLoopDelay: () => 0,
    },
    {
      ...parts,
      clock,
      database,
      registries,
      catalogue: current,
      accounts: new AccountStore(database, clock),
      metrics: createMetrics({ timer: systemTimer, version: 'test', ownOperations, refusals: [] }),
      logIn: () => Promise.reject(new Error('Nobody logs in here.')),
      identity: createTestIdentity(database, clock),
      identifyBearer: async () => viewer,
      signOn: null,
    },
  );
  return {
    server,
    get catalogue() {
      return catalogue;
    },
    get viewer() {
      return viewer;
    },
    readIds: (text) => text.replace(/\be([\w-]{22})(?![\w-])/g, (id, code: string) => `${eventCode.read(code) ?? id}`),
    async show(world, by) {
      await catalogue.close();
      await fillDatabase(database, world);
      [catalogue, viewer] = [openCatalogue(database, sealer), by];
    },
    async [Symbol.asyncDispose]() {
      await close();
      await catalogue.close();
      await database.close();
    },
  };
}

function openCatalogue(database: Database, sealer: Keyring): Catalogue {
  return createCatalogue({
    database,
    registries: new RegistryStore(database, sealer, clock),
    sealer,
    clock,
    createUpstream: (settings) => createUpstream(settings, { userAgent: 'test' }),
    log: () => undefined,
  });
}

/** Somebody with grants to these places and no role. */
export function viewerOf(places: readonly GrantedPlace[]): Viewer {
  return { ...testViewer, roles: [], grants: places.map((place) => ({ ...place, right: 'READ' })) };
}

export async function askGraphQL(schema: GraphQLSchema, side: Side, source: string): Promise<unknown> {
  const { catalogue, viewer } = side;
  const contextValue = createTestContext(catalogue, { viewer, request: catalogue.open(viewer) });
  const { data, errors = [] } = await graphql({ schema, source, contextValue });
  // Fields fail in no order.
  const told = errors.map(({ message, path }) => `${path?.join('.')}: ${message}`);
  return JSON.parse(JSON.stringify({ data, errors: told.toSorted() })) as unknown;
}

/** Of each request, and nothing of what was asked. */
const ofRequests = ['date', 'x-request-id', 'ratelimit-reset', 'ratelimit-remaining'];

/** The whole answer to a GET, but for what is another's each time. */
export async function askRest({ server }: Side, path: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${anyJwt}` };
  const answer = await server.inject({ method: 'GET', url: path, headers });
  const told = Object.entries(answer.headers).filter(([name]) => !ofRequests.includes(name));
  const id = String(answer.headers['x-request-id']);
  return { status: answer.statusCode, headers: Object.fromEntries(told), body: answer.body.replaceAll(id, '(id)') };
}

/** The ids of all events after one, as a stream tells them, and the last place that it tells. */
export async function followEvents({ catalogue, viewer }: Side, after: string): Promise<unknown> {
  const { events } = catalogue.useCasesFor(viewer).browsing;
  const follower = await events.follow(catalogue.open(viewer), after, {});
  try {
    const ids: string[] = [];
    for (let found = await follower.next(catalogue.open(viewer)); found.length > 0;) {
      ids.push(...found.map(({ id }) => id));
      found = await follower.next(catalogue.open(viewer));
    }
    return { ids, place: follower.place };
  } finally {
    follower.close();
  }
}
