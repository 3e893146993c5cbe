import type { Tag } from '../../domain/catalogue.js';
import type { Digest } from '../../domain/digest.js';
import type { TagName } from '../../domain/name.js';
import type { NewImage } from '../../store/index/newimages.js';
import type { TagReading } from '../../store/index/tagreadings.js';
import { type Check, mapTags } from './check.js';
import type { Expectation, CheckOutcome } from './expectation.js';
import { attempt, type ReadOutcome, type Reading } from './reading.js';

/** Asks for each tag that the check has no outcome of, and writes down what it shows. */
export async function checkTags(check: Check): Promise<void> {
  const { reading, expected, shown, outcomes } = check;
  const { parts } = reading;
  const wanted = expected.filter((each) => !outcomes.has(each) && each.notice.tag !== null);
  const known = await mapTags(
    reading,
    wanted.map(({ notice }) => notice.tag!),
  );
  const found: NewImage[] = [];
  const askedAt = parts.clock();
  await Promise.all(
    wanted.map(async ({ notice: { tag } }) => {
      shown.set(
        tag!,
        await attempt<TagName, Digest | null>(reading, tag!, () =>
          readTag(reading, tag!, known.get(tag!)?.digest ?? null, found),
        ),
      );
    }),
  );
  const asked: AskedTags = { known, keys: await parts.images.save(found, parts.clock()), at: askedAt };
  for (const [at, some] of Map.groupBy(wanted, (each) => each.at.getTime())) {
    check.hasChanged = (await write(check, some, asked, new Date(at))) || check.hasChanged;
  }
  for (const each of wanted)
    outcomes.set(each, judge(each, known.get(each.notice.tag!)?.digest ?? null, shown.get(each.notice.tag!)!));
  check.hasChanged = (await recordPushes(check, wanted)) || check.hasChanged;
  // Told of as deleted by its digest, and still there by name.
  for (const each of expected)
    if (!outcomes.has(each) && each.notice.action === 'delete') outcomes.set(each, 'missing');
}

/**
 * Corrects the times of tags that the first listing had, and that were pushed since on what they show: an image's time
 * is too old for such a tag.
 */
async function recordPushes({ reading, outcomes }: Check, wanted: readonly Expectation[]): Promise<boolean> {
  const told = wanted.filter(
    (each) => outcomes.get(each) === 'shown' && each.notice.action === 'push' && each.notice.digest !== null,
  );
  let hasChanged = false;
  for (const [at, some] of Map.groupBy(told, (each) => each.at.getTime())) {
    const names = some.map(({ notice }) => notice.tag!);
    hasChanged = (await reading.parts.tags.recordPush(reading.repository.key, names, new Date(at))) || hasChanged;
  }
  return hasChanged;
}

async function readTag(
  { upstream, repository, options }: Reading,
  tag: TagName,
  known: Digest | null,
  found: NewImage[],
): Promise<Digest | null> {
  const answer = await upstream.fetchManifest(repository.name, tag, known ?? undefined, options);
  if (answer === 'unchanged') return known;
  if (answer) found.push(answer);
  return answer && answer.manifest.digest;
}

/** How the tags were known before they were asked for, and the keys of the images that they were then found on. */
interface AskedTags {
  readonly at: Date;
  readonly known: ReadonlyMap<TagName, Tag>;
  readonly keys: ReadonlyMap<Digest, number>;
}

/**
 * Writes down what changed at one time, and returns whether a tag came or moved. A failure, or nothing where a tag was,
 * changes nothing: the next reading of the whole tells.
 */
async function write(
  { reading, shown }: Check,
  wanted: readonly Expectation[],
  { known, keys, at: askedAt }: AskedTags,
  at: Date,
): Promise<boolean> {
  const { parts, repository } = reading;
  const when = { at, source: 'NOTIFICATION' } as const;
  const tags = new Map<TagName, Digest>();
  for (const { notice } of wanted) {
    const outcome = shown.get(notice.tag!)!;
    if ('digest' in outcome && outcome.digest) tags.set(notice.tag!, outcome.digest);
  }
  const added = [...tags.keys()].filter((tag) => !known.has(tag));
  if (added.length > 0) await parts.tags.addNames(repository.key, added, when);
  const rows = await mapTags(reading, [...tags.keys()]);
  const readings = [...tags].flatMap(([name, digest]): TagReading[] => {
    const [row, was] = [rows.get(name), known.get(name)];
    const imageKey = was?.digest === digest ? was.imageKey : keys.get(digest);
    return row && imageKey != null ? [{ tagKey: row.key, imageKey, was: was?.imageKey ?? null }] : [];
  });
  const asked = { at: askedAt, now: parts.clock() };
  const hasMoved = readings.length > 0 && (await parts.tags.applyReadings(readings, asked, when, repository.key));
  return hasMoved || added.length > 0;
}

function judge(
  { notice, past }: Expectation,
  known: Digest | null,
  outcome: ReadOutcome<TagName, Digest | null>,
): CheckOutcome {
  if ('problem' in outcome)
    return outcome.isLasting ? 'unreadable' : { failed: true, retryAfter: outcome.problem.retryAfter };
  const { digest } = outcome;
  if (notice.action === 'push' && digest !== null && digest === notice.digest) return 'shown';
  if (known !== null && known !== notice.digest) past.add(known);
  if (notice.action === 'delete')
    return digest === null ? 'shown' : digest === notice.digest || past.has(digest) ? 'missing' : 'other';
  if (digest === null || past.has(digest)) return 'missing';
  return notice.digest === null ? 'shown' : 'other';
}
