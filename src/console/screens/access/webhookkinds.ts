import type { EventKind } from '../../operations/webhooks.js';
import type { Translate } from '../../text/texts.js';

/** All that a webhook can be told of, in the order in which it is offered. */
export const webhookKinds: readonly EventKind[] = [
  'TAG_PUSHED',
  'TAG_MOVED',
  'TAG_DELETED',
  'REPOSITORY_APPEARED',
  'REPOSITORY_CHANGED',
  'REPOSITORY_EMPTIED',
  'REPOSITORY_GONE',
  'REGISTRY_ATTACHED',
  'REGISTRY_DETACHED',
  'REGISTRY_UNREACHABLE',
  'REGISTRY_BACK',
  'JOB_BEGAN',
  'JOB_ENDED',
];

/** The kind with what it is about, as nothing else beside it says that. */
export function nameKind(t: Translate, kind: EventKind): string {
  const name = t(`activity.kind.${kind}`);
  if (kind.startsWith('REPOSITORY_')) return t('webhooks.kindOf', { what: t('activity.group.repositories'), name });
  return kind.startsWith('REGISTRY_') ? t('webhooks.kindOf', { what: t('activity.group.registries'), name }) : name;
}
