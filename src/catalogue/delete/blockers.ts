import type { Repository, Tag } from '../../domain/catalogue.js';
import type { BlockerReason, DeletionBlocker } from '../../domain/deletion.js';
import { rulesFor } from '../../domain/protection.js';
import type { DeleteCapability, Registry } from '../../domain/registry.js';
import type { GatewayError } from '../../errors.js';
import { isAllowed, listRefusals, type AccessTarget } from '../access.js';
import type { DeletionPlan } from './plan.js';
import { describeRefusal } from './refusals.js';
import type { RequestContext } from '../context.js';

/** Tells what can be deleted, and why not, without asking a registry. */
export class DeletionBlockers {
  /**
   * Returns whether deleting just this tag would be accepted now, as far as that is known: by the gateway's own rules,
   * and by what the registry said when a dry run or a deletion last probed it. A registry that was never probed counts
   * as deleting.
   */
  async canDeleteTag(context: RequestContext, { registryId, repositoryName, name }: Tag): Promise<boolean> {
    const registry = await context.loaders.registry.load(registryId);
    const target = { registry, repository: repositoryName, tags: [name] };
    return isAllowed(context.viewer, 'delete', target) && (await this.#findCapability(context, registry)) === null;
  }

  /** Returns the same for the whole repository: one protected tag keeps it. */
  async canDeleteRepository(context: RequestContext, repository: Repository): Promise<boolean> {
    const target = await this.#targetOf(context, repository);
    return (
      isAllowed(context.viewer, 'delete', target) && (await this.#findCapability(context, target.registry)) === null
    );
  }

  /** Lists every reason why `canDeleteTag` is false. */
  async listTagBlockers(
    context: RequestContext,
    { registryId, repositoryName, name }: Tag,
  ): Promise<DeletionBlocker[]> {
    const registry = await context.loaders.registry.load(registryId);
    return this.#listBlockers(context, { registry, repository: repositoryName, tags: [name] });
  }

  /** Lists every reason why `canDeleteRepository` is false. */
  async listRepositoryBlockers(context: RequestContext, repository: Repository): Promise<DeletionBlocker[]> {
    return this.#listBlockers(context, await this.#targetOf(context, repository));
  }

  async #listBlockers(context: RequestContext, target: AccessTarget): Promise<DeletionBlocker[]> {
    const capability = await this.#findCapability(context, target.registry);
    return [
      ...listRefusals(context.viewer, target, '').map((error) => toBlocker(error, reasonOf(error))),
      ...(capability
        ? [toBlocker(describeRefusal(target.registry, capability, ''), reasonByCapability[capability])]
        : []),
    ];
  }

  /** Returns why the registry deletes nothing; null: it deletes, or that is not known. */
  async #findCapability({ loaders }: RequestContext, { id }: Registry): Promise<Incapability | null> {
    const { canDelete } = await loaders.registryState.load(id);
    return canDelete === 'enabled' ? null : canDelete;
  }

  /** Builds the target of deleting the repository: with one tag that a rule protects, where there is any. */
  async #targetOf(
    { loaders }: RequestContext,
    { key, registryId, name: repository }: Repository,
  ): Promise<AccessTarget> {
    const registry = await loaders.registry.load(registryId);
    const rules = rulesFor(registry.protection, repository);
    const patterns = rules.map((rule) => rule.tag);
    const tag = rules.length > 0 ? await loaders.matchingTag.load({ repositoryKey: key, patterns }) : null;
    return tag === null ? { registry, repository } : { registry, repository, tags: [tag] };
  }
}

/**
 * Lists why a plan cannot be executed: by the registry's answer to the probe that it was made with. Its tags may be
 * deleted, else there would be no plan.
 */
export function listPlanBlockers({ registry, capability }: DeletionPlan): DeletionBlocker[] {
  return capability === 'enabled'
    ? []
    : [toBlocker(describeRefusal(registry, capability, ''), reasonByCapability[capability])];
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
