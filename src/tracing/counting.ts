import { diag, TraceFlags } from '@opentelemetry/api';
import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';
import type { TracingSettings } from '../settings/tracing.js';
import type { SpanCounts } from '../trace.js';

/** `ExportResultCode.FAILED` is 1 and SUCCESS 0, in OpenTelemetry's core. */
const outcomes = ['sent', 'failed'] as const;

/** Sends spans in batches, and counts what came of them. */
export interface Sending {
  readonly processor: SpanProcessor;
  readonly counts: SpanCounts;
}

/**
 * Spans that wait are bounded here, so that those beyond can be counted: the SDK's own processor drops them without a
 * word. It has no more than waits here, since it takes a batch off its queue before it gives it to the exporter.
 */
export function createSending(
  exporter: SpanExporter,
  { queue, batch, delay }: Pick<TracingSettings, 'queue' | 'batch' | 'delay'>,
): Sending {
  const counts = { sent: 0, failed: 0, dropped: 0 };
  let waiting = 0;
  const counted: SpanExporter = {
    export(spans, done) {
      waiting -= spans.length;
      exporter.export(spans, (result) => {
        counts[outcomes[result.code]] += spans.length;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
  const batches = new BatchSpanProcessor({
    exporter: counted,
    maxQueueSize: queue,
    maxExportBatchSize: Math.min(batch, queue),
    scheduledDelayMillis: delay,
  });
  const processor: SpanProcessor = {
    onStart: () => undefined,
    onEnd(span) {
      if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
      if (waiting >= queue) {
        counts.dropped += 1;
        diag.warn('Spans are dropped: as many wait to be sent as OTEL_BSP_MAX_QUEUE_SIZE says.');
        return;
      }
      waiting += 1;
      batches.onEnd(span);
    },
    forceFlush: () => batches.forceFlush(),
    shutdown: () => batches.shutdown(),
  };
  return { processor, counts };
}
