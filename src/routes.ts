import { createNamedDocuments } from './graphql/server/documents.js';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { IdentifyBearer } from './auth/viewer.js';
import { createAnswerCache } from './cache/answers.js';
import { createFlights } from './cache/flights.js';
import { createStreams, defaultStreamsPerCaller } from './cache/streams.js';
import { AnswerSurface } from './cache/surface.js';
import type { Catalogue } from './catalogue/catalogue.js';
import { type Compressor, createCompressor } from './coding/compress.js';
import { createContexts } from './contexts.js';
import type { BasePath } from './domain/basepath.js';
import type { GatewayFacts } from './domain/gateway.js';
import { isUuid, type RegistryName } from './domain/name.js';
import type { EventSink } from './events/intake.js';
import { registerEventRoutes } from './events/routes.js';
import { defaultOperationTimeout, describeGateway, type ToldSettings } from './gatewayfacts.js';
import type { AccountUseCases } from './auth/usecases.js';
import type { LogIn } from './auth/login.js';
import type { GraphQLEngine } from './graphql/engine.js';
import { createDeadline, type Deadline } from './graphql/server/deadline.js';
import { acceptForms } from './http/forms.js';
import { registerHealth } from './http/health.js';
import type { MeasureLoopDelay } from './http/pressure.js';
import { limitRequests } from './http/rates.js';
import { createHttpServer, defaultHttpLimits, type HttpLimits } from './http/server.js';
import { createSessionCookie } from './http/sessioncookie.js';
import { createProxyTest, openIdentify, type IdentitySettings } from './identities.js';
import type { Metrics } from './metrics/metrics.js';
import { registerMetricsRoute } from './metrics/route.js';
import { type Brand, createBrand } from './pages/brand.js';
import { createReadiness } from './readiness.js';
import { createSamplers, createScrapeAccess } from './scraping.js';
import type { AccountStore } from './store/accounts/accounts.js';
import type { Database } from './store/database/database.js';
import type { KeyedSettings } from './store/keys/rotating.js';
import type { RegistryStore } from './store/registries/registries.js';
import { registerSignOn } from './signon/routes.js';
import type { SignOnParts } from './signon/session.js';
import { createOpenStreams } from './streams/openstreams.js';
import { registerSurfaces } from './surfaces.js';
import type { Timer } from './timer.js';
import type { SpanCounts, Tracer } from './trace.js';
import { userAgent } from './upstream/clients.js';
import { tellEvents, tellLogins } from './watching.js';
import type { Waits } from './waits.js';
import { registerWebPages, type WebPageSettings } from './webpages.js';

export interface ServerSettings
  extends Pick<KeyedSettings, 'loadKey'>, WebPageSettings, IdentitySettings, ToldSettings {
  readonly allowedOrigins: readonly string[];
  /** The path below which users find the gateway; where it is left out, or null, trusted proxies may say it. */
  readonly basePath?: BasePath | null;
  readonly logger: FastifyBaseLogger;
  /** How many of the tracer's spans were sent or lost, for `/metrics`. */
  readonly spans?: SpanCounts;
  readonly measureLoopDelay?: MeasureLoopDelay;
  /** Shown in place of an account's token, `/metrics` is read with it; none by default. */
  readonly metricsToken?: string | null;
  /** Milliseconds until an answer is there, from which on its request is logged as slow; 1000 by default. */
  readonly slowRequest?: number;
  readonly trustedDocuments?: ReadonlyMap<string, string> | null;
  /** Seconds of CPU that the searches and filters of an operation may take together; 1 by default. */
  readonly searchCpu?: number;
  /** It runs GraphQL, where gateways of one process that trace nothing share one. By default it is made. */
  readonly engine?: GraphQLEngine;
}

export interface ServerParts {
  readonly clock: () => Date;
  readonly timer: Timer;
  readonly tracer: Tracer;
  readonly waits: Waits;
  readonly database: Database;
  readonly registries: RegistryStore;
  readonly accounts: AccountStore;
  readonly metrics: Metrics;
  readonly catalogue: Catalogue;
  readonly logIn: LogIn;
  readonly identity: AccountUseCases;
  /** Of bearer tokens of a provider; null: there is none. */
  readonly identifyBearer: IdentifyBearer | null;
  /** null: nobody logs in by a provider. */
  readonly signOn: SignOn | null;
}

/** How people log in by a provider. */
export interface SignOn extends Pick<SignOnParts, 'party' | 'logIn' | 'publicUrl' | 'sealer'> {
  /** People call the provider so. */
  readonly name: string;
}

/**
 * The server with all its routes. `close` answers what is in flight, but for long lists, which are cut, and streams of
 * events, which end.
 */
export async function openServer(
  settings: ServerSettings,
  parts: ServerParts,
): Promise<{ server: FastifyInstance; close: () => Promise<void> }> {
  const { clock, timer, tracer, waits, database, registries, metrics, catalogue, signOn } = parts;
  const brand = createBrand(settings.branding);
  const limits = { ...defaultHttpLimits, ...settings.httpLimits };
  const compressor = createCompressor();
  const server = await createServer(settings, { limits, timer, tracer, waits, compressor }, metrics);
  const cookie = createSessionCookie(server, settings.publicUrl ?? null, clock);
  const identify = limitRequests(server, limits, timer, openIdentify(settings, { ...parts, cookie }));
  const perAccount = settings.streamsPerCaller ?? defaultStreamsPerCaller;
  const streams = createStreams({ perCaller: perAccount, timer, identify });
  const eventStreams = createOpenStreams({ timer, perAccount, identify });
  // A kept answer is a read too: what it was made from is asked again behind it.
  const onHit = (touched: readonly string[]): void => touched.forEach((id) => catalogue.sync.markUsed(id));
  const apollo = await registerSurfaces(server, {
    answers: new AnswerSurface({
      cache: createAnswerCache(database.generation),
      compressor,
      streams,
      flights: createFlights(timer),
      awayFor: () => database.awayFor,
      clock,
      onHit,
    }),
    identify,
    createContext: createContexts({ ...parts, gateway: tellGateway(settings, brand, signOn) }, cookie),
    clock,
    logger: settings.logger,
    tracer,
    compressor,
    deadline: boundOperations(settings, timer, database),
    maxAnswer: settings.maxAnswer,
    documents: createNamedDocuments(settings.trustedDocuments ?? null),
    acceptForms: (scope) => acceptForms(scope, settings.publicUrl ?? null),
    eventStreams,
    engine: settings.engine,
  });
  await registerWebPages(server, settings, signOn?.name ?? null, brand);
  if (signOn) registerSignOn(server, { ...parts, ...signOn, cookie, onLogin: tellLogins(metrics) });
  const sink = createEventSink(registries, catalogue);
  const told = { onEvents: tellEvents(registries, metrics), onRefused: metrics.work.noteRefusedNotification };
  registerEventRoutes(server, { sink, ownUserAgent: userAgent, clock, ...told });
  const { metricsToken = null, spans = null } = settings;
  const access = createScrapeAccess(metricsToken, identify);
  const standing = { database, registries, catalogue };
  const samplers = createSamplers({ ...standing, server, timer, spans, eventStreams });
  registerMetricsRoute(server, { admit: access.admit, render: () => metrics.render(samplers) });
  const readiness = { ...standing, mayRead: access.mayRead, loadKey: () => settings.loadKey(false) };
  registerHealth(server, createReadiness(readiness));
  return {
    server,
    async close() {
      streams.cutAll();
      eventStreams.endAll();
      await server.close();
      await apollo.stop();
    },
  };
}

function tellGateway(settings: ServerSettings, brand: Brand, signOn: SignOn | null): GatewayFacts {
  return describeGateway(settings, brand, signOn?.name ?? null);
}

interface HttpParts {
  readonly limits: HttpLimits;
  readonly timer: Timer;
  readonly tracer: Tracer;
  readonly waits: Waits;
  readonly compressor: Compressor;
}

function createServer(settings: ServerSettings, parts: HttpParts, metrics: Metrics): Promise<FastifyInstance> {
  const { logger, allowedOrigins, trustedProxies = [], basePath, measureLoopDelay, slowRequest } = settings;
  const isProxy = createProxyTest(trustedProxies);
  return createHttpServer({
    logger,
    allowedOrigins,
    isProxy,
    basePath,
    slowRequest,
    ...parts,
    ...(measureLoopDelay && { measureLoopDelay }),
    onConnectionRefused: metrics.work.noteRefusedConnection,
    onRequestEnd: metrics.noteRequest,
  });
}

/**
 * Milliseconds of each second that processes may read for an operation: the gateway's own part of it comes to the rest.
 */
const ofSearch = 800;

function boundOperations(
  { operationTimeout = defaultOperationTimeout, searchCpu = 1 }: ServerSettings,
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
    notify: (registryId, notice, at, onMissed) => sync.notify(registryId, notice, at, onMissed),
    noteReceived: (registryId, at) => sync.noteNotified(registryId, at),
  };
}
