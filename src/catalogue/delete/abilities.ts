import type { RegistryStore } from '../../store/registries/registries.js';

/** The registry's ways of deleting tags, as far as they are known. */
export interface KnownAbilities {
  /** Whether it deletes a single tag by its name; null: that was never tried. */
  readonly canDeleteTag: boolean | null;
  /** Whether its tags have to be deleted before their image; null: not known. */
  readonly deletesTagsFirst: boolean | null;
}

/** Holds how the registry deletes tags during one execution, and writes down what the execution finds out. */
export class TagAbilities {
  readonly #registries: Pick<RegistryStore, 'recordCapabilities'>;
  readonly #registryId: string;
  #canDeleteTag: boolean;
  #deletesTagsFirst: boolean | null;

  constructor(
    registries: Pick<RegistryStore, 'recordCapabilities'>,
    registryId: string,
    known: KnownAbilities | undefined,
  ) {
    this.#registries = registries;
    this.#registryId = registryId;
    this.#canDeleteTag = known?.canDeleteTag ?? true;
    this.#deletesTagsFirst = known?.deletesTagsFirst ?? null;
  }

  /** False once the registry has refused to delete a single tag by its name. */
  get canDeleteTag(): boolean {
    return this.#canDeleteTag;
  }

  /** See Capabilities. */
  get deletesTagsFirst(): boolean | null {
    return this.#deletesTagsFirst;
  }

  /** Writes down that the registry deletes no single tags. */
  async recordNoTagDelete(): Promise<void> {
    this.#canDeleteTag = false;
    await this.#registries.recordCapabilities(this.#registryId, { canDeleteTag: false });
  }

  /** Writes down whether tags have to be deleted before their image, where that is news. */
  async recordOrder(deletesTagsFirst: boolean): Promise<void> {
    if (this.#deletesTagsFirst === deletesTagsFirst) return;
    this.#deletesTagsFirst = deletesTagsFirst;
    await this.#registries.recordCapabilities(this.#registryId, { deletesTagsFirst });
  }
}
