import type { TraceParent } from './domain/traceparent.js';

/**
 * Of a span, by OpenTelemetry's semantic conventions where these have a name. Never a secret, nor the name of a
 * repository or a tag.
 */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanDescription {
  readonly name: string;
  /** 'internal' where it is left out. */
  readonly kind?: 'internal' | 'server' | 'client';
  readonly attributes?: SpanAttributes;
}

/** How many of the spans recorded since the start were sent or lost. Those that wait to be sent are in no count. */
export interface SpanCounts {
  readonly sent: number;
  /** Whoever was to take them did not, or not in time. */
  readonly failed: number;
  /** Too many waited. */
  readonly dropped: number;
}

/** A piece of work that is recorded. */
export interface Span {
  /** 32 hex digits. */
  readonly traceId: string;
  note(attributes: SpanAttributes): void;
  /** It failed, with an error's code or a status. */
  fail(reason: string): void;
  /** Work that `work` begins is part of it. */
  run<T>(work: () => T): T;
  end(): void;
}

/**
 * Records what is done for what: a request, its operation, the use cases of that, and their statements and requests to
 * registries.
 */
export interface Tracer {
  /** False: nothing is ever recorded. */
  readonly isOn: boolean;
  /**
   * Begins the trace of a request; `parent` is the caller's part of it. null: it is not recorded. The caller ends it.
   */
  begin(description: SpanDescription, parent: TraceParent | null): Span | null;
  /**
   * Does work that nobody waits for in a trace of its own, linked to what asked for it; null is given where that is not
   * recorded.
   */
  apart<T>(describe: () => SpanDescription, work: (span: Span | null) => T): T;
  /** Does a part of what is under way; null is given where that is not recorded. */
  part<T>(describe: () => SpanDescription, work: (span: Span | null) => T): T;
  /** As `part`, but recorded only if it has parts itself: a use case that has all it needs is no news. */
  useCase<T>(name: string, work: () => T): T;
  /** The same work, as a part of what is under way now, whoever calls it later. */
  bind<Args extends unknown[], T>(work: (...args: Args) => T): (...args: Args) => T;
}

/** Records nothing, and costs nothing. */
export const noTracer: Tracer = {
  isOn: false,
  begin: () => null,
  apart: (_describe, work) => work(null),
  part: (_describe, work) => work(null),
  useCase: (_name, work) => work(),
  bind: (work) => work,
};
