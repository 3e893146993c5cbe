import { z } from 'zod';
import type { CloudEvent } from './cloudevent.js';
import { maxEvents, type RegistryEvent, toTarget } from './event.js';

const resource = z.object({ tag: z.unknown().optional(), digest: z.unknown().optional() });
const harborData = z.object({
  repository: z.object({ repo_full_name: z.unknown() }).catch({ repo_full_name: null }),
  resources: z.array(z.unknown()).catch([]),
});
/** Harbor's webhooks in the payload format "Default". */
const harborEvent = z.object({ type: z.string(), event_data: harborData });

const actions: Readonly<Record<string, RegistryEvent['action']>> = {
  PUSH_ARTIFACT: 'push',
  'harbor.artifact.pushed': 'push',
  DELETE_ARTIFACT: 'delete',
  'harbor.artifact.deleted': 'delete',
  PULL_ARTIFACT: 'pull',
  'harbor.artifact.pulled': 'pull',
};

/** null for what Harbor does not send. */
export function parseHarborEvent(body: unknown): RegistryEvent | null {
  const { success, data } = harborEvent.safeParse(body);
  return success ? describe(null, data.type, data.event_data) : null;
}

/** The payload format "CloudEvents": the same data under other types. */
export function parseHarborCloudEvent({ id, type, data }: CloudEvent): RegistryEvent | null {
  const parsed = harborData.safeParse(data);
  return type.startsWith('harbor.') && parsed.success ? describe(id, type, parsed.data) : null;
}

/** Harbor tells of scans, quotas and replications too: those are events of another kind. */
function describe(
  id: string | null,
  type: string,
  { repository, resources }: z.infer<typeof harborData>,
): RegistryEvent {
  const targets = resources.slice(0, maxEvents).flatMap((each) => {
    const { success, data } = resource.safeParse(each);
    return (success && toTarget(data.tag, data.digest)) || [];
  });
  const action = Object.hasOwn(actions, type) ? actions[type]! : 'other';
  return { id, action, repository: repository.repo_full_name, targets, isBlob: false, userAgent: null };
}
