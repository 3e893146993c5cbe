import { z } from 'zod';
import type { CloudEvent } from './cloudevent.js';
import { type RegistryEvent, toTarget } from './event.js';

/** `reference` is a tag or a digest. The creation of a repository has neither. */
const zotData = z.object({ name: z.unknown(), reference: z.unknown().optional(), digest: z.unknown().optional() });

const actions: Readonly<Record<string, RegistryEvent['action']>> = {
  'zotregistry.image.updated': 'push',
  'zotregistry.image.deleted': 'delete',
  'zotregistry.repository.created': 'push',
};

/**
 * zot's events, which are CloudEvents; null for what zot does not send. Others than these are told of too: of failed
 * lints.
 */
export function parseZotEvent({ id, type, data }: CloudEvent): RegistryEvent | null {
  const parsed = zotData.safeParse(data);
  if (!type.startsWith('zotregistry.') || !parsed.success) return null;
  const { name, reference, digest } = parsed.data;
  const target = toTarget(reference, digest);
  const action = Object.hasOwn(actions, type) ? actions[type]! : 'other';
  return { id, action, repository: name, targets: target ? [target] : [], isBlob: false, userAgent: null };
}
