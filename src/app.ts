import type { FastifyInstance } from 'fastify';
import { createFirstAdmin } from './auth/bootstrap.js';
import { createAccountUseCases } from './auth/usecases.js';
import { createLogIn, createPasswordCheck } from './auth/login.js';
import { type Argon2, createPasswordHasher } from './auth/password.js';
import { createPersonLogin } from './auth/persons.js';
import { createCatalogue, type Catalogue } from './catalogue/catalogue.js';
import type { RequestContext } from './catalogue/context.js';
import type { CatalogueSettings, Notifying } from './catalogue/parts.js';
import type { SingleSignOnSettings } from './domain/singlesignon.js';
import { refusals } from './events/refusals.js';
import { createMetrics, type Metrics } from './metrics/metrics.js';
import { openServer, type ServerSettings, type SignOn } from './routes.js';
import type { SingleSignOn } from './singlesignon.js';
import { AccountStore } from './store/accounts/accounts.js';
import { countGuessesIn } from './store/accounts/guesscounts.js';
import type { Database } from './store/database/database.js';
import type { Keyring } from './store/keys/keyring.js';
import { type KeyedSettings, openWithKey } from './store/keys/rotating.js';
import { RegistryStore } from './store/registries/registries.js';
import { ownOperations } from './surfaces.js';
import { systemTimer, type Timer } from './timer.js';
import { noTracer, type Tracer } from './trace.js';
import { createClients, type OutboundSettings, userAgent } from './upstream/clients.js';
import { chooseNone, createProxyChoice } from './upstream/network/proxychoice.js';
import { readVersion } from './version.js';
import { countLogins, logFault, tellJobs } from './watching.js';
import { createWaits } from './waits.js';
import { createSender } from './webhooks/sender.js';

export interface AppSettings extends KeyedSettings, OutboundSettings, ServerSettings {
  /** The account that is made on the first start. */
  readonly admin: { readonly username: string; readonly password: string | null };
  readonly clock?: () => Date;
  readonly timer?: Timer;
  /** Records what is done for what; by default nothing does. */
  readonly tracer?: Tracer;
  /** Processes, or sessions of a server, that search and filter the database beside this one; 2 by default. */
  readonly searchProcesses?: number;
  /** Webhooks may be at http: addresses; false by default. */
  readonly isWebhookHttpAllowed?: boolean;
  /** Where passwords are hashed; by default beside the event loop. */
  readonly argon2?: Argon2;
  /** A provider that people log in by; null, or left out: there is none. */
  readonly singleSignOn?: SingleSignOnSettings | null;
}

export interface App {
  readonly server: FastifyInstance;
  readonly catalogue: Catalogue;
  /** The database's file, absolute; of a server its URL without the password. */
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
  const tools = createTools(settings);
  const stores = await openStores(settings, tools);
  const { database, keyring, accounts } = stores;
  const hasher = createPasswordHasher(settings.argon2);
  const adminPassword = await createFirstAdmin(accounts, hasher, settings.admin);
  const { timer, clock } = tools;
  const metrics = createMetrics({ timer, version: readVersion(), ownOperations, refusals: Object.keys(refusals) });
  const catalogue = openCatalogue(settings, tools, stores, metrics);
  const checkPassword = createPasswordCheck(accounts, hasher, clock, timer, countGuessesIn(database));
  const logIn = countLogins(createLogIn(accounts, hasher, clock, timer, checkPassword), metrics);
  const identity = createAccountUseCases({ accounts, hasher, clock, checkPassword });
  const provider = await openProvider(settings, tools, stores);
  const surfaces = { metrics, catalogue, logIn, identity, identifyBearer: provider?.identifyBearer ?? null };
  const signOn = openSignOn(settings, provider, { ...tools, ...stores, catalogue });
  const { server, close } = await openServer(settings, { ...tools, ...stores, ...surfaces, signOn });
  await catalogue.start();
  return {
    server,
    catalogue,
    databasePath: database.path,
    keyId: keyring.keyId,
    adminPassword,
    async close() {
      await close();
      provider?.close();
      await catalogue.close();
      await database.close();
    },
  };
}

/** All parts are given these. */
type Tools = Required<Pick<CatalogueSettings, 'clock' | 'timer' | 'tracer' | 'waits' | 'log' | 'warn'>>;

function createTools({ logger, clock = () => new Date(), timer = systemTimer, tracer = noTracer }: AppSettings): Tools {
  return {
    clock,
    timer,
    tracer,
    waits: createWaits(timer),
    log: (message, facts) => logger.info(facts, message),
    warn: (message, facts) => logger.warn(facts, message),
  };
}

interface Stores {
  readonly database: Database;
  readonly keyring: Keyring;
  readonly registries: RegistryStore;
  readonly accounts: AccountStore;
}

async function openStores(settings: AppSettings, tools: Tools): Promise<Stores> {
  const { clock, timer } = tools;
  const { database, keyring } = await openWithKey(settings, { readers: settings.searchProcesses, ...tools }, clock);
  // Not before: a start with the wrong key leaves the file as it is.
  await database.watch(timer, (fault) => logFault(settings.logger, fault));
  const registries = new RegistryStore(database, keyring, clock);
  return { database, keyring, registries, accounts: new AccountStore(database, clock) };
}

function openCatalogue(settings: AppSettings, tools: Tools, stores: Stores, metrics: Metrics): Catalogue {
  const { database, keyring: sealer, registries } = stores;
  const told = { onExchange: metrics.noteUpstreamRequest, onAway: metrics.work.noteOutage };
  const sharers = (): number => database.replicas;
  return createCatalogue({
    ...tools,
    ...(settings.keep && { keep: settings.keep }),
    database,
    registries,
    sealer,
    createUpstream: createClients(settings, { ...tools, ...told, sharers }),
    onJobEnd: tellJobs(registries, metrics),
    notifying: openNotifying(settings, tools, metrics),
  });
}

/** Modules that speak to a provider are not loaded where there is none. */
async function openProvider(
  { singleSignOn = null, upstreamNetworks, outboundProxies }: AppSettings,
  { clock, timer }: Tools,
  { accounts }: Stores,
): Promise<SingleSignOn | null> {
  if (singleSignOn === null) return null;
  const { openSingleSignOn } = await import('./singlesignon.js');
  const deny = upstreamNetworks?.deny ?? [];
  return openSingleSignOn(singleSignOn, { clock, timer, accounts, deny, outboundProxies, userAgent });
}

/** People log in by a provider that has the gateway for its client, and knows where to send them back. */
function openSignOn(
  { singleSignOn, publicUrl }: AppSettings,
  provider: SingleSignOn | null,
  { accounts, keyring, clock, catalogue }: Tools & Stores & { readonly catalogue: Catalogue },
): SignOn | null {
  const party = provider?.party;
  if (!party || !singleSignOn?.client || !publicUrl) return null;
  const { issuer, client } = singleSignOn;
  const { audit } = catalogue.useCases;
  const open = (requestId: string): RequestContext => catalogue.open(null, { requestId });
  const logIn = createPersonLogin({ accounts, clock, audit, open, issuer, ...client });
  return { party, logIn, publicUrl, sealer: keyring, name: client.name };
}

function openNotifying(settings: AppSettings, { timer }: Tools, { webhooks }: Metrics): Notifying {
  const { isWebhookHttpAllowed: isHttpAllowed = false, upstreamNetworks, outboundProxies } = settings;
  const networks = upstreamNetworks ?? { allow: [], deny: [] };
  const chooseProxy = outboundProxies ? createProxyChoice(outboundProxies) : chooseNone;
  return {
    sender: createSender({ networks, chooseProxy, isHttpAllowed, timer, userAgent }),
    isHttpAllowed,
    onDelivery: webhooks.noteDelivery,
    onDisabled: webhooks.noteDisabled,
  };
}
