import type { FastifyInstance, FastifyRequest } from 'fastify';
import { assertAllowed } from './catalogue/access.js';
import { assertSeesAll } from './catalogue/visibility.js';
import type { Catalogue } from './catalogue/catalogue.js';
import type { Viewer } from './domain/account.js';
import type { Registry } from './domain/registry.js';
import type { Samplers } from './metrics/metrics.js';
import type { RegistrySample } from './metrics/registrymetrics.js';
import type { IndexSample } from './metrics/storemetrics.js';
import { hasScrapeToken } from './metrics/route.js';
import { listStanding } from './standing.js';
import type { Database } from './store/database/database.js';
import { type IndexSize, readIndexSize } from './store/queries/indexsize.js';
import type { RegistryStore } from './store/registries/registries.js';
import type { OpenStreams } from './streams/openstreams.js';
import type { Timer } from './timer.js';
import type { SpanCounts } from './trace.js';

export interface ScrapingParts {
  readonly database: Database;
  readonly registries: RegistryStore;
  readonly catalogue: Catalogue;
  readonly server: FastifyInstance;
  readonly timer: Timer;
  readonly spans: SpanCounts | null;
  readonly eventStreams: Pick<OpenStreams, 'size'>;
}

/**
 * How things stand, for a page of metrics: two statements, whatever the index holds, but for its own size, which is
 * kept for minutes.
 */
export function createSamplers(parts: ScrapingParts): Samplers {
  const { database, registries, catalogue, server, timer, spans, eventStreams } = parts;
  const readSize = rememberSize(database, timer);
  let listing: Promise<Registry[]> | null = null;
  // Parts of one page are read at once, and share it.
  const list = (): Promise<Registry[]> => (listing ??= registries.list().finally(() => (listing = null)));
  return {
    registries: () => sampleRegistries(list, registries, catalogue),
    async store() {
      const footprint = await database.measure();
      return { ...footprint, isFaulty: database.fault !== null, readingProcesses: database.readingProcesses };
    },
    index: () => sampleIndex(list, readSize),
    connections: () => countConnections(server),
    eventStreams: () => eventStreams.size,
    webhooks: () => catalogue.deliverer.standing,
    spans,
  };
}

type List = () => Promise<Registry[]>;

async function sampleRegistries(list: List, store: RegistryStore, catalogue: Catalogue): Promise<RegistrySample[]> {
  const { clients, sync } = catalogue;
  const standings = await listStanding(await list(), store, catalogue);
  return Promise.all(
    standings.map(async ({ registry: { id, name, createdAt, maxAge }, state, outage }) => {
      const [budget, pauseMs] = await Promise.all([clients.budgetOf(id), clients.pauseOf(id)]);
      return {
        name,
        attachedAt: createdAt,
        maxAge,
        reachable: state?.health.reachable ?? null,
        authenticated: state?.health.authenticated ?? null,
        namesConfirmedAt: state?.namesConfirmedAt ?? null,
        indexedAt: state?.indexedAt ?? null,
        bytes: state?.size ?? null,
        isLeftAlone: outage !== null,
        pauseMs,
        inFlight: budget?.inUse ?? 0,
        queued: budget?.queued ?? 0,
        crawl: sync.progressOf(id),
      };
    }),
  );
}

async function sampleIndex(list: List, readSize: () => Promise<IndexSize | null>): Promise<IndexSample | null> {
  const [registries, size] = await Promise.all([list(), readSize()]);
  if (!size) return null;
  const none = { repositories: 0, tags: 0 };
  return { ...size, registries: new Map(registries.map(({ id, name }) => [name, size.registries.get(id) ?? none])) };
}

/** Milliseconds that the size of the index is kept: to count it looks at each row. */
const sizeKept = 300_000;

/** Milliseconds that a page waits for a count. */
const firstWait = 500;

/**
 * Gives what was counted last, at once; counts again behind, when that is old. null before the first. Throws when the
 * last count failed.
 */
function rememberSize(database: Database, timer: Timer): () => Promise<IndexSize | null> {
  let size: IndexSize | null = null;
  let failure: unknown = null;
  let countedAt = -Infinity;
  let counting: Promise<void> | null = null;
  const count = async (): Promise<void> => {
    try {
      [size, failure] = [await readIndexSize(database), null];
    } catch (error) {
      failure = error;
    }
    counting = null;
  };
  return async () => {
    if (!counting && timer.elapsed() - countedAt >= sizeKept) {
      countedAt = timer.elapsed();
      counting = count();
      // A small index is counted at once.
      await Promise.race([counting, new Promise<void>((resolve) => timer.after(firstWait, resolve))]);
    }
    if (failure) throw failure;
    return size;
  };
}

function countConnections({ server }: FastifyInstance): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}

export interface ScrapeAccess {
  /** Throws UNAUTHENTICATED, FORBIDDEN, and RATE_LIMITED as for any other read. */
  readonly admit: (request: FastifyRequest) => Promise<void>;
  /** False for a stranger, who is not counted. Throws for a token that is not valid. */
  readonly mayRead: (request: FastifyRequest) => Promise<boolean>;
}

/** Whoever may read registries may read how they fare, and so may who shows `token`, METRICS_TOKEN of the settings. */
export function createScrapeAccess(
  token: string | null,
  identify: (request: FastifyRequest) => Promise<Viewer | null>,
): ScrapeAccess {
  const admit = async (request: FastifyRequest): Promise<void> => {
    if (hasScrapeToken(request.headers, token)) return;
    const viewer = await identify(request);
    assertAllowed(viewer, 'read');
    assertSeesAll(viewer);
  };
  return {
    admit,
    async mayRead(request) {
      const { authorization, 'x-access-token': access, 'x-service-key': key } = request.headers;
      if (authorization === undefined && access === undefined && key === undefined) return false;
      await admit(request);
      return true;
    },
  };
}
