import { Counter, Gauge, Histogram, type Metric, Registry } from 'prom-client';
import type { Slices } from '../timer.js';
import { createRegistryNames } from './labels.js';

const prefix = 'registry_gateway_';

type RegistryLabels<L extends string> = Partial<Record<L, string>>;

/** A metric by registry: `labels` are those beside `registry`. */
export interface OfRegistry<L extends string> {
  add(registry: string, value: number, labels?: RegistryLabels<L>): void;
}

/** A metric's name, and the labels that its series have. */
export interface Described {
  readonly name: string;
  readonly labelNames: readonly string[];
}

/** Makes the gateway's metrics. Names are without their prefix; see docs/metrics.md. */
export interface Meters {
  readonly registry: Registry;
  counter<L extends string = never>(name: string, help: string, labels?: readonly L[]): Counter<L>;
  gauge<L extends string = never>(name: string, help: string, labels?: readonly L[]): Gauge<L>;
  histogram<L extends string = never>(
    name: string,
    help: string,
    buckets: readonly number[],
    labels?: readonly L[],
  ): Histogram<L>;
  /**
   * Counts up by registry. `known`: values of the labels that are there from the beginning, at 0: of a series that
   * begins at 1 nobody can tell that it grew.
   */
  counterOfRegistry<L extends string = never>(
    name: string,
    help: string,
    labels?: readonly L[],
    known?: readonly Record<L, string>[],
  ): OfRegistry<L>;
  histogramOfRegistry(name: string, help: string, buckets: readonly number[]): OfRegistry<never>;
  /** Those made so far. */
  list(): Described[];
  /**
   * Begins the series of these registries, and forgets those of all others: they were detached, or have another name.
   */
  retain(names: readonly string[], slices: Slices): Promise<void>;
}

export function createMeters(): Meters {
  const registry = new Registry();
  const names = createRegistryNames();
  const described: Described[] = [];
  const byRegistry: Metric[] = [];
  const beginnings: ((name: string) => void)[] = [];
  /** Labels of registries whose series are begun. */
  const begun = new Set<string>();
  const configure = <L extends string>(name: string, help: string, labels: readonly L[]) => {
    described.push({ name: prefix + name, labelNames: labels });
    return { name: prefix + name, help, labelNames: [...labels], registers: [registry] };
  };
  const counter = <L extends string>(name: string, help: string, labels: readonly L[] = []): Counter<L> =>
    new Counter<L>(configure(name, help, labels));
  const histogram = <L extends string>(
    name: string,
    help: string,
    buckets: readonly number[],
    labels: readonly L[] = [],
  ): Histogram<L> => new Histogram<L>({ ...configure(name, help, labels), buckets: [...buckets] });
  return {
    registry,
    counter,
    histogram,
    gauge: (name, help, labels = []) => new Gauge(configure(name, help, labels)),
    counterOfRegistry(name, help, labels = [], known = []) {
      const metric = counter<string>(name, help, ['registry', ...labels]);
      byRegistry.push(metric);
      beginnings.push((of) => known.forEach((values) => metric.inc({ registry: names.labelOf(of), ...values }, 0)));
      return { add: (of, value, more = {}) => metric.inc({ registry: names.labelOf(of), ...more }, value) };
    },
    histogramOfRegistry(name, help, buckets) {
      const metric = histogram<string>(name, help, buckets, ['registry']);
      byRegistry.push(metric);
      return { add: (of, value) => metric.observe({ registry: names.labelOf(of) }, value) };
    },
    list: () => [...described],
    async retain(attached, slices) {
      const gone = names.retain(attached);
      for (const name of gone) begun.delete(name);
      for (const metric of gone.size > 0 ? byRegistry : []) {
        await slices.next();
        await removeSeries(metric, gone);
      }
      for (const name of attached) {
        const label = names.labelOf(name);
        if (begun.has(label)) continue;
        await slices.next();
        begun.add(label);
        for (const begin of beginnings) begin(name);
      }
    },
  };
}

async function removeSeries(metric: Metric, registries: ReadonlySet<string>): Promise<void> {
  const { values } = await metric.get();
  for (const { labels } of values) {
    // A histogram's series has one value for each of its buckets, and is removed as a whole.
    const { le: _bucket, ...own } = labels;
    if (registries.has(String(own['registry']))) metric.remove(own);
  }
}
