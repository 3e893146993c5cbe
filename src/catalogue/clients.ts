import { toOutboundProxy } from '../domain/outboundproxy.js';
import type { RegistryStore } from '../store/registries/registries.js';
import type { Outage, Upstream, UpstreamBudget, UpstreamSettings } from '../upstream/upstream.js';

/** The open clients, one for each registry: its connections, tokens and limits are shared by all requests. */
export class UpstreamClients {
  readonly #registries: RegistryStore;
  readonly #createUpstream: (settings: UpstreamSettings) => Upstream;
  readonly #clients = new Map<string, Promise<Upstream>>();
  /** Requests that clients which are closed by now had sent, by registry. */
  readonly #formerRequests = new Map<string, number>();

  constructor(registries: RegistryStore, createUpstream: (settings: UpstreamSettings) => Upstream) {
    this.#registries = registries;
    this.#createUpstream = createUpstream;
  }

  /** Throws NOT_FOUND for a registry that is no longer attached. */
  open(registryId: string): Promise<Upstream> {
    const known = this.#clients.get(registryId);
    if (known) return known;
    const client = this.#create(registryId);
    this.#clients.set(registryId, client);
    // A client that could not be made is not kept: the reason may pass.
    client.catch(() => this.#clients.get(registryId) === client && this.#clients.delete(registryId));
    return client;
  }

  /** Closes the client of a registry whose settings changed or that was detached: the next `open` makes a new one. */
  forget(registryId: string): void {
    const client = this.#clients.get(registryId);
    this.#clients.delete(registryId);
    if (client) this.#closeWhenOpen(registryId, client);
  }

  /** Returns how many requests were sent to the registry since the gateway started. */
  async countRequests(registryId: string): Promise<number> {
    const current = await this.#find(registryId);
    return (this.#formerRequests.get(registryId) ?? 0) + (current?.requests ?? 0);
  }

  /** Returns how many requests the registry takes at a time; null when none was sent since the gateway started. */
  async budgetOf(registryId: string): Promise<UpstreamBudget | null> {
    return (await this.#find(registryId))?.budget ?? null;
  }

  /** Returns the milliseconds that the registry wants no requests; 0 when it takes them. */
  async pauseOf(registryId: string): Promise<number> {
    return (await this.#find(registryId))?.pauseMs ?? 0;
  }

  /** Returns why the registry is asked nothing just now; null: it is asked. */
  async outageOf(registryId: string): Promise<Outage | null> {
    return (await this.#find(registryId))?.outage ?? null;
  }

  close(): void {
    for (const [registryId, client] of this.#clients) this.#closeWhenOpen(registryId, client);
    this.#clients.clear();
  }

  async #create(registryId: string): Promise<Upstream> {
    const connection = await this.#registries.readConnection(registryId);
    const { registry, credentials, clientCertificate, proxyCredentials } = connection;
    const proxy = toOutboundProxy(registry.proxy, proxyCredentials);
    return this.#createUpstream({ registry, credentials, clientCertificate, proxy });
  }

  /** Returns null where there is no client, or none could be made. */
  async #find(registryId: string): Promise<Upstream | null> {
    return (await this.#clients.get(registryId)?.catch(() => null)) ?? null;
  }

  #closeWhenOpen(registryId: string, client: Promise<Upstream>): void {
    const close = (upstream: Upstream): void => {
      this.#formerRequests.set(registryId, (this.#formerRequests.get(registryId) ?? 0) + upstream.requests);
      upstream.close();
    };
    void client.then(close, () => undefined);
  }
}
