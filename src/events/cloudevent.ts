import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';

/** CloudEvents 1.0, as far as it is needed: https://github.com/cloudevents/spec, "HTTP Protocol Binding". */
export interface CloudEvent {
  /** Distinct together with its source; null when one of them is absent or too long to keep. */
  readonly id: string | null;
  readonly type: string;
  readonly data: unknown;
}

const attribute = z.string().min(1).max(128);
const structured = z.object({
  specversion: z.string(),
  id: z.unknown().optional(),
  source: z.unknown().optional(),
  type: attribute,
  data: z.unknown(),
});

/**
 * Structured mode, the event as the body; or binary mode: its attributes are headers, and the body is its data. null
 * for anything else.
 */
export function readCloudEvent(body: unknown, headers: IncomingHttpHeaders): CloudEvent | null {
  const { success, data: event } = structured.safeParse(body);
  if (success) return { id: identify(event.source, event.id), type: event.type, data: event.data };
  const type = attribute.safeParse(headers['ce-type']);
  return type.success ? { id: identify(headers['ce-source'], headers['ce-id']), type: type.data, data: body } : null;
}

function identify(source: unknown, id: unknown): string | null {
  const [place, name] = [attribute.safeParse(source ?? '-'), attribute.safeParse(id)];
  return place.success && name.success ? `${place.data} ${name.data}` : null;
}
