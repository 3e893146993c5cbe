import { z } from 'zod';

/** How much of one envelope is looked at: registries send one event a request, so more is a storm or a forgery. */
export const maxEvents = 1000;

/** What a registry says happened. A hint to look, never a fact: nothing in it is checked yet. */
export interface RegistryEvent {
  /** The sender's id, to know a repeated delivery by; null when there is none, or none short enough to keep. */
  readonly id: string | null;
  readonly action: 'push' | 'delete' | 'mount' | 'pull' | 'other';
  /** As sent: not yet known to be a name. */
  readonly repository: unknown;
  /** About the bytes of a layer or config, not about an image. */
  readonly isBlob: boolean;
  /** Of the client that pushed, deleted or pulled. */
  readonly userAgent: string | null;
}

export interface Envelope {
  /** null stands for an entry that is not an event. */
  readonly events: readonly (RegistryEvent | null)[];
  /** There were more than `maxEvents`. */
  readonly isCut: boolean;
}

/** The envelope of a body, in any of the three forms; null for a body of another shape. Never throws. */
export function parseEnvelope(body: unknown): Envelope | null {
  const distribution = distributionEnvelope.safeParse(body);
  if (distribution.success) {
    const { events } = distribution.data;
    return { events: events.slice(0, maxEvents).map(parseDistributionEvent), isCut: events.length > maxEvents };
  }
  const event = parseHarborEvent(body);
  return event && { events: [event], isCut: false };
}

/** A wrong or absent text is as good as an empty one: 3.x sends `""` where 2.x leaves the field out. */
const text = z.string().catch('');
const id = z
  .string()
  .min(1)
  .max(128)
  .nullable()
  .catch(null);

/** distribution's notifications, `events.v1+json` (2.x) and `events.v2+json` (3.x). */
const distributionEnvelope = z.object({ events: z.array(z.unknown()) });
const distributionEvent = z.object({
  id,
  action: z.string(),
  target: z.object({ mediaType: text, repository: z.unknown() }),
  request: z.object({ useragent: text }).catch({ useragent: '' }),
});

function parseDistributionEvent(event: unknown): RegistryEvent | null {
  const { success, data } = distributionEvent.safeParse(event);
  if (!success) return null;
  const { id, action, target, request } = data;
  return {
    id,
    action: isAction(action) ? action : 'other',
    repository: target.repository,
    isBlob: target.mediaType === 'application/octet-stream',
    userAgent: request.useragent || null,
  };
}

function isAction(action: string): action is 'push' | 'delete' | 'mount' | 'pull' {
  return ['push', 'delete', 'mount', 'pull'].includes(action);
}

const harborData = z.object({ repository: z.object({ repo_full_name: z.unknown() }).catch({ repo_full_name: null }) });
/** Harbor's webhooks, "Default" and "CloudEvents" payload formats: the same data under another name. */
const harborEvent = z.union([
  z.object({ type: z.string(), event_data: harborData }).transform(({ type, event_data: data }) => ({ id: null, type, data })),
  z.object({ specversion: z.string(), id, type: z.string().startsWith('harbor.'), data: harborData }),
]);

const harborActions: Readonly<Record<string, RegistryEvent['action']>> = {
  'PUSH_ARTIFACT': 'push',
  'harbor.artifact.pushed': 'push',
  'DELETE_ARTIFACT': 'delete',
  'harbor.artifact.deleted': 'delete',
  'PULL_ARTIFACT': 'pull',
  'harbor.artifact.pulled': 'pull',
};

/** Harbor tells of scans, quotas and replications too: those are events of another kind. */
function parseHarborEvent(body: unknown): RegistryEvent | null {
  const { success, data: event } = harborEvent.safeParse(body);
  if (!success) return null;
  const action = Object.hasOwn(harborActions, event.type) ? harborActions[event.type]! : 'other';
  return { id: event.id, action, repository: event.data.repository.repo_full_name, isBlob: false, userAgent: null };
}
