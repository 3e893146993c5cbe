import type { Catalogue } from './catalogue/catalogue.js';
import type { Registry } from './domain/registry.js';
import type { RegistryStore } from './store/registries/registries.js';
import type { RegistryState } from './store/registries/state.js';
import type { Outage } from './upstream/upstream.js';

/** How a registry stands: what the database knows of it, and whether it is asked just now. */
export interface Standing {
  readonly registry: Registry;
  /** null: it was detached a moment ago. */
  readonly state: RegistryState | null;
  /** Why it is asked nothing; null: it is asked. */
  readonly outage: Outage | null;
}

/** All registries, by name, from one statement. */
export async function listStanding(
  registries: readonly Registry[],
  store: RegistryStore,
  { clients }: Pick<Catalogue, 'clients'>,
): Promise<Standing[]> {
  const states = await store.states(registries.map(({ id }) => id));
  return Promise.all(
    registries.map(async (registry) => ({
      registry,
      state: states.get(registry.id) ?? null,
      outage: await clients.outageOf(registry.id),
    })),
  );
}
