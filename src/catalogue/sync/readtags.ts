import type { Tag } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import { mostTagsTold } from '../../domain/event.js';
import { GatewayError } from '../../errors.js';
import type { NewImage } from '../../store/index/newimages.js';
import type { TagReading } from '../../store/index/tagreadings.js';
import { chunk } from '../../store/sql/rows.js';
import { holdUnchanged, listToRead } from './confirming.js';
import { attempt, type ChooseTags, isTold, type ReadOutcome, type Reading } from './reading.js';

/** Requests whose answers are written together: a crash or a failure loses no more than this. */
export const readsPerWrite = 200;

/** Asks for each of the tags, or for those that are chosen, and writes down what they point to. True: one has moved. */
export async function readTags(reading: Reading, all: readonly Tag[], isBulk: boolean): Promise<boolean> {
  const { choose } = reading.options;
  const batches = new TagBatches(reading, isBulk);
  if (choose) await readChosen(reading, batches, all, choose);
  else {
    const due = listToRead(reading, all);
    reading.isWhole = due.length === all.length;
    for (const some of chunk(due, readsPerWrite)) await batches.read(some);
  }
  reading.foreignStop = null;
  reading.foreignInARow = 0;
  return batches.hasMoved;
}

/** Which tags are asked for next may follow from what those before were found to point to. */
async function readChosen(
  reading: Reading,
  batches: TagBatches,
  all: readonly Tag[],
  choose: ChooseTags,
): Promise<void> {
  reading.isWhole = false;
  const tags = new Map(all.map((tag) => [tag.key, tag]));
  for (;;) {
    const due = reading.stop ? [] : await choose([...tags.values()]);
    if (due.length === 0) return;
    for (const some of chunk(due, readsPerWrite)) await batches.read(some);
    const keys = due.map(({ key }) => key);
    for (const key of keys) tags.delete(key);
    for (const tag of await reading.parts.tags.findMany(keys)) tags.set(tag.key, tag);
  }
}

/** Reads some tags after others, and counts those that are told of. */
class TagBatches {
  readonly #reading: Reading;
  readonly #isBulk: boolean;
  #told = 0;
  #hasMoved = false;

  constructor(reading: Reading, isBulk: boolean) {
    this.#reading = reading;
    this.#isBulk = isBulk;
  }

  get hasMoved(): boolean {
    return this.#hasMoved;
  }

  async read(some: readonly Tag[]): Promise<void> {
    const reading = this.#reading;
    const { parts, options, repository } = reading;
    const found: NewImage[] = [];
    const askedAt = parts.clock();
    const attempts = await Promise.all(some.map((tag) => attempt(reading, tag, () => readTag(reading, tag, found))));
    if (options.signal?.aborted) reading.isWhole = false;
    const read = options.signal?.aborted ? attempts.filter((each) => !('problem' in each)) : attempts;
    const outcomes = holdUnchanged(reading, read, askedAt);
    if (outcomes.length === 0 && found.length === 0) return;
    const toReadings = (keys: ReadonlyMap<Digest, number>): TagReading[] =>
      outcomes.map((outcome) => toReading(outcome, keys));
    this.#told += outcomes.filter((outcome) => isTold(outcome, this.#isBulk)).length;
    const when = { ...reading.when, isBulk: this.#isBulk, isCounted: this.#told > mostTagsTold };
    const asked = { at: askedAt, now: parts.clock() };
    const hasMoved = await parts.tags.saveReadings(found, toReadings, asked, when, repository.key);
    this.#hasMoved ||= hasMoved;
    for (const outcome of outcomes) if (!('problem' in outcome)) options.confirmed?.add(outcome.subject.key);
  }
}

/** Returns the tag's digest now, and adds a new image to `found`. Throws when the tag points to nothing. */
async function readTag({ upstream, registry, options }: Reading, tag: Tag, found: NewImage[]): Promise<Digest> {
  const answer = await upstream.fetchManifest(tag.repositoryName, tag.name, tag.digest ?? undefined, options);
  if (answer === 'unchanged') return tag.digest!;
  if (answer !== null) {
    found.push(answer);
    return answer.manifest.digest;
  }
  const message = `${registry.name} lists ${tag.repositoryName}:${tag.name} but has no manifest for it.`;
  throw new GatewayError('UPSTREAM_INVALID', message, { registry: registry.name });
}

function toReading(outcome: ReadOutcome<Tag>, keys: ReadonlyMap<Digest, number>): TagReading {
  const { key, digest, imageKey } = outcome.subject;
  if ('problem' in outcome) return { tagKey: key, problem: outcome.problem };
  return { tagKey: key, imageKey: outcome.digest === digest ? imageKey : keys.get(outcome.digest)!, was: imageKey };
}
