import type { Repository, Tag } from '../domain/catalogue.js';
import { parseProtection, rulesFor } from '../domain/protection.js';
import type { ProtectionRule, Registry } from '../domain/registry.js';
import { assertAllowed, isAllowed } from './access.js';
import type { RecordedSession } from './audit.js';
import { findRegistryById } from './registries.js';
import { describeProtection } from './registryaudit.js';
import type { Session } from './session.js';

/** What is absent or null stays as it is; an empty list of rules clears them. */
export interface ProtectionChanges {
  readonly readOnly?: boolean | null;
  readonly rules?: readonly ProtectionRule[] | null;
}

/** Holds for every deletion that begins after it, and for each step of one that runs. Throws NOT_FOUND, BAD_USER_INPUT. */
export async function setProtection(session: RecordedSession, registryId: string, { readOnly, rules }: ProtectionChanges): Promise<Registry> {
  assertAllowed(session.viewer, 'protect');
  const { id } = await findRegistryById(session, registryId);
  const protection = rules ? parseProtection(rules, 'input', 'rules') : undefined;
  const settings = { readOnly: readOnly ?? undefined, protection };
  return session.deed.commit((entry) =>
    session.registries.setProtection(id, settings, (now, before) => entry({ registry: now, details: describeProtection(now, before!) })),
  );
}

/** As deleting just this tag would be answered now, as far as the gateway decides it. */
export async function canDeleteTag({ viewer, loaders }: Session, { registryId, repositoryName, name }: Tag): Promise<boolean> {
  return isAllowed(viewer, 'delete', { registry: await loaders.registry.load(registryId), repository: repositoryName, tags: [name] });
}

/** The same of the whole repository: one protected tag keeps it. */
export async function canDeleteRepository({ viewer, loaders }: Session, { key, registryId, name: repository }: Repository): Promise<boolean> {
  const registry = await loaders.registry.load(registryId);
  if (!isAllowed(viewer, 'delete', { registry, repository })) return false;
  const rules = rulesFor(registry.protection, repository);
  const tag = rules.length > 0 ? await loaders.matchingTag.load({ repositoryKey: key, patterns: rules.map((rule) => rule.tag) }) : null;
  return tag === null || isAllowed(viewer, 'delete', { registry, repository, tags: [tag] });
}
