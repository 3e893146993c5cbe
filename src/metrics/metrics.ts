import { createSlices, type Slices, type Timer } from '../timer.js';
import { createHttpMetrics, type EndedHttpRequest } from './httpmetrics.js';
import { createMeters, type Described, type Meters } from './meters.js';
import { writePage } from './page.js';
import { createRegistryMetrics, type RegistrySample } from './registrymetrics.js';
import { createIndexMetrics, createStoreMetrics, type IndexSample, type StoreSample } from './storemetrics.js';
import { createUpstreamMetrics, type EndedUpstreamRequest } from './upstreammetrics.js';
import {
  createWebhookGauges,
  createWebhookMetrics,
  type WebhookMetrics,
  type WebhookSample,
} from './webhookmetrics.js';
import { createWorkMetrics, type WorkMetrics } from './workmetrics.js';
import { collectDefaultMetrics, Registry } from 'prom-client';

/** Counts things as they happen, and makes the page of them. Registries by name. */
export interface Metrics {
  readonly work: WorkMetrics;
  readonly webhooks: WebhookMetrics;
  readonly noteRequest: (ended: EndedHttpRequest) => void;
  readonly noteUpstreamRequest: (registry: string, ended: EndedUpstreamRequest) => void;
  /** The gateway's own, without those of the process. */
  list(): Described[];
  /**
   * In Prometheus' text format 0.0.4. It is made once a second at the most, whoever asks how often, and in steps that
   * other work comes between. A part that cannot be read within three seconds stays as it was, and `scrape_part_up`
   * says so.
   */
  render(samplers: Samplers): Promise<string>;
}

/** Read how things stand when the page is made. Each may fail, or take long. */
export interface Samplers {
  readonly registries: () => Promise<readonly RegistrySample[]>;
  readonly store: () => Promise<StoreSample>;
  /** null: not counted yet. */
  readonly index: () => Promise<IndexSample | null>;
  /** Connections of clients that are open. */
  readonly connections: () => Promise<number>;
  /** Streams of events that are open. */
  readonly eventStreams: () => number;
  readonly webhooks: () => WebhookSample;
  /** By what came of them since the start; null: none are recorded. */
  readonly spans: Readonly<Record<'sent' | 'failed' | 'dropped', number>> | null;
}

export interface MetricsSettings {
  readonly timer: Timer;
  readonly version: string;
  /** Names of the operations that the gateway's own routes run. */
  readonly ownOperations: readonly string[];
  /** Reasons for which notifications are refused. */
  readonly refusals: readonly string[];
  /** Parts the making of a page into turns of the event loop; by default of 10 milliseconds. */
  readonly slices?: Slices;
}

/** Milliseconds that a page is given out again. */
const kept = 1000;
/** Milliseconds of it in one turn of the event loop. */
const slice = 10;
/** Milliseconds that a part of it may take. */
const patience = 3000;

export const contentType = Registry.PROMETHEUS_CONTENT_TYPE;

export function createMetrics({
  timer,
  version,
  ownOperations,
  refusals,
  slices = createSlices(slice, () => timer.elapsed()),
}: MetricsSettings): Metrics {
  const meters = createMeters();
  const own = createProcessMetrics();
  const sample = createSampling(meters, timer, slices);
  meters
    .gauge('build_info', 'Always 1, with the version of the gateway and of Node.', ['version', 'node_version'])
    .set({ version, node_version: process.version }, 1);
  let page: { readonly text: Promise<string>; readonly at: number; isMade: boolean } | null = null;
  const write = async (samplers: Samplers): Promise<string> => {
    await sample(samplers);
    return writePage([meters.registry, own], slices);
  };
  return {
    work: createWorkMetrics(meters, refusals),
    webhooks: createWebhookMetrics(meters),
    noteRequest: createHttpMetrics(meters, ownOperations),
    noteUpstreamRequest: createUpstreamMetrics(meters),
    list: () => meters.list(),
    render(samplers) {
      // Two at once would be in each other's way.
      if (page && (!page.isMade || timer.elapsed() - page.at < kept)) return page.text;
      const made = { text: write(samplers), at: timer.elapsed(), isMade: false };
      page = made;
      made.text.then(
        () => (made.isMade = true),
        () => (page = null),
      );
      return made.text;
    },
  };
}

function createSampling(meters: Meters, timer: Timer, slices: Slices): (samplers: Samplers) => Promise<void> {
  const tellRegistries = createRegistryMetrics(meters, slices);
  const tellStore = createStoreMetrics(meters);
  const tellIndex = createIndexMetrics(meters, slices);
  const connections = meters.gauge('http_connections', 'Connections of clients that are open.');
  const streams = meters.gauge('event_streams', 'Streams of events that are open, of GraphQL and of REST.');
  const tellWebhooks = createWebhookGauges(meters);
  const tellSpans = createSpanMetrics(meters);
  const up = meters.gauge(
    'scrape_part_up',
    '1: this part of the page is as of now; 0: it could not be read, and is as it was.',
    ['part'],
  );
  const take = async <T>(
    part: string,
    read: () => Promise<T>,
    tell: (value: T) => void | Promise<void>,
  ): Promise<void> => {
    const value = await within(timer, read);
    up.set({ part }, value === null ? 0 : 1);
    if (value !== null) await tell(value.read);
  };
  return async (samplers) => {
    if (samplers.spans) tellSpans(samplers.spans);
    streams.set(samplers.eventStreams());
    tellWebhooks(samplers.webhooks());
    await Promise.all([
      take('registries', samplers.registries, async (registries) => {
        await meters.retain(
          registries.map(({ name }) => name),
          slices,
        );
        await tellRegistries(registries);
      }),
      take('database', samplers.store, tellStore),
      take('index', samplers.index, async (index) => void (index && (await tellIndex(index)))),
      take('connections', samplers.connections, (count) => connections.set(count)),
    ]);
  };
}

function createSpanMetrics(meters: Meters): (spans: Readonly<Record<string, number>>) => void {
  const spans = meters.counter(
    'trace_spans_total',
    'Spans of traces, by what came of them: sent, failed to be, or dropped since too many waited.',
    ['outcome'],
  );
  return (counts) => {
    spans.reset();
    for (const [outcome, count] of Object.entries(counts)) spans.inc({ outcome }, count);
  };
}

/** null: it failed, or took too long. */
async function within<T>(timer: Timer, read: () => Promise<T>): Promise<{ readonly read: T } | null> {
  const late = Promise.withResolvers<null>();
  const cancel = timer.after(patience, () => late.resolve(null));
  const reading = read().then(
    (value) => ({ read: value }),
    () => null,
  );
  return Promise.race([reading, late.promise]).finally(cancel);
}

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
