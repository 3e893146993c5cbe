import { randomBytes } from 'node:crypto';
import { graphql, type GraphQLSchema } from 'graphql';
import { type Catalogue, createCatalogue } from '../../../src/catalogue/catalogue.js';
import { type CatalogueParts, type CatalogueSettings, createParts } from '../../../src/catalogue/parts.js';
import type { AccountUseCases } from '../../../src/auth/usecases.js';
import type { Role, Viewer } from '../../../src/domain/account.js';
import { parseFollowing } from '../../../src/domain/following.js';
import type { Job } from '../../../src/domain/job.js';
import { parseRegistryName } from '../../../src/domain/name.js';
import { parseRegistryAddress, type Registry } from '../../../src/domain/registry.js';
import { createRequestFacts } from '../../../src/domain/requestfacts.js';
import { GatewayError } from '../../../src/errors.js';
import { createSchema } from '../../../src/graphql/server/schema.js';
import type { Database } from '../../../src/store/database/database.js';
import { RegistryStore } from '../../../src/store/registries/registries.js';
import { createKeyring } from '../../../src/store/keys/keyring.js';
import { createSlices, systemTimer, type Timer } from '../../../src/timer.js';
import { createUpstream } from '../../../src/upstream/client.js';
import { closeOnce } from '../run/leftovers.js';
import { type Engine, openEmpty } from '../servers/engines.js';
import { createHastyTimer } from '../timer.js';
import { createTestContext, createTestIdentity, testViewer } from './context.js';

/** What a query gave: `codes` are those of its errors, `requests` those it put onto the wire. */
export interface Answer<T> {
  readonly data: T;
  readonly codes: readonly unknown[];
  readonly messages: readonly string[];
  readonly requests: number;
}

/** A catalogue with its schema on an empty database in memory, without a server. The clock stands until it is moved. */
export interface TestCatalogue extends AsyncDisposable {
  readonly catalogue: Catalogue;
  /** What it is made of: for what no use case tells. */
  readonly parts: CatalogueParts;
  readonly registries: RegistryStore;
  readonly database: Database;
  /** What went wrong behind. */
  readonly log: { readonly message: string; readonly facts: Record<string, unknown> }[];
  /** Every line of the log. */
  readonly lines: { readonly message: string; readonly facts: Record<string, unknown> }[];
  /** Attaches it without reading it. */
  attach(name: string, addr: string, settings?: { maxAge?: number; following?: readonly string[] }): Promise<Registry>;
  /** Reads a registry whole, as the schedule would, and gives the job as it ended. */
  crawl(name: string): Promise<Job>;
  /** Runs GraphQL as this viewer, or as one with this role; admin by default. */
  query<T>(source: string, variables?: Record<string, unknown>, viewer?: Role | Viewer): Promise<Answer<T>>;
  /** Moves the clock. */
  wait(seconds: number): void;
  /** Moves the timer that registries are waited for by: what is open or paused for so long is so no more. */
  letRest(seconds: number): Promise<void>;
}

export interface TestCatalogueOptions {
  /** Of what goes on behind. The machine's by default. */
  readonly timer?: Timer;
  /** Of what waits for registries: its waits take no time by default. */
  readonly upstreamTimer?: Timer;
  /**
   * Milliseconds that a registry may take to begin its answer. Longer than a loaded machine takes; 500 where one never
   * answers.
   */
  readonly headers?: number;
  /** An empty database; by default one of the run's engine. */
  readonly openDatabase?: Engine['open'];
}

/** Catalogues of a suite share it: making one takes longer than all else of them. */
let sharedSchema: GraphQLSchema | undefined;

export async function createTestCatalogue({
  timer = systemTimer,
  upstreamTimer = createHastyTimer(),
  headers = 10_000,
  openDatabase = (timer) => openEmpty(timer && { timer }),
}: TestCatalogueOptions = {}): Promise<TestCatalogue> {
  let now = new Date('2026-01-02T03:04:05Z').getTime();
  const clock = (): Date => new Date(now);
  const log: { message: string; facts: Record<string, unknown> }[] = [];
  const lines: typeof log = [];
  // Nothing takes time here, so that no turn of the event loop comes between what one statement can read.
  const standing: Timer = { ...systemTimer, elapsed: () => 0 };
  const database = await openDatabase(standing);
  const keyring = createKeyring(randomBytes(32));
  const registries = new RegistryStore(database, keyring, clock);
  const settings: CatalogueSettings = {
    database,
    registries,
    sealer: keyring,
    clock,
    timer,
    createUpstream: (settings) =>
      createUpstream(settings, { userAgent: 'test', timer: upstreamTimer, timeouts: { headers } }),
    log(message, facts) {
      lines.push({ message, facts });
      if (facts['err']) log.push({ message, facts });
    },
  };
  const parts = createParts(settings);
  const catalogue = createCatalogue(settings, parts);
  const schema = (sharedSchema ??= createSchema(createSlices(1, () => 0)));
  const identity = createTestIdentity(database, clock);
  return {
    catalogue,
    parts,
    registries,
    database,
    log,
    lines,
    attach: (name, addr, { maxAge = 30, following = [] } = {}) =>
      registries.create({
        name: parseRegistryName(name),
        addr: parseRegistryAddress(addr),
        tlsSkipVerify: false,
        caCertificate: null,
        authRealm: null,
        maxAge,
        following: parseFollowing(following),
        credentials: null,
      }),
    async crawl(name) {
      const { job, ended } = await catalogue.sync.crawl(
        (await registries.findByName(parseRegistryName(name)))!,
        'test',
      );
      await ended;
      return (await parts.jobs.find(job.id))!;
    },
    query: (source, variables, viewer = 'admin') =>
      runQuery({ schema, catalogue, identity }, source, variables, viewer),
    wait: (seconds) => {
      now += seconds * 1000;
    },
    letRest: (seconds) => upstreamTimer.sleep(seconds * 1000),
    [Symbol.asyncDispose]: closeOnce(async () => {
      await catalogue.close();
      await database.close();
    }),
  };
}

async function runQuery<T>(
  { schema, catalogue, identity }: { schema: GraphQLSchema; catalogue: Catalogue; identity: AccountUseCases },
  source: string,
  variableValues: Record<string, unknown> | undefined,
  as: Role | Viewer,
): Promise<Answer<T>> {
  const viewer = typeof as === 'string' ? { ...testViewer, roles: [as] } : as;
  const facts = createRequestFacts();
  const request = catalogue.open(viewer, { onUpstreamRequest: () => (facts.upstreamRequests += 1) });
  const contextValue = createTestContext(catalogue, { viewer, request, facts, identity });
  const result = await graphql({ schema, source, variableValues, contextValue });
  const { errors = [] } = result;
  // As a client gets it.
  const data: unknown = JSON.parse(JSON.stringify(result.data ?? null));
  const codes = errors.map((error) =>
    error.originalError instanceof GatewayError ? error.originalError.code : error.message,
  );
  return { data: data as T, codes, messages: errors.map((error) => error.message), requests: facts.upstreamRequests };
}
