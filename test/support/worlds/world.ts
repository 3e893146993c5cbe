import { createTestCatalogue, type TestCatalogue, type TestCatalogueOptions } from './catalogue.js';
import { startGateway, type TestGateway } from './gateway.js';
import type { AppSettings } from '../../../src/app.js';
import type { RegistryOptions } from '../registry/options.js';
import { createMemoryRegistry, type MemoryRegistry } from '../registry/server.js';

/** A registry, and the gateway that stands before it. What suites need beyond these, they add. */
export interface World<Gateway extends AsyncDisposable = TestCatalogue> extends AsyncDisposable {
  readonly registry: MemoryRegistry;
  readonly gateway: Gateway;
}

export interface WorldOptions extends TestCatalogueOptions {
  /** What the registry is attached as. Default `r`. */
  readonly name?: string;
  /** Seconds after which names and tags are asked for again. */
  readonly maxAge?: number;
}

/** A catalogue without a server, to which the registry is attached; nobody has read it. */
export async function openWorld(
  options: RegistryOptions = {},
  { name = 'r', maxAge, ...settings }: WorldOptions = {},
): Promise<World> {
  const registry = await createMemoryRegistry(options);
  const gateway = await createTestCatalogue(settings);
  await gateway.attach(name, registry.url, maxAge === undefined ? {} : { maxAge });
  return join(registry, gateway);
}

/** A gateway that listens; the registry is not attached to it. */
export async function openServedWorld(
  options: RegistryOptions = {},
  settings: Partial<AppSettings> = {},
): Promise<World<TestGateway>> {
  return join(await createMemoryRegistry(options), await startGateway(settings));
}

function join<Gateway extends AsyncDisposable>(registry: MemoryRegistry, gateway: Gateway): World<Gateway> {
  return {
    registry,
    gateway,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await registry.close();
    },
  };
}
