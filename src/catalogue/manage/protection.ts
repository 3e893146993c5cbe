import { parseApprovals } from '../../domain/approval.js';
import { parseProtection } from '../../domain/protection.js';
import type { ApprovalRule, ProtectionRule, Registry } from '../../domain/registry.js';
import { assertAllowed } from '../access.js';
import type { MutationContext } from '../audit.js';
import { describeProtection } from './auditentries.js';
import type { CatalogueParts } from '../parts.js';
import type { RegistryBrowsing } from '../browse/registries.js';

/** A setting that is absent or null stays as it is; an empty list of rules clears them. */
export interface ProtectionChanges {
  readonly readOnly?: boolean | null;
  readonly rules?: readonly ProtectionRule[] | null;
  /** As the rules: all of them anew. */
  readonly approvals?: readonly ApprovalRule[] | null;
}

/** Parts of the catalogue that it uses. */
export interface ProtectingParts extends Pick<CatalogueParts, 'registries'> {
  readonly registryBrowsing: RegistryBrowsing;
}

export class Protecting {
  readonly #parts: ProtectingParts;

  constructor(parts: ProtectingParts) {
    this.#parts = parts;
  }

  /**
   * Holds for every deletion that begins after it, and for each step of one that runs. Throws NOT_FOUND,
   * BAD_USER_INPUT.
   */
  async set(context: MutationContext, registryId: string, changes: ProtectionChanges): Promise<Registry> {
    assertAllowed(context.viewer, 'protect');
    const { id } = await this.#parts.registryBrowsing.findById(context, registryId);
    const { rules } = changes;
    const protection = rules ? parseProtection(rules, 'input', 'rules') : undefined;
    const approvals = changes.approvals ? parseApprovals(changes.approvals, 'input', 'approvals') : undefined;
    const settings = { readOnly: changes.readOnly ?? undefined, protection, approvals };
    return context.deed.commit((entry) =>
      this.#parts.registries.setProtection(id, settings, (now, before) =>
        entry({ registry: now, details: describeProtection(now, before!) }),
      ),
    );
  }
}
