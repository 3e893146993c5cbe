import type { FormerRepository, TagRevision } from '../../domain/catalogue.js';
import { parseRepositoryName, parseTagName } from '../../domain/name.js';
import type { Page, PageRequest } from '../../domain/page.js';
import type { Registry } from '../../domain/registry.js';
import type { FormerTagFilter } from '../../store/index/formertags.js';
import { assertAllowed } from '../access.js';
import type { RequestContext } from '../context.js';
import { type CatalogueParts, noteRegistryRead } from '../parts.js';
import { seesRepository } from '../visibility.js';
import type { RegistryBrowsing } from './registries.js';

/** Whose history; text as the caller gave it. `tag` null: of all tags of the repository. */
export interface HistoryRequest {
  readonly registry: Pick<Registry, 'id'>;
  readonly repository: string;
  readonly tag: string | null;
  /** Without what tags point to now. */
  readonly formerOnly: boolean;
}

/** Parts of the catalogue that it uses. */
export interface HistoryBrowsingParts extends Pick<CatalogueParts, 'former' | 'sync'> {
  readonly registryBrowsing: RegistryBrowsing;
}

export class HistoryBrowsing {
  readonly #parts: HistoryBrowsingParts;

  constructor(parts: HistoryBrowsingParts) {
    this.#parts = parts;
  }

  /**
   * Returns what tags point to, then what they pointed to, each newest first; tags that are gone are among the latter.
   * As far as the gateway saw it: what came and went between two readings is not there. Empty for what nobody ever saw.
   * Throws BAD_USER_INPUT.
   */
  async list(
    context: RequestContext,
    { registry, repository, tag, formerOnly }: HistoryRequest,
    page: PageRequest,
  ): Promise<Page<TagRevision>> {
    assertAllowed(context.viewer, 'read');
    noteRegistryRead(context, this.#parts.sync, registry.id);
    const scope = {
      registryId: registry.id,
      repository: parseRepositoryName(repository, 'repository'),
      tag: tag === null ? null : parseTagName(tag, 'tag'),
    };
    return context.loaders.revisionPage.load({ ...scope, formerOnly, page });
  }

  /**
   * As `list`, by a name that the index may not have: the registry is asked for it behind, and it is followed
   * from then on.
   */
  async find(
    context: RequestContext,
    request: HistoryRequest & { readonly registry: Registry },
    page: PageRequest,
  ): Promise<Page<TagRevision>> {
    const { registry, repository } = request;
    const found = await this.list(context, request, page);
    const name = parseRepositoryName(repository, 'repository');
    if (!seesRepository(context.viewer, registry.id, name)) return found;
    if (!(await context.loaders.repositoryNamed.load({ registryId: registry.id, name })))
      this.#parts.sync.discover(registry, name);
    return found;
  }

  /**
   * Returns of each tag that is gone the last that it pointed to, the last that went first; `registryIds` null: in all
   * registries. Throws BAD_USER_INPUT.
   */
  async listFormerTags(
    context: RequestContext,
    filter: FormerTagFilter,
    page: PageRequest,
  ): Promise<Page<TagRevision>> {
    assertAllowed(context.viewer, 'read');
    const { registryBrowsing, former } = this.#parts;
    await registryBrowsing.noteRead(context, filter.registryIds);
    return former.listTags(filter, page);
  }

  /** Returns repositories that are gone, or empty, by name. Throws BAD_USER_INPUT. */
  listFormerRepositories(
    context: RequestContext,
    { id }: Registry,
    page: PageRequest,
  ): Promise<Page<FormerRepository>> {
    assertAllowed(context.viewer, 'read');
    noteRegistryRead(context, this.#parts.sync, id);
    return this.#parts.former.listRepositories(id, page);
  }
}
