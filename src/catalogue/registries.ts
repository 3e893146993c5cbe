import { hashSecret } from '../domain/digest.js';
import { parseFollowing } from '../domain/following.js';
import type { Freshness } from '../domain/freshness.js';
import { isUuid, parseRegistryName, quote } from '../domain/name.js';
import { toOutboundProxy } from '../domain/outboundproxy.js';
import {
  type ClientCertificate,
  type Credentials,
  hostOf,
  parseRegistryAddress,
  type Registry,
  type RegistryAddress,
} from '../domain/registry.js';
import { badInput, GatewayError, notFound } from '../errors.js';
import type { Health } from '../store/registries/state.js';
import type { UpstreamSettings } from '../upstream/upstream.js';
import { assertAllowed } from './access.js';
import type { MutationContext } from './audit.js';
import { showAway } from './browse/health.js';
import { testConnection } from './manage/connection.js';
import { holdBack, judgeFreshness, showAnswering, showIndexing } from './freshness.js';
import {
  assertMayRoute,
  opensToProxy,
  parseProxy,
  parseProxyCredentials,
  type ProxyChoice,
  showProxy,
} from './manage/proxysetting.js';
import { describeAttached, describeChanges } from './manage/auditentries.js';
import { waitFor } from './context.js';
import type { Forcing } from './forcing.js';
import type { Session } from './session.js';
import {
  parseCaCertificate,
  parseClientCertificate,
  parseCredentials,
  parseEventsSecret,
  parseRealm,
} from './manage/trust.js';

/** What attaching a registry takes; text as the caller gave it. */
export interface NewRegistry {
  readonly name: string;
  readonly addr: string;
  readonly credentials?: Credentials | null;
  readonly tlsSkipVerify?: boolean;
  /** PEM. */
  readonly caCertificate?: string | null;
  readonly clientCertificate?: ClientCertificate | null;
  /** null: the proxies of the gateway's environment. */
  readonly proxy?: ProxyChoice | null;
  /** Its own proxy is shown these. */
  readonly proxyCredentials?: Credentials | null;
  readonly authRealm?: string | null;
  /** Seconds. */
  readonly maxAge?: number;
  /** Names and patterns; null, and empty: whatever its catalogue lists. */
  readonly followedRepositories?: readonly string[] | null;
  /** What its notifications carry; null: it sends none. */
  readonly eventsSecret?: string | null;
}

/** A registry's part in an answer. */
export interface SourceStatus {
  readonly registry: Registry;
  readonly freshness: Freshness;
}

/** Milliseconds that attaching waits for the first crawl. */
const attachPatience = 2000;

/** What is absent or undefined stays as it is; null clears what can be cleared. */
export type RegistryChanges = { readonly [K in keyof NewRegistry]?: NewRegistry[K] | null };

const defaultMaxAge = 30;
const longestMaxAge = 86_400;

export async function listRegistries(session: Session): Promise<Registry[]> {
  assertAllowed(session.viewer, 'read');
  return session.registries.list();
}

/** By its name or its UUID. Throws NOT_FOUND, BAD_USER_INPUT. */
export async function findRegistry(session: Session, text: string): Promise<Registry> {
  assertAllowed(session.viewer, 'read');
  const name = parseRegistryName(text, 'name');
  const registry =
    (isUuid(text) ? await session.registries.find(text) : null) ?? (await session.registries.findByName(name));
  if (registry) return registry;
  throw notFound(`No registry is attached as ${quote(text)}.`);
}

/** Throws NOT_FOUND. */
export async function findRegistryById(session: Session, id: string): Promise<Registry> {
  assertAllowed(session.viewer, 'read');
  const registry = await session.registries.find(id);
  if (registry) return registry;
  throw notFound(`No registry is attached with the id ${quote(id)}.`);
}

/** How old the list of its repositories is. INDEXING until it was read whole for the first time. */
export async function judgeRegistry({ loaders, sync, clock, pool }: Session, registry: Registry): Promise<Freshness> {
  const { namesConfirmedAt, namesError, indexedAt, health } = await loaders.registryState.load(registry.id);
  const doesAnswer = health.reachable === true && health.authenticated !== false;
  const freshness = showAnswering(judgeFreshness(namesConfirmedAt, namesError, registry.maxAge, clock()), doesAnswer);
  const isIndexing = indexedAt === null && (namesConfirmedAt !== null || sync.progressOf(registry.id) !== null);
  const shown = holdBack(isIndexing ? showIndexing(freshness) : freshness, await pool.pauseOf(registry.id), clock());
  return showAway(shown, await pool.outageOf(registry.id), clock());
}

/**
 * How a list over several registries came about: one sick registry changes nothing for the others, and is named here.
 */
export async function listSources(session: Session, registryIds: readonly string[] | null): Promise<SourceStatus[]> {
  const registries = (await listRegistries(session)).filter(
    ({ id }) => registryIds === null || registryIds.includes(id),
  );
  return Promise.all(
    registries.map(async (registry) => ({ registry, freshness: await judgeRegistry(session, registry) })),
  );
}

/** For a forced request: has a registry read whole, once, and waits for it as long as the request's patience lasts. */
export function crawlNow(session: Session, forced: Forcing, registry: Registry): Promise<void> {
  return forced.once(registry.id, async () => {
    const { ended } = await session.sync.forceCrawl(registry, session.viewer?.username ?? 'gateway');
    await waitFor(session, ended, forced.left());
    session.loaders.registryState.clear(registry.id);
  });
}

/**
 * Tests the connection, then attaches the registry; with `dryRun` only tests it. Throws BAD_USER_INPUT, CONFLICT for a
 * name that is taken, and the registry's own failure: what cannot be reached is not attached.
 */
export async function attachRegistry(
  session: MutationContext,
  wanted: NewRegistry,
  dryRun: boolean,
): Promise<{ registry: Registry | null; health: Health }> {
  assertAllowed(session.viewer, 'manage');
  const fields = parseFields(wanted, session.clock());
  const { name, addr, maxAge } = fields;
  assertMayRoute(session.viewer, null, fields, fields.proxyCredentials !== null);
  await assertReleased(session, addr);
  if (await session.registries.findByName(name))
    throw new GatewayError('CONFLICT', `A registry is already attached as ${name}: choose another name.`, {
      path: ['input', 'name'],
    });
  const health = await testConnection(session, toUpstreamSettings('new', fields));
  if (dryRun) return { registry: null, health };
  const settings = {
    ...fields,
    name,
    addr,
    maxAge,
    eventsSecretHash: wanted.eventsSecret ? hashSecret(wanted.eventsSecret) : null,
  };
  const registry = await session.deed.commit((entry) =>
    session.registries.create(settings, (added) =>
      entry({ registry: added, details: describeAttached(added, settings.eventsSecretHash !== null) }),
    ),
  );
  await session.registries.recordHealth(registry.id, health);
  // A small registry is then read before the first question comes.
  const { ended } = await session.sync.crawl(registry, session.viewer.username);
  await waitFor(session, ended, attachPatience);
  return { registry, health };
}

/** As attachRegistry: the changed settings are tested before they are kept. */
export async function changeRegistry(
  session: MutationContext,
  id: string,
  changes: RegistryChanges,
): Promise<Registry> {
  assertAllowed(session.viewer, 'manage');
  const before = await findRegistryById(session, id);
  if (changes.addr) await assertReleased(session, parseRegistryAddress(changes.addr, 'input', 'addr'), before);
  const kept = await readKept(session, before, changes);
  const standing = { ...before, followedRepositories: before.following.patterns, proxy: showProxy(before.proxy) };
  const fields = parseFields({ ...standing, ...kept, ...keepGiven(changes) }, session.clock());
  assertMayRoute(session.viewer, before, fields, changes.proxyCredentials !== undefined);
  assertCredentialsAnew(before, changes, opensToProxy(before, fields));
  const health = await testConnection(session, toUpstreamSettings(id, fields));
  // What was planned for one address is not done at another.
  await session.deletions.leave(id, fields.addr === before.addr ? null : session.viewer.username);
  const { credentials, clientCertificate, proxyCredentials, eventsSecret } = changes;
  const eventsSecretHash = eventsSecret && hashSecret(eventsSecret);
  const registry = await session.deed.commit((entry) =>
    session.registries.update(
      id,
      { ...fields, credentials, clientCertificate, proxyCredentials, eventsSecretHash },
      (now, old) => entry({ registry: now, details: describeChanges(now, old!, changes) }),
    ),
  );
  await closeClient(session, id);
  await session.deletions.resume();
  await session.registries.recordHealth(id, health);
  // Another registry may answer there now, or a newer one.
  await session.registries.recordCapabilities(id, {
    referrersSupported: null,
    canDelete: null,
    canDeleteTag: null,
    deletesTagsFirst: null,
  });
  await session.sync.crawl(registry, session.viewer.username);
  return registry;
}

/** Forgets the registry and all the index knows of it. The registry itself is not touched. */
export async function detachRegistry(session: MutationContext, id: string): Promise<Registry> {
  assertAllowed(session.viewer, 'manage');
  const registry = await findRegistryById(session, id);
  assertAllowed(session.viewer, 'release', { registry });
  // With the registry goes the memory of a placeholder that stands for a moment.
  await session.deletions.leave(id, session.viewer.username);
  await session.deed.commit((entry) =>
    session.registries.remove(id, (gone) => entry({ registry: gone, details: { addr: gone.addr } })),
  );
  await closeClient(session, id);
  return registry;
}

/** A crawl on the old settings would fail with its client, and what it read may be of another registry. */
async function closeClient({ sync, pool }: Session, id: string): Promise<void> {
  const cancelled = sync.cancel(id);
  pool.forget(id);
  await cancelled;
}

/**
 * Throws FORBIDDEN when what is protected under one attachment would be open under another: an address that has one
 * already, and the one a registry moves away from. It hinders mistakes and short cuts: one registry can have several
 * addresses.
 */
async function assertReleased(session: Session, addr: RegistryAddress, before?: Registry): Promise<void> {
  if (before && hostOf(before.addr) !== hostOf(addr)) assertAllowed(session.viewer, 'release', { registry: before });
  const others = (await session.registries.list()).filter(
    (other) => other.id !== before?.id && hostOf(other.addr) === hostOf(addr),
  );
  for (const registry of others) assertAllowed(session.viewer, 'release', { registry });
}

const clearable: readonly string[] = [
  'credentials',
  'clientCertificate',
  'proxy',
  'proxyCredentials',
  'caCertificate',
  'authRealm',
  'eventsSecret',
  'followedRepositories',
];

/** Without what is not given, and without null where null has no meaning. */
function keepGiven(changes: RegistryChanges): Partial<NewRegistry> {
  return Object.fromEntries(
    Object.entries(changes).filter(
      ([key, value]) => value !== undefined && (value !== null || clearable.includes(key)),
    ),
  );
}

/**
 * Where the stored password may go, and to whom it is shown, is the decision of one who knows it: otherwise whoever may
 * change a registry, and has a hand in its network, could have it sent to himself.
 */
function assertCredentialsAnew(before: Registry, changes: RegistryChanges, isOpenToProxy: boolean): void {
  const opensRealm = changes.authRealm != null && changes.authRealm !== before.authRealm;
  const dropsCheck = changes.tlsSkipVerify === true && !before.tlsSkipVerify;
  const trustsOther = changes.caCertificate != null && changes.caCertificate !== before.caCertificate;
  const areOthers = opensRealm || dropsCheck || trustsOther || isOpenToProxy;
  const refuse = (what: string, field: string): Error =>
    badInput(
      `The ${what} of ${before.name} was given for other terms of trust: give it again with this change.`,
      'input',
      field,
    );
  if (areOthers && before.username !== null && changes.credentials === undefined)
    throw refuse('password', 'credentials');
  // It is never shown to a token server on another host.
  if (
    (dropsCheck || trustsOther || isOpenToProxy) &&
    before.hasClientCertificate &&
    changes.clientCertificate === undefined
  )
    throw refuse('client certificate', 'clientCertificate');
}

/**
 * Credentials and the client certificate stay with the origin they were given for, those of a proxy with the proxy: a
 * new address needs them anew.
 */
async function readKept(
  { registries }: Session,
  { id, addr, proxy }: Registry,
  changes: RegistryChanges,
): Promise<Kept> {
  const isSameProxy = changes.proxy === undefined || parseProxy(changes.proxy) === proxy;
  const ofProxy = { proxyCredentials: isSameProxy ? await registries.proxyCredentialsOf(id) : null };
  if (changes.addr && new URL(parseRegistryAddress(changes.addr, 'input', 'addr')).origin !== new URL(addr).origin)
    return ofProxy;
  return {
    ...ofProxy,
    credentials: await registries.credentialsOf(id),
    clientCertificate: await registries.clientCertificateOf(id),
  };
}

type Kept = Pick<NewRegistry, 'credentials' | 'clientCertificate' | 'proxyCredentials'>;

function toUpstreamSettings(id: string, fields: ReturnType<typeof parseFields>): UpstreamSettings {
  const { credentials, clientCertificate, proxy, proxyCredentials } = fields;
  return {
    registry: { id, ...fields },
    credentials,
    clientCertificate,
    proxy: toOutboundProxy(proxy, proxyCredentials),
  };
}

function parseFields(wanted: NewRegistry, now: Date) {
  const {
    credentials = null,
    clientCertificate = null,
    tlsSkipVerify = false,
    caCertificate = null,
    authRealm = null,
    maxAge = defaultMaxAge,
  } = wanted;
  const { proxyCredentials = null } = wanted;
  const proxy = parseProxy(wanted.proxy ?? null);
  if (wanted.eventsSecret) parseEventsSecret(wanted.eventsSecret);
  const addr = parseRegistryAddress(wanted.addr, 'input', 'addr');
  return {
    name: parseRegistryName(wanted.name, 'input', 'name'),
    addr,
    credentials: credentials && parseCredentials(credentials),
    tlsSkipVerify,
    caCertificate: caCertificate && parseCaCertificate(caCertificate),
    clientCertificate: clientCertificate && parseClientCertificate(clientCertificate, addr, now),
    authRealm: authRealm && parseRealm(authRealm),
    proxy,
    proxyCredentials: proxyCredentials && parseProxyCredentials(proxyCredentials, proxy),
    maxAge: parseMaxAge(maxAge),
    following: parseFollowing(wanted.followedRepositories ?? [], 'input', 'followedRepositories'),
  };
}

function parseMaxAge(seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= longestMaxAge) return seconds;
  throw badInput(`"maxAge" is a number of seconds from 0 to ${longestMaxAge}, got ${seconds}.`, 'input', 'maxAge');
}
