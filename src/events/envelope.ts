import type { IncomingHttpHeaders } from 'node:http';
import { readCloudEvent } from './cloudevent.js';
import { distributionEnvelope, parseAzureEvent, parseDistributionEvent } from './distribution.js';
import { maxEvents, type RegistryEvent } from './event.js';
import { parseHarborCloudEvent, parseHarborEvent } from './harbor.js';
import { parseZotEvent } from './zot.js';

export interface Envelope {
  /** null stands for an entry that is not an event. */
  readonly events: readonly (RegistryEvent | null)[];
  /** There were more than `maxEvents`. */
  readonly isCut: boolean;
}

/**
 * The envelope of a body in any form that is known: distribution's, Harbor's two, zot's, Azure's. null for a body of
 * another shape. Never throws.
 */
export function parseEnvelope(body: unknown, headers: IncomingHttpHeaders): Envelope | null {
  const distribution = distributionEnvelope.safeParse(body);
  if (distribution.success) {
    const { events } = distribution.data;
    return { events: events.slice(0, maxEvents).map(parseDistributionEvent), isCut: events.length > maxEvents };
  }
  const cloudEvent = readCloudEvent(body, headers);
  const event =
    (cloudEvent && (parseHarborCloudEvent(cloudEvent) ?? parseZotEvent(cloudEvent))) ??
    parseHarborEvent(body) ??
    parseAzureEvent(body);
  return event && { events: [event], isCut: false };
}
