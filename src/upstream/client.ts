import { isDigest, type Digest } from '../domain/digest.js';
import type { ImageConfig } from '../domain/image.js';
import type { RepositoryName, TagName } from '../domain/name.js';
import { systemTimer, type Timer } from '../timer.js';
import { createAgents, type Agents } from './network/agents.js';
import { createAllowances } from './transport/allowance.js';
import { listRepositories, probeCatalog } from './lists/catalog.js';
import { deleteManifest, deleteTag, probeDelete, probeTagDelete } from './deletion.js';
import { createConditions } from './conditions.js';
import { createEndpoint, type Endpoint } from './endpoint.js';
import {
  defaultTimeouts,
  type EndedExchange,
  isWrite,
  patientTimeouts,
  type Timeouts,
  type WireRequest,
} from './transport/exchange.js';
import { explainAnswer } from './failure/answerfailure.js';
import type { Asked } from './failure/asked.js';
import type { GuardSettings } from './network/guard.js';
import { decodeConfig } from './content/imageconfig.js';
import { isAbsent } from './transport/json.js';
import { assertDigest, decodeManifest } from './content/manifest.js';
import { manifestAccept } from './content/mediatype.js';
import { observe } from './recognition.js';
import { createPlaces, type Places } from './network/places.js';
import type { Probes } from './auth/proof.js';
import { chooseNone, type ChooseProxy } from './network/proxychoice.js';
import { listReferrers } from './lists/referrers.js';
import { fetchRawManifest, headManifest, putManifest } from './manifests.js';
import { createPing, ping } from './ping.js';
import { createAuthorizedClient, type SessionSettings } from './auth/authorizedclient.js';
import { listTags, type ListSettings } from './lists/tags.js';
import { createTransport, type TransportSettings } from './transport/transport.js';
import type { CallOptions, FetchedManifest, Outage, Upstream, UpstreamSettings } from './upstream.js';
import { defaultLimits, type UpstreamLimits, type Wire } from './wire.js';
import { describeGiven } from './failure/given.js';

/** Requests at a time to one registry. */
const defaultConcurrency = 8;

export interface UpstreamOptions extends Pick<TransportSettings, 'tracer'>, Pick<SessionSettings, 'waits'> {
  readonly userAgent: string;
  /** Requests at a time to this registry, token requests included; fewer for an htpasswd with costly bcrypt. */
  readonly concurrency?: number;
  /** Shared by the clients of all registries; by default this one has places of its own. */
  readonly places?: Places;
  readonly timeouts?: Partial<Timeouts>;
  /** Of lists that nobody waits for; `timeouts` holds for them too where this says nothing. */
  readonly patientTimeouts?: Partial<Timeouts>;
  readonly limits?: Partial<UpstreamLimits>;
  /**
   * See `createAddressPolicy`; loopback and private networks are allowed unless it says otherwise: registries live
   * there.
   */
  readonly allow?: (address: string) => boolean;
  readonly lookup?: GuardSettings['lookup'];
  /** None by default. */
  readonly chooseProxy?: ChooseProxy;
  /** For pauses, retries, tokens' lifetimes and the deadlines of listings. */
  readonly timer?: Timer;
  /** A host of the registry that it names is asked nothing any more, since it is away; or again: null. */
  readonly onOutage?: (registry: string, host: string, outage: Outage | null) => void;
  /** A request to the registry, or to where it leads, has ended. */
  readonly onExchange?: (registry: string, ended: EndedExchange) => void;
}

/**
 * The client of one registry; see `Upstream` for what each call promises. `close` it when the registry changes.
 * Throws UPSTREAM_TLS when the registry's CA certificate is not one.
 */
export function createUpstream(settings: UpstreamSettings, options: UpstreamOptions): Upstream {
  const { registry, credentials } = settings;
  const endpoint = createEndpoint(registry.addr);
  const limits = { ...defaultLimits, ...options.limits };
  const { timer = systemTimer, waits } = options;
  const now = (): number => timer.elapsed();
  const allowanceOf = createAllowances(timer);
  const network = createNetwork(settings, endpoint, options);
  let requests = 0;
  const transport = createTransport({
    ...describeWay(settings, options, createPing(registry.name, endpoint, limits)),
    agentsFor: (request) => network.agentsFor(request),
    timer,
    allowanceOf,
    onRequest: () => requests++,
  });
  const { send, seen } = observe(transport.send, endpoint);
  const rule = {
    registry: registry.name,
    own: endpoint.ping,
    pinned: registry.authRealm,
    hasCredentials: credentials !== null,
  };
  const session = createAuthorizedClient({
    rule,
    credentials,
    send,
    now,
    tokenCap: limits.token,
    probes: chooseProbes(endpoint, limits),
    waits,
  });
  const lists: ListSettings = { registry: registry.name, endpoint, session, limits, cap: limits.page, now };
  const wire: Wire = { registry: registry.name, endpoint, session, limits, conditions: createConditions(timer) };
  return {
    get requests() {
      return requests;
    },
    get latencyMs() {
      return seen.latencyMs;
    },
    get isRecognised() {
      return seen.isRecognised;
    },
    get clock() {
      return seen.clock;
    },
    get outage() {
      return transport.outageOf(endpoint.ping.host);
    },
    get budget() {
      return transport.budget;
    },
    get pauseMs() {
      return allowanceOf(endpoint.ping.host).pauseMs;
    },
    ping: (call) => ping(wire, call),
    proveCredentials: (call = {}) => session.prove(call),
    listRepositories: (call) => listRepositories(lists, call),
    probeCatalog: (call) => probeCatalog(lists, call),
    listTags: (name, call) => listTags(name, lists, call),
    fetchManifest: (name, reference, known, call) => fetchManifest(wire, name, reference, known, call),
    fetchRawManifest: (name, reference, call) => fetchRawManifest(wire, name, reference, call),
    headManifest: (name, reference, call) => headManifest(wire, name, reference, call),
    fetchConfig: (name, digest, call) => fetchConfig(wire, name, digest, call),
    listReferrers: (name, digest, call) => listReferrers(name, digest, { ...lists, cap: limits.manifest }, call),
    probeDelete: (name, call) => probeDelete(wire, name, call),
    probeTagDelete: (name, call) => probeTagDelete(wire, name, call),
    deleteManifest: (name, digest, call) => deleteManifest(wire, name, digest, call),
    deleteTag: (name, tag, call) => deleteTag(wire, name, tag, call),
    putManifest: (name, tag, mediaType, bytes, call) => putManifest(wire, name, tag, mediaType, bytes, call),
    close: () => [transport, session, network].forEach((part) => part.close()),
  };
}

function chooseProbes(endpoint: Endpoint, { page }: UpstreamLimits): Probes {
  return { ping: endpoint.ping, absent: endpoint.tags('registry-gateway-probe' as RepositoryName, ''), cap: page };
}

type WaySettings = Omit<TransportSettings, 'agentsFor' | 'timer' | 'allowanceOf' | 'onRequest'>;

function describeWay(settings: UpstreamSettings, options: UpstreamOptions, ping: WireRequest): WaySettings {
  const {
    concurrency = defaultConcurrency,
    places = createPlaces(64),
    userAgent,
    tracer,
    onOutage,
    onExchange,
  } = options;
  return {
    concurrency,
    share: places.open(),
    chooseProxy: options.chooseProxy ?? chooseNone,
    userAgent,
    tracer,
    timeouts: { ...defaultTimeouts, ...options.timeouts },
    patientTimeouts: { ...patientTimeouts, ...options.timeouts, ...options.patientTimeouts },
    given: () => describeGiven(settings),
    ping,
    onOutage: (host, outage) => onOutage?.(settings.registry.name, host, outage),
    onEnd: onExchange && ((ended) => onExchange(settings.registry.name, ended)),
  };
}

/** Watching must not count as pulling: where a condition is ignored, the digest is asked for before the content. */
async function fetchManifest(
  wire: Wire,
  name: RepositoryName,
  reference: TagName | Digest,
  known: Digest | undefined,
  call: CallOptions | undefined,
): Promise<FetchedManifest | 'unchanged' | null> {
  const { registry, endpoint, session, limits, conditions } = wire;
  const asked: Asked = { registry, what: `${name}${isDigest(reference) ? '@' : ':'}${reference}` };
  if (known && !conditions.areHonoured && (await readDigest(wire, name, reference, asked, call)) === known)
    return 'unchanged';
  const answer = await session.request(
    {
      method: 'GET',
      url: endpoint.manifest(name, reference),
      accept: manifestAccept,
      ...(known ? { ifNoneMatch: `"${known}"` } : {}),
      alone: call?.isPrompt === true && !isDigest(reference),
      scope: `repository:${name}:pull`,
      cap: limits.manifest,
      asked,
    },
    call,
  );
  if (answer.status === 304 && known) return 'unchanged';
  if (isAbsent(answer)) return null;
  if (answer.status !== 200) throw explainAnswer(answer, asked);
  const fetched = decodeManifest(answer, reference, asked);
  if (fetched.manifest.digest !== known) return fetched;
  conditions.noteIgnored();
  return 'unchanged';
}

/** By HEAD; null where it does not say, and the content has to be asked for. */
async function readDigest(
  { endpoint, session, limits }: Wire,
  name: RepositoryName,
  reference: TagName | Digest,
  asked: Asked,
  call: CallOptions | undefined,
): Promise<string | null> {
  const url = endpoint.manifest(name, reference);
  const ask = {
    method: 'HEAD',
    url,
    accept: manifestAccept,
    scope: `repository:${name}:pull`,
    cap: limits.manifest,
    asked,
  } as const;
  const answer = await session.request(ask, call);
  const digest = answer.headers['docker-content-digest'];
  return answer.status === 200 && typeof digest === 'string' ? digest : null;
}

async function fetchConfig(
  { registry, endpoint, session, limits }: Wire,
  name: RepositoryName,
  digest: Digest,
  call: CallOptions | undefined,
): Promise<ImageConfig | null> {
  const asked: Asked = { registry, what: `the config ${digest.slice(0, 19)} of ${name}` };
  const url = endpoint.blob(name, digest);
  const scope = `repository:${name}:pull`;
  const answer = await session.request({ method: 'GET', url, scope, cap: limits.config, asked }, call);
  if (isAbsent(answer)) return null;
  if (answer.status !== 200) throw explainAnswer(answer, asked);
  assertDigest(answer.body, digest, asked);
  return decodeConfig(answer.body);
}

interface Network {
  agentsFor(request: WireRequest): Agents;
  close(): void;
}

/**
 * Four ways out: to the registry; to it for a write, on a connection of its own, because one that was idle may be
 * closed under a request that must not be repeated; to another port of its host, where its client certificate is not
 * shown, since somebody else may listen there; and to any other host (token server, blob store), where its "skip
 * verification" does not count either.
 */
function createNetwork(
  { registry, clientCertificate = null }: UpstreamSettings,
  endpoint: Endpoint,
  options: UpstreamOptions,
): Network {
  const guard = {
    registry: registry.name,
    allow: options.allow ?? (() => true),
    ...(options.lookup ? { lookup: options.lookup } : {}),
  };
  const { chooseProxy = chooseNone, userAgent, timer = systemTimer } = options;
  const tunnel = { timer, userAgent, timeouts: { ...defaultTimeouts, ...options.timeouts } };
  const shared = {
    ...guard,
    chooseProxy,
    tunnel,
    caCertificate: registry.caCertificate,
    maxSockets: options.concurrency ?? defaultConcurrency,
  };
  const ours = { ...shared, clientCertificate, skipVerify: registry.tlsSkipVerify };
  const own = createAgents({ ...ours, keepAlive: true });
  const fresh = createAgents({ ...ours, keepAlive: false });
  const beside = createAgents({ ...ours, clientCertificate: null, keepAlive: true });
  const foreign = createAgents({ ...shared, clientCertificate: null, skipVerify: false, keepAlive: true });
  return {
    agentsFor({ url, method }) {
      if (url.hostname !== endpoint.hostname) return foreign;
      if (url.origin !== endpoint.origin) return beside;
      return isWrite(method) ? fresh : own;
    },
    close() {
      for (const agents of [own, fresh, beside, foreign]) agents.close();
    },
  };
}
