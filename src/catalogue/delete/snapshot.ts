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
import { chooseNamed, type Reads, readAll, readSome } from '../sync/readall.js';
import type { RepositorySource } from '../sync/reading.js';
import type { ImageStore } from '../../store/index/images.js';
import { findHeld, findReferences, isDangling, type ReferenceParts, type References } from './references.js';

/** Parts of the catalogue that snapshots take, besides those that reading a repository takes. */
export interface SnapshotParts extends Omit<Reads, 'call'> {
  readonly images: ReferenceParts['images'] & Pick<ImageStore, 'findByDigests'>;
  readonly contents: ReferenceParts['contents'];
  readonly timer: Pick<Timer, 'elapsed'>;
}

/** The repository that snapshots are of, and how its registry is asked. */
export interface SnapshotSource extends RepositorySource {
  readonly upstream: Pick<Upstream, 'headManifest'>;
  readonly call: CallOptions;
}

/** The repository as it was read once. */
interface Snapshot {
  /** By the timer, when the reading had ended. */
  readonly endedAt: number;
  /** Milliseconds that the reading took. */
  readonly took: number;
  /** True: it was read for children, after all other steps. */
  readonly isForChildren: boolean;
  readonly tagsByDigest: ReadonlyMap<Digest | null, readonly TagName[]>;
  /** Manifests that the tags which stay reference. */
  readonly references: References;
}

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
    const { tagsByDigest, references } = await this.#takeSnapshot(kind);
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
    if (isGone(state)) return;
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
   * twice the time that it took; other writers' changes go unseen for no longer. Children are deleted last, by a
   * snapshot of their own in which every tag that still stands is one that stays: its index may have been protected,
   * pushed again or refused meanwhile. While the one before is in use, it asks only for tags that were to go and for
   * those that came.
   */
  async #takeSnapshot(kind: StepKind): Promise<Snapshot> {
    const { timer } = this.#parts;
    const isForChildren = kind === 'CHILD';
    const known = this.#latest;
    const isFresh = known !== null && timer.elapsed() - known.endedAt <= 2 * known.took;
    if (isFresh && known.isForChildren === isForChildren) return known;
    const startedAt = timer.elapsed();
    const isOlder = isFresh && isForChildren;
    const tags = isOlder ? await this.#readGoing() : await this.#readWhole();
    const staying: Tag[] = [];
    for (const tag of tags) if (await this.#isStaying(tag, isForChildren)) staying.push(tag);
    const { upstream, call } = this.#source;
    const references = await findReferences(this.#parts, upstream, staying, call);
    const byDigest = Map.groupBy(tags, (tag) => tag.digest);
    const tagsByDigest = new Map([...byDigest].map(([digest, some]) => [digest, some.map((tag) => tag.name)]));
    const endedAt = timer.elapsed();
    // Of those that it took over, the tags that stay are as old as the snapshot before.
    const age = isOlder ? { endedAt: known.endedAt, took: known.took } : { endedAt, took: endedAt - startedAt };
    this.#latest = { ...age, isForChildren, tagsByDigest, references };
    return this.#latest;
  }

  #readWhole(): Promise<Tag[]> {
    return readAll({ ...this.#parts, call: this.#source.call }, this.#source);
  }

  /** Reads the list of tags, and those that were to go and stand, or came: what stays was read a moment ago. */
  #readGoing(): Promise<Tag[]> {
    const some = { choose: chooseNamed(this.#named), isAfterOthers: true };
    return readSome({ ...this.#parts, call: this.#source.call }, this.#source, some);
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
