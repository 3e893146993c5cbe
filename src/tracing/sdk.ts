import { diag, DiagLogLevel } from '@opentelemetry/api';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { TracingSettings } from '../settings/tracing.js';
import type { Timer } from '../timer.js';
import type { SpanCounts, Tracer } from '../trace.js';
import { createSending } from './counting.js';
import { createTracer } from './tracer.js';

export interface TracingParts {
  readonly timer: Timer;
  readonly warn: (facts: object, message: string) => void;
}

export interface Tracing {
  readonly tracer: Tracer;
  /** As of now, whenever it is read. */
  readonly spans: SpanCounts;
  /** Sends what waits, for two seconds at the most. */
  close(): Promise<void>;
}

/** Milliseconds that a stop waits for the receiver. */
const patience = 2000;

/** Milliseconds between two lines about spans that cannot be sent. */
const quiet = 600_000;

/**
 * OpenTelemetry's SDK, which is loaded only where the environment asks for it. Spans are sent in batches behind the
 * requests: a receiver that is away or slow costs them nothing, and what waits for it is bounded. The exporter and the
 * resource read their own variables, OTEL_EXPORTER_OTLP_*, OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES, from the
 * environment.
 */
export async function startTracing(settings: TracingSettings, { timer, warn }: TracingParts): Promise<Tracing> {
  reportFaults(timer, warn);
  const { OTLPTraceExporter } = await (settings.protocol === 'http/json'
    ? import('@opentelemetry/exporter-trace-otlp-http')
    : import('@opentelemetry/exporter-trace-otlp-proto'));
  const sending = createSending(new OTLPTraceExporter(), settings);
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'registry-gateway' }))
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: createSampler(settings),
    spanProcessors: [sending.processor],
  });
  return {
    tracer: createTracer(provider.getTracer('registry-gateway')),
    spans: sending.counts,
    async close() {
      const waiting = new AbortController();
      const patient = timer.sleep(patience, waiting.signal).catch(() => undefined);
      await Promise.race([provider.shutdown().catch(() => undefined), patient]);
      waiting.abort();
    },
  };
}

function createSampler({ ratio, followsParent }: TracingSettings): Sampler {
  const root = ratio === 1 ? new AlwaysOnSampler() : new TraceIdRatioBasedSampler(ratio);
  return followsParent ? new ParentBasedSampler({ root }) : root;
}

/** The SDK says each batch that it could not send; the log is told once in ten minutes. */
function reportFaults(timer: Timer, warn: TracingParts['warn']): void {
  let toldAt = -Infinity;
  const tell = (message: string): void => {
    if (timer.elapsed() - toldAt < quiet) return;
    toldAt = timer.elapsed();
    warn(
      { fault: message.slice(0, 500) },
      'spans could not be sent: look at OTEL_EXPORTER_OTLP_ENDPOINT and at what listens there',
    );
  };
  const ignore = (): void => undefined;
  diag.setLogger(
    { error: tell, warn: tell, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}
