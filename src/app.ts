import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';
import { createFirstAdmin } from './auth/bootstrap.js';
import { createLogIn, type LogIn } from './auth/login.js';
import { createPasswordHasher } from './auth/password.js';
import { type Authenticate, type Caller, createAuthenticator } from './auth/viewer.js';
import { createStreams, defaultStreamsPerCaller } from './cache/streams.js';
import { createCatalogue, type Catalogue } from './catalogue/catalogue.js';
import type { Keep } from './catalogue/pruning.js';
import { type Compressor, createCompressor } from './coding/compress.js';
import type { Viewer } from './domain/account.js';
import type { BasePath } from './domain/basepath.js';
import { isUuid, type RegistryName } from './domain/name.js';
import { createNetworkTest, type IpNetwork } from './domain/network.js';
import type { RequestFacts } from './domain/requestfacts.js';
import type { EventSink } from './events/intake.js';
import { refusals } from './events/refusals.js';
import { registerEventRoutes } from './events/routes.js';
import { registerExplorer } from './explorer/explorer.js';
import type { Context } from './graphql/context.js';
import { createDeadline, type Deadline } from './graphql/server/deadline.js';
import { acceptForms } from './http/forms.js';
import { registerHealth } from './http/health.js';
import type { MeasureLoopDelay } from './http/pressure.js';
import type { IsProxy } from './http/proxies.js';
import { limitRequests } from './http/rates.js';
import type { EndedRequest } from './http/requests.js';
import { createHttpServer, defaultHttpLimits, type HttpLimits } from './http/server.js';
import { createMetrics, type Metrics } from './metrics/metrics.js';
import { registerMetricsRoute } from './metrics/route.js';
import { createReadiness } from './readiness.js';
import { createSamplers, createScrapeAccess, type ScrapingParts } from './scraping.js';
import { AccountStore } from './store/accounts/accounts.js';
import type { Database } from './store/database/database.js';
import { RegistryStore } from './store/registries/registries.js';
import { type KeyedSettings, openWithKey } from './store/keys/rotating.js';
import { openAnswers, ownOperations, registerSurfaces } from './surfaces.js';
import { systemTimer, type Timer } from './timer.js';
import { noTracer, type SpanCounts, type Tracer } from './trace.js';
import { createClients, type OutboundSettings, userAgent } from './upstream/clients.js';
import { readVersion } from './version.js';
import { countLogins, logFault, tellEvents, tellJobs, toEndedHttpRequest } from './watching.js';
import { createWaits, type Waits } from './waits.js';

export interface AppSettings extends KeyedSettings, OutboundSettings {
  /** The account that is made on the first start. */
  readonly admin: { readonly username: string; readonly password: string | null };
  readonly allowedOrigins: readonly string[];
  /** Whose word on their clients' addresses is taken; none by default. */
  readonly trustedProxies?: readonly IpNetwork[];
  /** The path below which users find the gateway; where it is left out, or null, trusted proxies may say it. */
  readonly basePath?: BasePath | null;
  /** Where users find the gateway, where that is set. */
  readonly publicUrl?: string | null;
  readonly logger: FastifyBaseLogger;
  readonly clock?: () => Date;
  readonly timer?: Timer;
  /** Records what is done for what; by default nothing does. */
  readonly tracer?: Tracer;
  /** How many of the tracer's spans were sent or lost, for `/metrics`. */
  readonly spans?: SpanCounts;
  /** How long jobs and the audit log are kept. */
  readonly keep?: Keep;
  readonly httpLimits?: Partial<HttpLimits>;
  readonly measureLoopDelay?: MeasureLoopDelay;
  /** Shown in place of an account's token, `/metrics` is read with it; none by default. */
  readonly metricsToken?: string | null;
  /** Milliseconds until an answer is there, from which on its request is logged as slow; 1000 by default. */
  readonly slowRequest?: number;
  /** Long REST lists that one account may be sent at a time. */
  readonly streamsPerCaller?: number;
  /** Processes that search and filter the database beside this one; 2 by default. */
  readonly searchProcesses?: number;
  /** MiB of a GraphQL answer; 8 by default. */
  readonly maxAnswer?: number;
  /** Seconds that an operation may take; 10 by default. */
  readonly operationTimeout?: number;
  /** Seconds of CPU that the searches and filters of an operation may take together; 1 by default. */
  readonly searchCpu?: number;
}

export interface App {
  readonly server: FastifyInstance;
  readonly catalogue: Catalogue;
  /** The database's file, absolute. */
  readonly databasePath: string;
  /** The id of the key that seals. */
  readonly keyId: string;
  /** The admin's password, if it was made on this start: to be shown once. */
  readonly adminPassword: string | null;
  /** Answers what is in flight, but for long lists, which are cut; then closes everything. */
  close(): Promise<void>;
}

/**
 * Builds everything, once; does not listen. Throws GatewayError when the database or the key is not fit to start with.
 */
export async function createApp(settings: AppSettings): Promise<App> {
  const { logger, clock = () => new Date(), timer = systemTimer, tracer = noTracer } = settings;
  const log = (message: string, facts: Record<string, unknown>): void => logger.info(facts, message);
  const warn = (message: string, facts: Record<string, unknown>): void => logger.warn(facts, message);
  const waits = createWaits(timer);
  const opening = { readers: settings.searchProcesses, timer, tracer, waits, log, warn };
  const { database, keyring } = await openWithKey(settings, opening, clock);
  // Not before: a start with the wrong key leaves the file as it is.
  await database.watch(timer, (fault) => logFault(logger, fault));
  const registries = new RegistryStore(database, keyring, clock);
  const accounts = new AccountStore(database, clock);
  const hasher = createPasswordHasher();
  const adminPassword = await createFirstAdmin(accounts, hasher, settings.admin);
  const metrics = createMetrics({ timer, version: readVersion(), ownOperations, refusals: Object.keys(refusals) });
  const catalogue = createCatalogue({
    database,
    registries,
    sealer: keyring,
    clock,
    timer,
    tracer,
    waits,
    ...(settings.keep && { keep: settings.keep }),
    createUpstream: createClients(settings, {
      timer,
      tracer,
      waits,
      log,
      warn,
      onExchange: metrics.noteUpstreamRequest,
      onAway: metrics.work.noteOutage,
    }),
    log,
    warn,
    onJobEnd: tellJobs(registries, metrics),
  });

  const createContext = createContexts(catalogue, countLogins(createLogIn(accounts, hasher, clock, timer), metrics));
  const limits = { ...defaultHttpLimits, ...settings.httpLimits };
  const compressor = createCompressor();
  const server = await createServer(settings, { limits, timer, waits, compressor }, metrics);
  const identify = limitRequests(server, limits, timer, createIdentify(createAuthenticator(accounts, clock)));
  const streams = createStreams(settings.streamsPerCaller ?? defaultStreamsPerCaller);
  const apollo = await registerSurfaces(server, {
    // A kept answer is a read too: what it was made from is asked again behind it.
    answers: openAnswers(database.generation, compressor, streams, (touched) =>
      touched.forEach((id) => catalogue.sync.markUsed(id)),
    ),
    identify,
    createContext,
    clock,
    tracer,
    compressor,
    deadline: boundOperations(settings, timer, database),
    maxAnswer: settings.maxAnswer,
    acceptForms: (scope) => acceptForms(scope, settings.publicUrl ?? null),
  });
  await registerExplorer(server);
  const told = { onEvents: tellEvents(registries, metrics), onRefused: metrics.work.noteRefusedNotification };
  registerEventRoutes(server, {
    sink: createEventSink(registries, catalogue),
    ownUserAgent: userAgent,
    clock,
    ...told,
  });
  registerOperatorRoutes(
    settings,
    { database, registries, catalogue, server, timer, spans: settings.spans ?? null },
    metrics,
    identify,
  );
  await catalogue.start();
  return {
    server,
    catalogue,
    databasePath: database.path,
    keyId: keyring.keyId,
    adminPassword,
    async close() {
      streams.cutAll();
      await server.close();
      await apollo.stop();
      await catalogue.close();
      await database.close();
    },
  };
}

/** Makes an operation's context from the request that it came with. */
function createContexts(
  catalogue: Catalogue,
  logIn: LogIn,
): (request: FastifyRequest, viewer: Viewer | null, pageLimit: number) => Context {
  return ({ id: requestId, ip: clientAddress, facts, headers }, viewer, pageLimit) => {
    const isForced = /\bno-cache\b/i.test(headers['cache-control'] ?? '');
    const ending = new AbortController();
    const opened = catalogue.open(viewer, {
      isForced,
      requestId,
      signal: ending.signal,
      onUpstreamRequest: () => (facts.upstreamRequests += 1),
    });
    const end = (reason: unknown): void => ending.abort(reason);
    const mine = { viewer, request: opened, end, logIn: noteViewer(logIn, facts) };
    return { ...catalogue.useCases, ...mine, clientAddress, requestId, facts, pageLimit };
  };
}

/** Says who sends a request, and notes it for the log. */
function createIdentify(authenticate: Authenticate): (request: FastifyRequest) => Promise<Caller | null> {
  return async ({ raw, facts }) => {
    const caller = await authenticate(raw.rawHeaders);
    facts.viewer = caller?.username ?? null;
    return caller;
  };
}

/** Whoever logs in is known from then on. */
function noteViewer(logIn: LogIn, facts: RequestFacts): LogIn {
  return async (...given) => {
    const loggedIn = await logIn(...given);
    facts.viewer = loggedIn.viewer.username;
    return loggedIn;
  };
}

interface ServerParts {
  readonly limits: HttpLimits;
  readonly timer: Timer;
  readonly waits: Waits;
  readonly compressor: Compressor;
}

function createServer(settings: AppSettings, parts: ServerParts, metrics: Metrics): Promise<FastifyInstance> {
  const { logger, allowedOrigins, trustedProxies = [], basePath, measureLoopDelay, slowRequest, tracer } = settings;
  const isTrusted = createNetworkTest(trustedProxies);
  const isProxy: IsProxy = (address) => address !== undefined && isTrusted(address);
  const told = {
    onConnectionRefused: metrics.work.noteRefusedConnection,
    onRequestEnd: (ended: EndedRequest) => metrics.noteRequest(toEndedHttpRequest(ended)),
  };
  return createHttpServer({
    logger,
    allowedOrigins,
    isProxy,
    basePath,
    tracer,
    slowRequest,
    ...parts,
    ...told,
    ...(measureLoopDelay && { measureLoopDelay }),
  });
}

/** Adds the routes that tell an operator how the gateway fares: `/metrics`, `/livez` and `/readyz`. */
function registerOperatorRoutes(
  settings: AppSettings,
  parts: ScrapingParts,
  metrics: Metrics,
  identify: Parameters<typeof createScrapeAccess>[1],
): void {
  const { admit, mayRead } = createScrapeAccess(settings.metricsToken ?? null, identify);
  const samplers = createSamplers(parts);
  registerMetricsRoute(parts.server, { admit, render: () => metrics.render(samplers) });
  registerHealth(parts.server, createReadiness({ ...parts, loadKey: () => settings.loadKey(false), mayRead }));
}

/**
 * Milliseconds of each second that processes may read for an operation: the gateway's own part of it comes to the rest.
 */
const ofSearch = 800;

function boundOperations(
  { operationTimeout = 10, searchCpu = 1 }: AppSettings,
  timer: Timer,
  { readAs }: Database,
): Deadline {
  return createDeadline({ timer, milliseconds: operationTimeout * 1000, searchBudget: searchCpu * ofSearch, readAs });
}

/** Notifications only schedule: what changed is asked of the registry. */
function createEventSink(registries: RegistryStore, { sync }: Catalogue): EventSink {
  return {
    async findRegistry(name) {
      const registry =
        (isUuid(name) ? await registries.find(name) : null) ?? (await registries.findByName(name as RegistryName));
      return (
        registry && {
          id: registry.id,
          addr: registry.addr,
          secretHash: await registries.eventsSecretHashOf(registry.id),
        }
      );
    },
    scheduleReread: (registryId, notice, at, onMissed) => sync.notify(registryId, notice, at, onMissed),
  };
}
