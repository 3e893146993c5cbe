import { collectDefaultMetrics, Registry } from 'prom-client';

/** Gauges of the library that are named like counters, and tell nothing that others do not. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/**
 * CPU, memory, files, garbage collection and the delay of the event loop, under the names that every Node program has.
 * In a registry of their own: the library watches the process until that ends, and would hold on to whatever else is in
 * it.
 */
export function createProcessMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);
  return registry;
}
