import type { Registry } from '../../domain/registry.js';
import { parseRetention, type RetentionRuleDraft } from '../../domain/retention.js';
import { GatewayError } from '../../errors.js';
import { runInTurns } from '../../timer.js';
import { assertAllowed, assertUnprotected } from '../access.js';
import type { RequestContext } from '../context.js';
import { assertPinned, type Pinned, sealPinned } from '../delete/plantoken.js';
import type { CatalogueParts } from '../parts.js';
import { hashGoing, previewRegistry, type RegistryPreviewParts, type RegistryRetention } from './registrypreview.js';
import { rulesOf } from './rules.js';

/** A preview with the token that stands for it, which is taken until `expiresAt`. */
export interface SealedRetention extends RegistryRetention {
  readonly token: string;
  readonly expiresAt: Date;
  /** Seconds until then. */
  readonly secondsLeft: number;
}

/** The plan of a run over a registry. */
export interface PlannedRun {
  /** As the index has it now. */
  readonly preview: SealedRetention;
  /** CHANGED_SINCE_PLAN where that is not what the token stands for; null: it is, or there was no token. */
  readonly refusal: GatewayError | null;
}

/** Parts of the catalogue that it uses. */
export type RegistryRetainingParts = RegistryPreviewParts & Pick<CatalogueParts, 'registries' | 'sealer'>;

/** Says what the rules of retention let go of a whole registry, and pins a run to that. */
export class RegistryRetaining {
  readonly #parts: RegistryRetainingParts;

  constructor(parts: RegistryRetainingParts) {
    this.#parts = parts;
  }

  /**
   * Returns what these rules let go of a registry, by the index; null: the registry's own rules. Throws FORBIDDEN,
   * READ_ONLY, BAD_USER_INPUT.
   */
  async preview(
    context: RequestContext,
    registry: Registry,
    rules: readonly RetentionRuleDraft[] | null,
  ): Promise<SealedRetention> {
    assertAllowed(context.viewer, 'retainAll');
    assertUnprotected({ registry });
    const wanted = rules ? parseRetention(rules, 'rules') : await rulesOf(this.#parts, registry);
    const preview = await previewRegistry(this.#parts, context, registry, wanted);
    return { ...preview, ...sealPinned(this.#parts, await this.#pin(preview)) };
  }

  /**
   * Returns what the registry's own rules let go, held against the token of a preview. Throws as `preview` does, and
   * PLAN_INVALID.
   */
  async plan(context: RequestContext, registry: Registry, token: string | null): Promise<PlannedRun> {
    const preview = await this.preview(context, registry, null);
    if (token === null) return { preview, refusal: null };
    try {
      assertPinned(this.#parts, await this.#pin(preview), token, `What goes of ${registry.name}`, registry.name);
      return { preview, refusal: null };
    } catch (error) {
      if (!(error instanceof GatewayError) || error.code !== 'CHANGED_SINCE_PLAN') throw error;
      return { preview, refusal: error };
    }
  }

  async #pin(preview: RegistryRetention): Promise<Pinned> {
    return { place: preview.registry.id, pins: await runInTurns(hashGoing(preview), this.#parts.timer) };
  }
}
