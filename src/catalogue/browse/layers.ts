import type { Image } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { LayerCounts, UsedLayer } from '../../domain/lineage.js';
import { badCursor, decodeCursor, encodeCursor, type Page, type PageRequest } from '../../domain/page.js';
import { assertAllowed } from '../access.js';
import type { RequestContext } from '../context.js';
import type { CatalogueParts } from '../parts.js';
import { loadThere } from './lineage.js';

/** Parts of the catalogue that it uses. */
export type LayerBrowsingParts = Pick<CatalogueParts, 'cursorCode' | 'layerUse'>;

/** Tells which images have a layer. No registry is asked. */
export class LayerBrowsing {
  readonly #parts: LayerBrowsingParts;

  constructor(parts: LayerBrowsingParts) {
    this.#parts = parts;
  }

  /** Returns the layer; null: no image that the viewer sees has it. */
  async find({ viewer }: RequestContext, digest: Digest): Promise<UsedLayer | null> {
    assertAllowed(viewer, 'read');
    return this.#parts.layerUse.find(digest);
  }

  /** Returns the images that have it. Cursors tell nobody how many images lie between two of them. */
  async list({ loaders }: RequestContext, { key, digest }: UsedLayer, page: PageRequest): Promise<Page<Image>> {
    const { layerUse, cursorCode } = this.#parts;
    const scope = `layer:${digest}`;
    const { imageKeys, hasNextPage } = await layerUse.list(key, page.first, this.#readPosition(scope, page.after));
    return {
      items: await loadThere(loaders, imageKeys),
      hasNextPage,
      hasPreviousPage: page.after !== null,
      totalCount: async () => (await loaders.layerCounts.load(key)).images,
      cursorOf: (image) => encodeCursor(scope, [cursorCode.write(image.key)]),
    };
  }

  /** Returns how many images and repositories have it. */
  count({ loaders }: RequestContext, { key }: UsedLayer): Promise<LayerCounts> {
    return loaders.layerCounts.load(key);
  }

  #readPosition(scope: string, cursor: string | null): number | null {
    if (cursor === null) return null;
    const [text] = decodeCursor(scope, cursor, 1);
    const position = typeof text === 'string' ? this.#parts.cursorCode.read(text) : null;
    if (position === null) throw badCursor();
    return position;
  }
}
