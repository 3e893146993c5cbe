import type { Image } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import { readStatedBase, type StatedBase } from '../../domain/lineage.js';
import { badCursor, decodeCursor, encodeCursor, type Page, type PageRequest } from '../../domain/page.js';
import { GatewayError } from '../../errors.js';
import { assertAllowed } from '../access.js';
import type { RequestContext } from '../context.js';
import type { Loaders } from '../loaders/loaders.js';
import type { CatalogueParts } from '../parts.js';
import type { PlatformImage } from './platforms.js';

/** How a base is known: somebody has written it into an annotation, or the layers tell it. */
export type BaseSource = 'ANNOTATION' | 'LAYERS';

/** The base of an image. `layerCount`: how many of the image's layers are the base's; null: nothing says. */
export interface BaseImage extends StatedBase {
  readonly knownBy: BaseSource;
  readonly layerCount: number | null;
  /** As the viewer sees it; null: no registry is known to hold it, or none that the viewer sees. */
  readonly image: Image | null;
}

/** Parts of the catalogue that it uses. */
export type LineageBrowsingParts = Pick<CatalogueParts, 'cursorCode'>;

/** Tells of images what they are built on, and what is built on them. No registry is asked. */
export class LineageBrowsing {
  readonly #parts: LineageBrowsingParts;

  constructor(parts: LineageBrowsingParts) {
    this.#parts = parts;
  }

  /** Returns the base that is stated of a platform's image, and the one that its layers tell, where there are such. */
  async listBases({ viewer, loaders }: RequestContext, platform: PlatformImage): Promise<readonly BaseImage[]> {
    assertAllowed(viewer, 'read');
    const bases = await Promise.all([findStated(loaders, platform), findByLayers(loaders, platform)]);
    return bases.filter((base) => base !== null);
  }

  /**
   * Returns the images whose layers begin with all of this one's, and go on. Cursors tell nobody how many images lie
   * between two of them.
   */
  async listDerived(
    { viewer, loaders }: RequestContext,
    { digest, image }: PlatformImage,
    { first, after }: PageRequest,
  ): Promise<Page<Image>> {
    assertAllowed(viewer, 'read');
    const scope = `derived:${digest}`;
    const behind = after === null ? null : this.#readPosition(scope, after);
    const page = image && (await loaders.derivedPage.load({ imageKey: image.key, first, after: behind }));
    return {
      items: await loadThere(loaders, page?.imageKeys ?? []),
      hasNextPage: page?.hasNextPage ?? false,
      hasPreviousPage: after !== null,
      totalCount: async () => (image ? loaders.derivedCount.load(image.key) : 0),
      cursorOf: ({ key }) => encodeCursor(scope, [this.#parts.cursorCode.write(key)]),
    };
  }

  #readPosition(scope: string, cursor: string): number {
    const [text] = decodeCursor(scope, cursor, 1);
    const position = typeof text === 'string' ? this.#parts.cursorCode.read(text) : null;
    if (position === null) throw badCursor();
    return position;
  }
}

/** The image's own word goes before that of its entry in the index, and that before the index's own. */
async function findStated(loaders: Loaders, { image, entry }: PlatformImage): Promise<BaseImage | null> {
  const ofImage = image && readStatedBase(await loaders.annotations.load(image.key));
  const stated =
    ofImage ?? entry?.base ?? (entry && readStatedBase(await loaders.annotations.load(entry.indexKey))) ?? null;
  if (stated === null) return null;
  return { ...stated, knownBy: 'ANNOTATION', layerCount: null, image: await findHeld(loaders, stated.digest) };
}

async function findHeld(loaders: Loaders, digest: Digest | null): Promise<Image | null> {
  const image = digest && (await loaders.imageByDigest.load(digest));
  return image && (await loaders.isHeld.load(image.key)) ? image : null;
}

async function findByLayers(loaders: Loaders, { image: own }: PlatformImage): Promise<BaseImage | null> {
  const base = own && (await loaders.layerBase.load(own.key));
  if (base === null) return null;
  const [image] = await loadThere(loaders, [base.imageKey]);
  if (!image) return null;
  return { name: null, digest: image.digest, knownBy: 'LAYERS', layerCount: base.layerCount, image };
}

/** Those of these images that are still there: what no repository holds any more may have been removed meanwhile. */
export async function loadThere(loaders: Loaders, keys: readonly number[]): Promise<Image[]> {
  const found: Image[] = [];
  for (const one of await loaders.image.loadMany(keys)) {
    if (!(one instanceof Error)) found.push(one);
    else if (!(one instanceof GatewayError) || one.code !== 'NOT_FOUND') throw one;
  }
  return found;
}
