/** Where a caller's trace stands: W3C Trace Context §3.2. */
export interface TraceParent {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  /** The caller records its part of the trace. */
  readonly isSampled: boolean;
}

/** Version 00, and of later ones the fields that it has too; ff is none. A later version may have more fields. */
const form = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(-.*)?$/;

/**
 * null for a header that is not there, sent twice, or not well-formed: the trace then begins here (§3.2, "restart").
 */
export function parseTraceParent(header: string | readonly string[] | undefined): TraceParent | null {
  const [, version, traceId, spanId, flags, more] = (typeof header === 'string' && form.exec(header)) || [];
  if (!traceId || !spanId || (version === '00' && more !== undefined)) return null;
  return { traceId, spanId, isSampled: (parseInt(flags ?? '', 16) & 1) === 1 };
}
