import { toOutboundProxy } from '../domain/outboundproxy.js';
import type { Registry } from '../domain/registry.js';
import { notFound } from '../errors.js';
import type { RegistryStore } from '../store/registries/registries.js';
import type { Outage, Upstream, UpstreamBudget, UpstreamSettings } from '../upstream/upstream.js';

/** The open clients, one for each registry: its connections, tokens and limits are shared by all requests. */
export interface UpstreamClients {
  /** Throws NOT_FOUND for a registry that is no longer attached. */
  open(registryId: string): Promise<Upstream>;
  /** After a registry's settings changed or it was detached: the next `open` makes a new client. */
  forget(registryId: string): void;
  /** Requests that were sent to the registry since the gateway started. */
  countRequests(registryId: string): Promise<number>;
  /** Requests to the registry at a time; null when none was asked since the gateway started. */
  budgetOf(registryId: string): Promise<UpstreamBudget | null>;
  /** Milliseconds that the registry wants no requests; 0 when it takes them. */
  pauseOf(registryId: string): Promise<number>;
  /** Why the registry is asked nothing just now; null: it is asked. */
  outageOf(registryId: string): Promise<Outage | null>;
  close(): void;
}

export function createUpstreamClients(
  registries: RegistryStore,
  createUpstream: (settings: UpstreamSettings) => Upstream,
): UpstreamClients {
  const clients = new Map<string, Promise<Upstream>>();
  /** Of clients that were closed. */
  const past = new Map<string, number>();

  const create = async (registryId: string): Promise<Upstream> => {
    const registry: Registry | null = await registries.find(registryId);
    if (!registry) throw notFound('The registry is no longer attached.');
    const [credentials, clientCertificate, proxyCredentials] = await Promise.all([
      registries.credentialsOf(registryId),
      registries.clientCertificateOf(registryId),
      registries.proxyCredentialsOf(registryId),
    ]);
    return createUpstream({
      registry,
      credentials,
      clientCertificate,
      proxy: toOutboundProxy(registry.proxy, proxyCredentials),
    });
  };
  const closeLater = (registryId: string, client: Promise<Upstream>): void => {
    void client.then(
      (upstream) => {
        past.set(registryId, (past.get(registryId) ?? 0) + upstream.requests);
        upstream.close();
      },
      () => undefined,
    );
  };

  return {
    open(registryId) {
      const known = clients.get(registryId);
      if (known) return known;
      const client = create(registryId);
      clients.set(registryId, client);
      // A client that could not be made is not kept: the reason may pass.
      client.catch(() => clients.get(registryId) === client && clients.delete(registryId));
      return client;
    },
    forget(registryId) {
      const client = clients.get(registryId);
      clients.delete(registryId);
      if (client) closeLater(registryId, client);
    },
    async countRequests(registryId) {
      const current = await clients.get(registryId)?.catch(() => null);
      return (past.get(registryId) ?? 0) + (current?.requests ?? 0);
    },
    async budgetOf(registryId) {
      return (await clients.get(registryId)?.catch(() => null))?.budget ?? null;
    },
    async pauseOf(registryId) {
      return (await clients.get(registryId)?.catch(() => null))?.pauseMs ?? 0;
    },
    async outageOf(registryId) {
      return (await clients.get(registryId)?.catch(() => null))?.outage ?? null;
    },
    close() {
      for (const [registryId, client] of clients) closeLater(registryId, client);
      clients.clear();
    },
  };
}
