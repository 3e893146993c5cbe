import type { RepositoryName } from '../domain/name.js';
import { systemTimer, type Timer } from '../timer.js';
import { AuthorizedClient, type AuthorizedClientSettings } from './auth/authorizedclient.js';
import type { Probes } from './auth/proof.js';
import { createConditions, defaultUpstreamLimits, type UpstreamLimits, type Wire } from './wire.js';
import { deleteManifest, deleteTag, probeDelete, probeTagDelete } from './deletion.js';
import { createEndpoint, type Endpoint } from './endpoint.js';
import { describeGiven } from './failure/given.js';
import { listRepositories, peekCatalog, probeCatalog } from './lists/catalog.js';
import { listReferrers } from './lists/referrers.js';
import { listTags, peekTags } from './lists/tags.js';
import { fetchBlob, fetchConfig, fetchManifest, fetchRawManifest, headManifest } from './manifests.js';
import type { GuardSettings } from './network/guard.js';
import { Network, type NetworkSettings } from './network/network.js';
import { createPlaces, type Places } from './network/places.js';
import { chooseNone, type ChooseProxy } from './network/proxychoice.js';
import type { ReachedWay } from './network/way.js';
import { createPing, ping } from './ping.js';
import { putManifest } from './push.js';
import { observe, type Seen } from './recognition.js';
import { type Allowance, createAllowances } from './transport/allowance.js';
import {
  defaultTimeouts,
  type EndedExchange,
  isWrite,
  patientTimeouts,
  type Timeouts,
  type WireRequest,
} from './transport/exchange.js';
import { createTransport, type Transport, type TransportSettings } from './transport/transport.js';
import type { Outage, Upstream, UpstreamBudget, UpstreamSettings } from './upstream.js';

/** Requests at a time to one registry. */
const defaultConcurrency = 8;

export interface UpstreamOptions extends Pick<TransportSettings, 'tracer'>, Pick<AuthorizedClientSettings, 'waits'> {
  readonly userAgent: string;
  /** Requests at a time to this registry, token requests included; fewer for an htpasswd with costly bcrypt. */
  readonly concurrency?: number;
  /** How many gateways ask the registry, this one included, and share out what it takes; 1 by default. */
  readonly sharers?: () => number;
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
  return new RegistryClient(settings, options);
}

class RegistryClient implements Upstream {
  readonly #network: Network;
  readonly #transport: Transport;
  readonly #seen: Seen;
  readonly #wire: Wire;
  readonly #allowance: () => Allowance;
  #requests = 0;

  constructor(settings: UpstreamSettings, options: UpstreamOptions) {
    const { registry, credentials } = settings;
    const { timer = systemTimer, waits } = options;
    const endpoint = createEndpoint(registry.addr);
    const limits = { ...defaultUpstreamLimits, ...options.limits };
    const now = (): number => timer.elapsed();
    const allowanceOf = createAllowances(timer, options.sharers);
    this.#allowance = () => allowanceOf(endpoint.ping.host);
    this.#network = new Network(describeNetwork(settings, options, endpoint));
    this.#transport = createTransport({
      ...describeTransport(settings, options, createPing(registry.name, endpoint, limits)),
      agentsFor: (request) => this.#network.agentsFor(request.url, isWrite(request.method)),
      timer,
      allowanceOf,
      onRequest: () => this.#requests++,
    });
    const { send, seen } = observe(this.#transport.send, endpoint);
    this.#seen = seen;
    const session = new AuthorizedClient({
      rule: {
        registry: registry.name,
        own: endpoint.ping,
        pinned: registry.authRealm,
        hasCredentials: credentials !== null,
      },
      credentials,
      send,
      now,
      tokenCap: limits.token,
      probes: chooseProbes(endpoint, limits),
      waits,
    });
    this.#wire = { registry: registry.name, endpoint, session, limits, conditions: createConditions(timer), now };
  }

  get requests(): number {
    return this.#requests;
  }
  get latencyMs(): number | null {
    return this.#seen.latencyMs;
  }
  get isRecognised(): boolean {
    return this.#seen.isRecognised;
  }
  get clock(): number | null {
    return this.#seen.clock;
  }
  get outage(): Outage | null {
    return this.#transport.outageOf(this.#wire.endpoint.ping.host);
  }
  get way(): ReachedWay {
    return this.#network.way;
  }
  get budget(): UpstreamBudget {
    return this.#transport.budget;
  }
  get pauseMs(): number {
    return this.#allowance().pauseMs;
  }

  readonly ping: Upstream['ping'] = (call) => ping(this.#wire, call);
  readonly proveCredentials: Upstream['proveCredentials'] = (call = {}) => this.#wire.session.prove(call);
  readonly listRepositories: Upstream['listRepositories'] = (call) => listRepositories(this.#wire, call);
  readonly probeCatalog: Upstream['probeCatalog'] = (call) => probeCatalog(this.#wire, call);
  readonly peekCatalog: Upstream['peekCatalog'] = (call) => peekCatalog(this.#wire, call);
  readonly peekTags: Upstream['peekTags'] = (name, call) => peekTags(this.#wire, name, call);
  readonly listTags: Upstream['listTags'] = (name, call) => listTags(this.#wire, name, call);
  readonly fetchManifest: Upstream['fetchManifest'] = (name, reference, known, call) =>
    fetchManifest(this.#wire, name, reference, known, call);
  readonly fetchRawManifest: Upstream['fetchRawManifest'] = (name, reference, call) =>
    fetchRawManifest(this.#wire, name, reference, call);
  readonly headManifest: Upstream['headManifest'] = (name, reference, call) =>
    headManifest(this.#wire, name, reference, call);
  readonly fetchConfig: Upstream['fetchConfig'] = (name, digest, call) => fetchConfig(this.#wire, name, digest, call);
  readonly fetchBlob: Upstream['fetchBlob'] = (name, digest, call) => fetchBlob(this.#wire, name, digest, call);
  readonly listReferrers: Upstream['listReferrers'] = (name, subject, call) =>
    listReferrers(this.#wire, name, subject, call);
  readonly probeDelete: Upstream['probeDelete'] = (name, call) => probeDelete(this.#wire, name, call);
  readonly probeTagDelete: Upstream['probeTagDelete'] = (name, call) => probeTagDelete(this.#wire, name, call);
  readonly deleteManifest: Upstream['deleteManifest'] = (name, digest, call) =>
    deleteManifest(this.#wire, name, digest, call);
  readonly deleteTag: Upstream['deleteTag'] = (name, tag, call) => deleteTag(this.#wire, name, tag, call);
  readonly putManifest: Upstream['putManifest'] = (name, tag, mediaType, bytes, call) =>
    putManifest(this.#wire, name, tag, mediaType, bytes, call);

  close(): void {
    this.#transport.close();
    this.#wire.session.close();
    this.#network.close();
  }
}

function chooseProbes(endpoint: Endpoint, { page }: UpstreamLimits): Probes {
  return { ping: endpoint.ping, absent: endpoint.tags('registry-gateway-probe' as RepositoryName, ''), cap: page };
}

function describeNetwork(
  { registry, clientCertificate = null }: UpstreamSettings,
  options: UpstreamOptions,
  own: Endpoint,
): NetworkSettings {
  const { chooseProxy = chooseNone, userAgent, timer = systemTimer } = options;
  return {
    own,
    registry: registry.name,
    allow: options.allow ?? (() => true),
    ...(options.lookup ? { lookup: options.lookup } : {}),
    chooseProxy,
    tunnel: { timer, userAgent, timeouts: { ...defaultTimeouts, ...options.timeouts } },
    caCertificate: registry.caCertificate,
    clientCertificate,
    skipVerify: registry.tlsSkipVerify,
    maxSockets: options.concurrency ?? defaultConcurrency,
  };
}

const alone = (): number => 1;

type FixedTransportSettings = Omit<TransportSettings, 'agentsFor' | 'timer' | 'allowanceOf' | 'onRequest'>;

function describeTransport(
  settings: UpstreamSettings,
  options: UpstreamOptions,
  ping: WireRequest,
): FixedTransportSettings {
  const {
    concurrency = defaultConcurrency,
    sharers = alone,
    places = createPlaces(64),
    userAgent,
    tracer,
    onOutage,
    onExchange,
  } = options;
  return {
    concurrency: () => Math.max(1, Math.floor(concurrency / sharers())),
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
