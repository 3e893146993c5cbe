import type { Registry } from '../domain/registry.js';
import { notFound } from '../errors.js';
import type { RegistryStore } from '../store/registries.js';
import type { Upstream, UpstreamSettings } from '../upstream/upstream.js';

/** The open clients, one for each registry: its connections, tokens and limits are shared by all requests. */
export interface UpstreamPool {
  /** Throws NOT_FOUND for a registry that is no longer attached. */
  open(registryId: string): Promise<Upstream>;
  /** After a registry's settings changed or it was detached: the next `open` makes a new client. */
  forget(registryId: string): void;
  close(): void;
}

export function createUpstreamPool(registries: RegistryStore, createUpstream: (settings: UpstreamSettings) => Upstream): UpstreamPool {
  const clients = new Map<string, Promise<Upstream>>();

  const create = async (registryId: string): Promise<Upstream> => {
    const registry: Registry | null = await registries.find(registryId);
    if (!registry) throw notFound('The registry is no longer attached.');
    return createUpstream({ registry, credentials: await registries.credentialsOf(registryId) });
  };
  const closeLater = (client: Promise<Upstream>): void => {
    void client.then(
      (upstream) => upstream.close(),
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
      client.catch(() => clients.delete(registryId));
      return client;
    },
    forget(registryId) {
      const client = clients.get(registryId);
      clients.delete(registryId);
      if (client) closeLater(client);
    },
    close() {
      for (const client of clients.values()) closeLater(client);
      clients.clear();
    },
  };
}
