import type { Gauge } from 'prom-client';
import type { Slices } from '../timer.js';
import type { Meters } from './meters.js';

/** How a registry stands at this moment. null: not known. */
export interface RegistrySample {
  readonly name: string;
  readonly attachedAt: Date;
  /** Seconds after which its names and tags are asked for again. */
  readonly maxAge: number;
  readonly reachable: boolean | null;
  readonly authenticated: boolean | null;
  /** When its list of names was last read whole. */
  readonly namesConfirmedAt: Date | null;
  /** When a crawl last read all of it. */
  readonly indexedAt: Date | null;
  readonly bytes: number | null;
  /** It is away, and asked nothing. */
  readonly isLeftAlone: boolean;
  /** Milliseconds that it wants no requests. */
  readonly pauseMs: number;
  readonly inFlight: number;
  readonly queued: number;
  /** Of the crawl under way; null: there is none. */
  readonly crawl: { readonly done: number; readonly total: number } | null;
}

/** Gives gauges the values of one moment: what is not among these registries is no longer there. */
export function createRegistryMetrics(
  meters: Meters,
  slices: Slices,
): (samples: readonly RegistrySample[]) => Promise<void> {
  const count = meters.gauge('registries', 'Attached registries.');
  const gauges = describeGauges().map(([name, help, read]) => ({
    gauge: meters.gauge(`registry_${name}`, help, ['registry']),
    read,
  }));
  return async (samples) => {
    count.set(samples.length);
    for (const { gauge, read } of gauges) {
      await slices.next();
      fill(gauge, samples, read);
    }
  };
}

/** Registries whose state is told, in the order of their names. */
const mostRegistries = 1000;

type ReadSample = (sample: RegistrySample) => number | null;

function fill(gauge: Gauge<'registry'>, samples: readonly RegistrySample[], read: ReadSample): void {
  gauge.reset();
  for (const sample of samples.slice(0, mostRegistries)) {
    const value = read(sample);
    if (value !== null) gauge.set({ registry: sample.name }, value);
  }
}

function describeGauges(): readonly (readonly [name: string, help: string, read: ReadSample])[] {
  return [
    [
      'reachable',
      '1: a registry answered at the last contact; 0: it did not. Absent before the first.',
      ({ reachable }) => toNumber(reachable),
    ],
    [
      'authenticated',
      '1: it took the credentials at the last contact; 0: it refused them. Absent where that is not known.',
      ({ authenticated }) => toNumber(authenticated),
    ],
    [
      'circuit_open',
      '1: it is away, and asked nothing for a while; 0: it is asked.',
      ({ isLeftAlone }) => Number(isLeftAlone),
    ],
    ['pause_seconds', 'Time that it wants no requests, by its last answer of 429.', ({ pauseMs }) => pauseMs / 1000],
    ['requests_in_flight', 'Requests to it that are under way.', ({ inFlight }) => inFlight],
    ['requests_queued', 'Requests to it that wait for their turn.', ({ queued }) => queued],
    ['attached_timestamp_seconds', 'When it was attached.', ({ attachedAt }) => toSeconds(attachedAt)],
    ['max_age_seconds', 'Time after which its names and tags are asked for again.', ({ maxAge }) => maxAge],
    [
      'names_confirmed_timestamp_seconds',
      'When its list of names was last read whole. Absent before the first time.',
      ({ namesConfirmedAt }) => toSeconds(namesConfirmedAt),
    ],
    [
      'indexed_timestamp_seconds',
      'When a crawl last read all of it. Absent before the first time.',
      ({ indexedAt }) => toSeconds(indexedAt),
    ],
    ['size_bytes', 'Bytes of each distinct blob once, as of the last crawl.', ({ bytes }) => bytes],
    ['crawl_running', '1: it is being crawled; 0: it is not.', ({ crawl }) => Number(crawl !== null)],
    [
      'crawl_pending_repositories',
      'Repositories that the crawl under way has still to read.',
      ({ crawl }) => (crawl ? crawl.total - crawl.done : 0),
    ],
  ];
}

function toNumber(value: boolean | null): number | null {
  return value === null ? null : Number(value);
}

function toSeconds(at: Date | null): number | null {
  return at && at.getTime() / 1000;
}
