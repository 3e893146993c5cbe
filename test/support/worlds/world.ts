import { createTestCatalogue, type TestCatalogue, type TestCatalogueOptions } from './catalogue.js';
import type { RegistryOptions } from '../registry/options.js';
import { createMemoryRegistry, type MemoryRegistry } from '../registry/server.js';

/** A registry, attached as `r`, that nobody has read, and the catalogue that it is attached to. */
export interface World extends AsyncDisposable {
  readonly registry: MemoryRegistry;
  readonly gateway: TestCatalogue;
}

export async function openWorld(options: RegistryOptions = {}, settings: TestCatalogueOptions = {}): Promise<World> {
  const registry = await createMemoryRegistry(options);
  const gateway = await createTestCatalogue(settings);
  await gateway.attach('r', registry.url);
  return {
    registry,
    gateway,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await registry.close();
    },
  };
}
