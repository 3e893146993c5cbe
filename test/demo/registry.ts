import { createMemoryRegistry, type MemoryRegistry } from '../support/registry/server.js';
import { fillDemo } from './content.js';

/** A filled registry on a free port of 127.0.0.1, for people to try things on: deleting works, nothing is recorded. */
export async function createDemoRegistry(): Promise<MemoryRegistry> {
  const registry = await createMemoryRegistry({ strict: false });
  fillDemo(registry.store);
  return registry;
}
