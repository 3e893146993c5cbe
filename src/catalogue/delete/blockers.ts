import type { Repository, Tag } from '../../domain/catalogue.js';
import type { BlockerReason, DeletionBlocker } from '../../domain/deletion.js';
import { rulesFor } from '../../domain/protection.js';
import type { DeleteCapability, Registry } from '../../domain/registry.js';
import type { GatewayError } from '../../errors.js';
import { isAllowed, listRefusals, type Target } from '../access.js';
import type { DeletionPlan } from './plan.js';
import { describeRefusal } from './refusals.js';
import type { Session } from '../session.js';

/**
 * As deleting just this tag would be answered now, as far as that is known: the gateway's own rules, and what the
 * registry said when it was last probed, which every dry run and deletion does anew. It is not probed for this: what
 * was never probed is taken to delete.
 */
export async function canDeleteTag(session: Session, { registryId, repositoryName, name }: Tag): Promise<boolean> {
  const registry = await session.loaders.registry.load(registryId);
  const target = { registry, repository: repositoryName, tags: [name] };
  return isAllowed(session.viewer, 'delete', target) && (await findCapability(session, registry)) === null;
}

/** The same of the whole repository: one protected tag keeps it. */
export async function canDeleteRepository(session: Session, repository: Repository): Promise<boolean> {
  const target = await targetOf(session, repository);
  return isAllowed(session.viewer, 'delete', target) && (await findCapability(session, target.registry)) === null;
}

/** Every reason why it is false. */
export async function listTagBlockers(
  session: Session,
  { registryId, repositoryName, name }: Tag,
): Promise<DeletionBlocker[]> {
  const registry = await session.loaders.registry.load(registryId);
  return listBlockers(session, { registry, repository: repositoryName, tags: [name] });
}

export async function listRepositoryBlockers(session: Session, repository: Repository): Promise<DeletionBlocker[]> {
  return listBlockers(session, await targetOf(session, repository));
}

/**
 * Of a plan: what the registry said to the probe that it was made with. Its tags may be deleted, else there would be no
 * plan.
 */
export function listPlanBlockers({ registry, capability }: DeletionPlan): DeletionBlocker[] {
  return capability === 'enabled'
    ? []
    : [toBlocker(describeRefusal(registry, capability, ''), reasonByCapability[capability])];
}

async function listBlockers(session: Session, target: Target): Promise<DeletionBlocker[]> {
  const capability = await findCapability(session, target.registry);
  return [
    ...listRefusals(session.viewer, target, '').map((error) => toBlocker(error, reasonOf(error))),
    ...(capability
      ? [toBlocker(describeRefusal(target.registry, capability, ''), reasonByCapability[capability])]
      : []),
  ];
}

type Incapability = Exclude<DeleteCapability, 'enabled'>;

const reasonByCapability: Readonly<Record<Incapability, BlockerReason>> = {
  disabled: 'DELETES_DISABLED',
  unsupported: 'DELETES_DISABLED',
  'read-only': 'REGISTRY_READ_ONLY',
  forbidden: 'ACCOUNT_MAY_NOT_DELETE',
};

function reasonOf({ code }: GatewayError): BlockerReason {
  return code === 'READ_ONLY' || code === 'PROTECTED' ? code : 'ROLE';
}

function toBlocker({ message, facts }: GatewayError, reason: BlockerReason): DeletionBlocker {
  return { reason, message, hint: facts.hint ?? null };
}

/** null: it deletes, or that is not known. */
async function findCapability({ loaders }: Session, { id }: Registry): Promise<Incapability | null> {
  const { canDelete } = await loaders.registryState.load(id);
  return canDelete === 'enabled' ? null : canDelete;
}

/** With the one tag that a rule names, where any does. */
async function targetOf({ loaders }: Session, { key, registryId, name: repository }: Repository): Promise<Target> {
  const registry = await loaders.registry.load(registryId);
  const rules = rulesFor(registry.protection, repository);
  const patterns = rules.map((rule) => rule.tag);
  const tag = rules.length > 0 ? await loaders.matchingTag.load({ repositoryKey: key, patterns }) : null;
  return tag === null ? { registry, repository } : { registry, repository, tags: [tag] };
}
