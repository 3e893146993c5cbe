import type { Tag } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { TagName } from '../../domain/name.js';
import type { ImageStore } from '../../store/index/images.js';
import type { ChooseTags } from '../sync/reading.js';
import { KeeperFinder, type Keepers } from './keepers.js';
import { imageKeysOf, listHeld } from './references.js';

/**
 * Chooses the tags of a repository that decide what a deletion removes, so that no others are asked for:
 * - those that are to go, those that were never read, and those whose last reading failed;
 * - with siblings, every tag on the images of those that are to go;
 * - of each manifest that would go, tags that stay and keep it, as far as is known, until one is found where it was.
 *
 * A tag that has moved onto such a manifest since it was last read is not among them: it is found by the snapshot that
 * is taken before a manifest is deleted, and keeps it.
 */
export class DecidingTags {
  readonly #images: Pick<ImageStore, 'listChildren'>;
  readonly #findWanted: () => Promise<readonly TagName[]>;
  readonly #withSiblings: boolean;
  #wanted: ReadonlySet<TagName> = new Set();
  readonly #keepers: KeeperFinder;
  readonly #asked = new Set<number>();
  /** Tags that are asked for together as proof that a manifest stays: most often the first is. */
  #proofsAtOnce = 1;

  /** `findWanted` gives the names of the tags that are to go: what is read meanwhile may change that. */
  constructor(
    images: Pick<ImageStore, 'listChildren'>,
    withSiblings: boolean,
    findWanted: () => Promise<readonly TagName[]>,
  ) {
    this.#images = images;
    this.#keepers = new KeeperFinder(images);
    this.#withSiblings = withSiblings;
    this.#findWanted = findWanted;
  }

  /** How many were chosen. */
  get count(): number {
    return this.#asked.size;
  }

  /** Whether each of these names is of a tag among `all` that was chosen. */
  hasAsked(all: readonly Tag[], names: readonly TagName[]): boolean {
    const keys = new Map(all.map(({ name, key }) => [name, key]));
    return names.every((name) => this.#asked.has(keys.get(name) ?? NaN));
  }

  /** See ChooseTags. */
  readonly choose: ChooseTags = async (all) => {
    this.#wanted = new Set(await this.#findWanted());
    const due = all.filter((tag) => !this.#asked.has(tag.key) && (this.#isWanted(tag) || isUnclear(tag)));
    if (due.length > 0) return this.#ask(due);
    const going = all.filter((tag) => this.#isWanted(tag) && tag.digest !== null);
    const digests = new Set(going.flatMap(({ digest }) => digest ?? []));
    const siblings = all.filter(({ key, digest }) => !this.#asked.has(key) && digest !== null && digests.has(digest));
    if (this.#withSiblings && siblings.length > 0) return this.#ask(siblings);
    const proofs = await this.#listProofs(all, going);
    this.#proofsAtOnce *= 2;
    return this.#ask(proofs);
  };

  /** Of tags that stay, those to ask whether they keep what would go: of indexes first, then of what these hold. */
  async #listProofs(all: readonly Tag[], going: readonly Tag[]): Promise<readonly Tag[]> {
    const digests = new Set(going.flatMap(({ digest }) => digest ?? []));
    const isGoing = (tag: Tag): boolean =>
      this.#isWanted(tag) || (this.#withSiblings && tag.digest !== null && digests.has(tag.digest));
    const staying = all.filter((tag) => !isGoing(tag));
    if (staying.length === 0) return [];
    const keepers = await this.#keepers.find(staying);
    const isLoose = ({ digest }: Tag): boolean => digest !== null && listKeeping(keepers, digest).length === 0;
    const own = this.#listUnproven(digests, keepers);
    if (own.length > 0) return own;
    const held = await listHeld(this.#images, imageKeysOf(going.filter(isLoose)));
    return this.#listUnproven(new Set(held.keys()), keepers);
  }

  /** Of each manifest that tags keep of which none was asked, the next of these. One tag may keep several. */
  #listUnproven(digests: ReadonlySet<Digest>, keepers: Keepers): readonly Tag[] {
    const due = new Map<number, Tag>();
    for (const digest of digests) {
      const tags = listKeeping(keepers, digest);
      if (tags.some(({ key }) => this.#asked.has(key) || due.has(key))) continue;
      for (const tag of tags.slice(0, this.#proofsAtOnce)) due.set(tag.key, tag);
    }
    return [...due.values()];
  }

  #isWanted({ name }: Tag): boolean {
    return this.#wanted.has(name);
  }

  #ask(tags: readonly Tag[]): readonly Tag[] {
    for (const { key } of tags) this.#asked.add(key);
    return tags;
  }
}

function listKeeping(keepers: Keepers, digest: Digest): readonly Tag[] {
  const own = keepers.tagsOn(digest);
  return own.length > 0 ? own : keepers.tagsOnIndexesOf(digest);
}

/** Whether it is not known to what the tag points. */
function isUnclear({ digest, error, confirmedAt }: Tag): boolean {
  return digest === null || error !== null || confirmedAt === null;
}
