import { AsyncLocalStorage } from 'node:async_hooks';
import * as otel from '@opentelemetry/api';
import type { TraceParent } from '../domain/traceparent.js';
import { GatewayError } from '../errors.js';
import type { Span, SpanDescription, Tracer } from '../trace.js';

/** Spans of one trace; what comes beyond is counted on its first one. An operation may run a thousand statements. */
const mostSpans = 250;

const kinds = { internal: otel.SpanKind.INTERNAL, server: otel.SpanKind.SERVER, client: otel.SpanKind.CLIENT } as const;

/** Shared by all that belong to one trace. */
interface Trace {
  spans: number;
  leftOut: number;
}

/** A part that is under way. `span` is null until it has parts itself. */
interface Part {
  readonly trace: Trace;
  readonly parent: Part | null;
  readonly name: string;
  readonly startTime: number;
  span: otel.Span | null;
}

/**
 * The part under way goes along with asynchronous work, in a storage of the tracer's own: nothing global is set, and
 * libraries are left as they are.
 */
export function createTracer(tracer: otel.Tracer): Tracer {
  const underWay = new AsyncLocalStorage<Part>();
  const start = (...given: SpanStart): otel.Span => startSpan(tracer, ...given);
  /** The span that a part of `part` stands under: made now, if nothing has shown that it is worth one. */
  const realize = (part: Part): otel.Span => {
    const { parent, name, startTime, trace } = part;
    if (part.span) return part.span;
    if (parent && trace.spans >= mostSpans) return realize(parent);
    trace.spans += 1;
    return (part.span = start({ name }, parent ? contextOf(realize(parent)) : otel.ROOT_CONTEXT, { startTime }));
  };
  const open = (part: Part, span: otel.Span): Span => toSpan(span, (work) => underWay.run(part, work), part);
  const root = (name: string, span: otel.Span): Span | null => {
    if (!span.isRecording()) return null;
    return open({ trace: { spans: 1, leftOut: 0 }, parent: null, name, startTime: Date.now(), span }, span);
  };
  return {
    isOn: true,
    begin(description, parent) {
      return root(
        description.name,
        start(description, parent ? contextOf(otel.trace.wrapSpanContext(toSpanContext(parent))) : otel.ROOT_CONTEXT),
      );
    },
    apart(describe, work) {
      const asker = underWay.getStore();
      const description = describe();
      const links = asker ? [{ context: realize(asker).spanContext() }] : [];
      const span = root(description.name, start(description, otel.ROOT_CONTEXT, { links }));
      return span ? settle(span, () => span.run(() => work(span))) : underWay.exit(() => work(null));
    },
    part(describe, work) {
      const parent = underWay.getStore();
      if (!parent) return work(null);
      const { trace } = parent;
      if (trace.spans >= mostSpans) {
        trace.leftOut += 1;
        return work(null);
      }
      const description = describe();
      // Before the use case above takes its own.
      trace.spans += 1;
      const span = start(description, contextOf(realize(parent)));
      const opened = open({ trace, parent, name: description.name, startTime: 0, span }, span);
      return settle(opened, () => opened.run(() => work(opened)));
    },
    useCase(name, work) {
      const parent = underWay.getStore();
      if (!parent) return work();
      const part: Part = { trace: parent.trace, parent, name, startTime: Date.now(), span: null };
      const end = (error?: unknown): void => {
        if (part.span && error !== undefined) markFailed(part.span, codeOf(error));
        part.span?.end();
      };
      return whenDone(() => underWay.run(part, work), end);
    },
    bind(work) {
      const part = underWay.getStore();
      return (...args) => (part ? underWay.run(part, work, ...args) : underWay.exit(work, ...args));
    },
  };
}

type SpanStart = [description: SpanDescription, parent: otel.Context, more?: otel.SpanOptions];

function startSpan(
  tracer: otel.Tracer,
  ...[{ name, kind = 'internal', attributes = {} }, parent, more]: SpanStart
): otel.Span {
  return tracer.startSpan(name, { kind: kinds[kind], attributes, ...more }, parent);
}

function toSpan(span: otel.Span, run: Span['run'], { trace, parent }: Part): Span {
  return {
    traceId: span.spanContext().traceId,
    run,
    note: (attributes) => void span.setAttributes(attributes),
    fail: (reason) => markFailed(span, reason),
    end() {
      if (parent === null && trace.leftOut > 0) span.setAttribute('registry_gateway.spans.left_out', trace.leftOut);
      span.end();
    },
  };
}

/** Messages hold names and addresses; codes do not. */
function codeOf(error: unknown): string {
  return error instanceof GatewayError ? error.code : error instanceof Error ? error.name : 'unknown';
}

function markFailed(span: otel.Span, reason: string): void {
  span.setAttribute('error.type', reason).setStatus({ code: otel.SpanStatusCode.ERROR });
}

function settle<T>(span: Span, work: () => T): T {
  return whenDone(work, (error) => {
    if (error !== undefined) span.fail(codeOf(error));
    span.end();
  });
}

/** Gives what `work` gives; `end` is called once it is there, or with what it failed with. */
function whenDone<T>(work: () => T, end: (error?: unknown) => void): T {
  let result: T;
  try {
    result = work();
  } catch (error) {
    end(error ?? null);
    throw error;
  }
  if (!(result instanceof Promise)) {
    end();
    return result;
  }
  const failed = (error: unknown): never => {
    end(error ?? null);
    throw error;
  };
  const pass = (value: unknown): unknown => {
    end();
    return value;
  };
  return result.then(pass, failed) as T;
}

function contextOf(span: otel.Span): otel.Context {
  return otel.trace.setSpan(otel.ROOT_CONTEXT, span);
}

function toSpanContext({ traceId, spanId, isSampled }: TraceParent): otel.SpanContext {
  return { traceId, spanId, isRemote: true, traceFlags: isSampled ? otel.TraceFlags.SAMPLED : otel.TraceFlags.NONE };
}
