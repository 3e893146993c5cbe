import type { Tag } from '../../domain/catalogue.js';
import {
  type DeletionStep,
  isGone,
  isOver,
  type StepError,
  type StepKind,
  type StepProgress,
} from '../../domain/deletion.js';
import type { Digest } from '../../domain/digest.js';
import type { TagName } from '../../domain/name.js';
import type { Timer } from '../../timer.js';
import type { CallOptions, Upstream } from '../../upstream/upstream.js';
import { chooseNamed, chooseOnly, type Reads, readAll, readSome } from '../sync/readall.js';
import type { RepositorySource } from '../sync/reading.js';
import type { ImageStore } from '../../store/index/images.js';
import { findHeld, findReferences, isDangling, type ReferenceParts } from './references.js';
import { addTags, groupNames, type SeenTags, type Snapshot } from './seentags.js';

/** Parts of the catalogue that snapshots take, besides those that reading a repository takes. */
export interface SnapshotParts extends Omit<Reads, 'call'> {
  readonly images: ReferenceParts['images'] & Pick<ImageStore, 'findByDigests'>;
  readonly contents: ReferenceParts['contents'];
  readonly timer: Pick<Timer, 'elapsed'>;
}

/** The repository that snapshots are of, and how its registry is asked. */
export interface SnapshotSource extends RepositorySource {
  readonly upstream: Pick<Upstream, 'headManifest' | 'listTags'>;
  readonly call: CallOptions;
}

/**
 * Milliseconds of a reading that count for each tag it asked for: the pace of a registry that answers eight requests at
 * a time in 40 ms each. What a slower reading took more, such as a rest that the registry wanted, does not count.
 */
const pace = 5;

/** Milliseconds for which no snapshot is used longer, however many tags it has. */
const longestLifetime = 30_000;

/**
 * Tells an execution which manifests are referenced by what stays: by tags, as a recent snapshot of the repository has
 * them, and by images whose step failed or was skipped.
 */
export class RepositorySnapshots {
  readonly #parts: SnapshotParts;
  readonly #source: SnapshotSource;
  /** Every tag that is to go or gone, with the digest it was planned on. */
  readonly #going: Map<TagName, Digest | null>;
  /** The names of all tags of the steps, also of those that stay by now. */
  readonly #named: ReadonlySet<TagName>;
  /** Digests that images hold whose step failed or was skipped, each with that step's error. */
  readonly #kept = new Map<Digest, StepError | null>();
  /** True: such an image could not be read whole, and may hold any manifest. */
  #isKeptUncertain = false;
  #latest: Snapshot | null = null;

  /** Takes over the outcomes of those steps that are over, as an ended process left them. */
  static async open(
    parts: SnapshotParts,
    source: SnapshotSource,
    steps: readonly DeletionStep[],
  ): Promise<RepositorySnapshots> {
    const snapshots = new RepositorySnapshots(parts, source, steps);
    for (const step of steps) if (isOver(step.state) && !isGone(step.state)) await snapshots.#keep(step, step.error);
    return snapshots;
  }

  private constructor(parts: SnapshotParts, source: SnapshotSource, steps: readonly DeletionStep[]) {
    this.#parts = parts;
    this.#source = source;
    this.#going = new Map(
      steps.flatMap(({ tags, digest }) => tags.map((tag): [TagName, Digest | null] => [tag, digest])),
    );
    this.#named = new Set(this.#going.keys());
  }

  /**
   * Returns whether anything that stays references the manifest: a tag that is on it, an index that holds it, or
   * something that could not be read. Throws the registry's failure when a new snapshot cannot be taken.
   */
  async isReferenced(digest: Digest, kind: StepKind): Promise<boolean> {
    const { tagsByDigest, references } = await this.#lookAgain(await this.#takeSnapshot(kind));
    const tags = tagsByDigest.get(digest) ?? [];
    const isTagged = kind === 'CHILD' ? tags.length > 0 : tags.some((tag) => this.#going.get(tag) !== digest);
    return (
      isTagged ||
      references.isUncertain ||
      references.digests.has(digest) ||
      this.#isKeptUncertain ||
      this.#kept.has(digest)
    );
  }

  /** Returns the error of the step that left an image which holds this digest; null: there is none. */
  reasonFor(digest: Digest): StepError | null {
    return this.#kept.get(digest) ?? null;
  }

  /** Takes over what came of a step: after one that deleted nothing, all that its image holds stays with it. */
  async recordOutcome(step: DeletionStep, { state, error }: Pick<StepProgress, 'state' | 'error'>): Promise<void> {
    if (isGone(state)) {
      // Whoever pushes it again brings a new tag.
      for (const tag of step.tags) this.#latest?.names.delete(tag);
      return;
    }
    await this.#keep(step, error);
    // A tag of the snapshot was pushed since, and the push may have brought an index.
    const seen = new Set(this.#latest?.tagsByDigest.get(step.digest));
    if (state === 'KEPT' && step.tags.some((tag) => seen.has(tag))) this.discard();
  }

  /** Has the next question read the repository again. */
  discard(): void {
    this.#latest = null;
  }

  async #keep({ digest, tags }: DeletionStep, error: StepError | null): Promise<void> {
    for (const tag of tags) this.#going.delete(tag);
    const images = await this.#parts.images.findByDigests(digest === null ? [] : [digest]);
    const keys = images.map((image) => image.key);
    const held = await findHeld(this.#parts, this.#source.repository.key, keys);
    for (const one of held.digests) this.#kept.set(one, error);
    this.#isKeptUncertain ||= held.isUncertain;
  }

  /**
   * Returns the latest snapshot, or reads the repository again. A snapshot costs one request per tag, so it is used for
   * twice the time that it took, within bounds; moves of known tags by other writers go unseen for no longer. Children
   * are deleted last, by a snapshot of their own in which every tag that still stands is one that stays: its index may
   * have been protected, pushed again or refused meanwhile. While the one before is in use, it asks only for tags that
   * were to go and for those that came, and is used no longer than that one.
   */
  async #takeSnapshot(kind: StepKind): Promise<Snapshot> {
    const isForChildren = kind === 'CHILD';
    const known = this.#latest;
    if (known && this.#isFresh(known)) {
      if (known.isForChildren === isForChildren) return known;
      if (isForChildren) {
        const snapshot = { ...known, ...(await this.#describe(await this.#readGoing(), true)), isForChildren };
        // A crawl may have been waited for meanwhile, which takes minutes.
        if (this.#isFresh(snapshot)) return (this.#latest = snapshot);
      }
    }
    return (this.#latest = await this.#readWhole(isForChildren));
  }

  #isFresh({ endedAt, lifetime }: Snapshot): boolean {
    return this.#parts.timer.elapsed() - endedAt <= lifetime;
  }

  /** Reads the repository whole. The time for which another reading was waited for is not of this one. */
  async #readWhole(isForChildren: boolean): Promise<Snapshot> {
    const { timer } = this.#parts;
    let begunAt = timer.elapsed();
    const onBegin = (): void => void (begunAt = timer.elapsed());
    const tags = await readAll({ ...this.#parts, call: this.#source.call }, this.#source, onBegin);
    const described = await this.#describe(tags, isForChildren);
    const endedAt = timer.elapsed();
    const took = Math.min(endedAt - begunAt, tags.length * pace);
    return { ...described, isForChildren, endedAt, lifetime: Math.min(2 * took, longestLifetime) };
  }

  /** Reads the list of tags, and those that were to go and stand, or came: what stays was read a moment ago. */
  #readGoing(): Promise<Tag[]> {
    const some = { choose: chooseNamed(this.#named), isAfterOthers: true };
    return readSome({ ...this.#parts, call: this.#source.call }, this.#source, some);
  }

  async #describe(tags: readonly Tag[], isForChildren: boolean): Promise<SeenTags> {
    const staying: Tag[] = [];
    for (const tag of tags) if (await this.#isStaying(tag, isForChildren)) staying.push(tag);
    const { upstream, call } = this.#source;
    const references = await findReferences(this.#parts, upstream, staying, call);
    const names = new Set(tags.map(({ name }) => name));
    return { names, tagsByDigest: groupNames(tags), references };
  }

  /**
   * Returns the snapshot with the tags that came since. It costs the list, and what came, so that is done each time
   * before a manifest goes.
   */
  async #lookAgain(snapshot: Snapshot): Promise<Snapshot> {
    const { upstream, repository, call } = this.#source;
    const listed = new Set((await upstream.listTags(repository.name, call)).names);
    const came = new Set([...listed].filter((name) => !snapshot.names.has(name)));
    // One that is gone is new when it comes back.
    for (const name of snapshot.names) if (!listed.has(name)) snapshot.names.delete(name);
    if (came.size === 0) return snapshot;
    return (this.#latest = await this.#addCame(snapshot, came));
  }

  /** No crawl is waited for. What it writes may hide a tag that came; the tag is asked for by itself then. */
  async #addCame(snapshot: Snapshot, came: ReadonlySet<TagName>): Promise<Snapshot> {
    const { upstream, repository, call } = this.#source;
    const some = { choose: chooseOnly(came), isAfterOthers: false };
    const all = await readSome({ ...this.#parts, call }, this.#source, some);
    const { names, tagsByDigest, references } = await this.#describe(
      all.filter(({ name }) => came.has(name)),
      true,
    );
    let { isUncertain } = references;
    for (const name of came) {
      if (!names.has(name)) isUncertain ||= (await upstream.headManifest(repository.name, name, call)) !== null;
    }
    return addTags(snapshot, { names, tagsByDigest, references: { ...references, isUncertain } });
  }

  async #isStaying(tag: Tag, isForChildren: boolean): Promise<boolean> {
    if (!this.#isGoing(tag)) return true;
    return isForChildren && !(await isDangling(this.#source.upstream, tag, this.#source.call));
  }

  /** Returns whether the tag is to go, and still on what it was planned on: one that was pushed meanwhile stays. */
  #isGoing({ name, digest, error }: Tag): boolean {
    const planned = this.#going.get(name);
    return planned !== undefined && (planned === null ? error !== null : digest === planned);
  }
}
