import { z } from 'zod';
import { type RegistryEvent, toTarget } from './event.js';

/** A wrong or absent text is as good as an empty one: 3.x sends `""` where 2.x leaves the field out. */
const text = z.string().catch('');
/** Longer ids are not kept. */
export const eventId = z.string().min(1).max(128).nullable().catch(null);

/**
 * A webhook of Azure's container registry: one event in the shape of distribution's, without an envelope. null for
 * what is not one; a ping, which has no target, is an event of another kind.
 * https://learn.microsoft.com/azure/container-registry/container-registry-webhook-reference
 */
export function parseAzureEvent(body: unknown): RegistryEvent | null {
  const event = parseDistributionEvent(body);
  if (event) return event;
  const { success, data } = azurePing.safeParse(body);
  if (!success) return null;
  return { id: data.id, action: 'other', repository: null, targets: [], isBlob: false, userAgent: null };
}

/** distribution's notifications, `events.v1+json` (2.x) and `events.v2+json` (3.x). */
export const distributionEnvelope = z.object({ events: z.array(z.unknown()) });
const distributionEvent = z.object({
  id: eventId,
  action: z.string(),
  target: z.object({
    mediaType: text,
    repository: z.unknown(),
    tag: z.unknown().optional(),
    digest: z.unknown().optional(),
  }),
  request: z.object({ useragent: text }).catch({ useragent: '' }),
});

const azurePing = z.object({ id: eventId, action: z.literal('ping') });

/** null for what is not an event. */
export function parseDistributionEvent(event: unknown): RegistryEvent | null {
  const { success, data } = distributionEvent.safeParse(event);
  if (!success) return null;
  const { id, action, target, request } = data;
  const about = toTarget(target.tag, target.digest);
  return {
    id,
    action: isAction(action) ? action : 'other',
    repository: target.repository,
    targets: about ? [about] : [],
    isBlob: target.mediaType === 'application/octet-stream',
    userAgent: request.useragent || null,
  };
}

function isAction(action: string): action is 'push' | 'delete' | 'mount' | 'pull' {
  return ['push', 'delete', 'mount', 'pull'].includes(action);
}
