import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Tag } from '../../domain/catalogue.js';
import type { UpstreamProblem } from '../../domain/freshness.js';
import type { TagName } from '../../domain/name.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { recordMoves } from '../events/recording.js';
import { listKeys } from '../sql/filters.js';
import { lockRows } from '../sql/locking.js';
import { tagConfirmedAt } from '../sql/rows.js';
import { type ChangeTime, markUnsettled, renewVersion, undecided } from './taglisting.js';
import { endRevisions, latest } from './tagrevisions.js';

/** The result of asking the registry for one tag. */
export type TagReading =
  /**
   * `was`: what it pointed to in the index when it was asked for; when that has changed since, another reading was
   * later, and this one is dropped.
   */
  | { readonly tagKey: number; readonly imageKey: number | null; readonly was: number | null }
  | { readonly tagKey: number; readonly problem: UpstreamProblem };

/** Most readings find what was known: they take one statement, and need no transaction. */
export function areQuiet(readings: readonly TagReading[]): boolean {
  return readings.every((reading) => !('problem' in reading) && reading.imageKey === reading.was);
}

/** A handful of statements, however many tags there are: in a transaction, unless the readings are quiet. */
export async function applyReadings(
  db: Kysely<Tables>,
  readings: readonly TagReading[],
  found: FindingTime,
  when: ChangeTime,
): Promise<boolean> {
  if (!areQuiet(readings)) {
    // Another reading of the same tags waits here, and finds them moved.
    const tags = listKeys(
      db,
      readings.map(({ tagKey }) => tagKey),
    );
    await lockRows(db, 'repository', sql`(select repository_id from tag where id in ${tags} limit 1)`);
  }
  const read: Read[] = [];
  for (const reading of readings) {
    if ('problem' in reading) await recordError(db, reading.tagKey, reading.problem, found.now);
    else read.push([reading.tagKey, reading.imageKey, reading.was]);
  }
  const isMoved = await moveTags(db, read, when);
  if (read.length > 0) {
    await confirmTags(db, read, found);
    // A reading of the whole says so itself at its end.
    if (when.source === 'NOTIFICATION') await leaveAhead(db, read[0]![0], found.now);
  }
  if (isMoved) {
    // Any of them may have been removed since it was read.
    const remaining = sql`(select tag_id from ${listReads(db, read)} as reading)`;
    await markUnsettled(db, sql<number>`(select repository_id from tag where id in ${remaining} limit 1)`);
  }
  return isMoved;
}

async function recordError(
  db: Kysely<Tables>,
  tagKey: number,
  { code, message, at }: UpstreamProblem,
  now: Date,
): Promise<void> {
  // From here on the repository's time does not count for it.
  const confirmedAt = sql`(select ${tagConfirmedAt} from repository where repository.id = tag.repository_id)`;
  await sql`update tag set confirmed_at = ${confirmedAt}, error_code = ${code}, error_message = ${message},
    error_at = ${at.getTime()} where id = ${tagKey} and ${isLatestOf({ at, now }, confirmedAt)}`.execute(db);
}

/** A tag, the image that it points to, and the one that it pointed to when it was asked for. */
type Read = [tagKey: number, imageKey: number | null, was: number | null];

/** One parameter for any number of tags. */
function listReads(db: Kysely<Tables>, read: readonly Read[]): RawBuilder<unknown> {
  return sql`(select cast(value ->> 0 as bigint) as tag_id, cast(value ->> 1 as bigint) as image_id,
    cast(value ->> 2 as bigint) as was from ${dialectOf(db).tableOf(read)} as listed)`;
}

/** True when a tag points elsewhere now. */
async function moveTags(db: Kysely<Tables>, read: readonly Read[], when: ChangeTime): Promise<boolean> {
  const changed = read.filter(([, imageKey, was]) => imageKey !== was);
  if (changed.length === 0) return false;
  const at = when.at.getTime();
  const left = changed.filter(([, , was]) => was !== null);
  // Of those only that point where they did when they were asked for: a notification may have been followed since.
  const moved = sql`(select id from ${listReads(db, left)} as now ${dialectOf(db).join} tag on id = tag_id
    where tag.image_id is distinct from now.image_id and tag.image_id is not distinct from now.was)`;
  if (left.length > 0) await endRevisions(db, moved, at, when.source);
  // A tag that was read for the first time has not moved; one that pointed elsewhere has, and not before it came
  // there: the notification of a change may be read late.
  const pairs = listReads(db, changed);
  const isNewTold = when.isBulk !== true;
  if (isNewTold || left.length > 0) await recordMoves(db, pairs, at, { isNewTold, isCounted: when.isCounted === true });
  if (left.length < changed.length) await keepTimes(db, pairs);
  const { numAffectedRows } = await sql`update tag set image_id = now.image_id,
      changed_at = case when tag.image_id is null then changed_at else ${latest(at)} end,
      updated_at = case when tag.image_id is null then updated_at else ${latest(at)} end,
      updated_source = case when tag.image_id is null then updated_source else ${when.source} end
    from ${pairs} as now where tag.id = now.tag_id and tag.image_id is distinct from now.image_id
    and tag.image_id is not distinct from now.was`.execute(db);
  return (numAffectedRows ?? 0n) > 0n;
}

/**
 * Tags that point there, and of which nothing was found later. The conditions are of the row that is written:
 * PostgreSQL asks them again of one that another transaction has written meanwhile.
 */
async function confirmTags(db: Kysely<Tables>, read: readonly Read[], found: FindingTime): Promise<void> {
  await sql`update tag set confirmed_at = ${found.at.getTime()}, error_code = null, error_message = null,
      error_at = null
    from ${listReads(db, read)} as now where tag.id = now.tag_id
    and tag.image_id is not distinct from now.image_id and ${isLatestOf(found, sql`tag.confirmed_at`)}`.execute(db);
}

/** Findings of tags are as of `at`, the time before they were asked for; `now` is when they are written. */
export interface FindingTime {
  readonly at: Date;
  readonly now: Date;
}

/** A tag that points to what it was known to point to. */
export type UnchangedTag = Pick<Tag, 'key' | 'imageKey'>;

/**
 * Milliseconds that the clocks of two gateways may be apart: a stored time that is later than now by more is of a clock
 * that was ahead, and of nothing that came later.
 */
const clockSkew = 5000;

/** Holds where a stored time is later than that of a finding, and of no clock that was ahead. */
export function isSince(time: RawBuilder<unknown>, { at, now }: FindingTime): RawBuilder<SqlBool> {
  return sql`(coalesce(${time}, 0) between ${at.getTime() + 1} and ${now.getTime() + clockSkew})`;
}

/** Holds for a row of `tag` of which neither a confirmation nor an error was found later. */
function isLatestOf(found: FindingTime, confirmedAt: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`not ${isSince(confirmedAt, found)} and not ${isSince(sql`tag.error_at`, found)}`;
}

/** Confirms tags as of when they were found. What was found of one since, a confirmation or an error, stays. */
export async function confirmUnchanged(
  db: Kysely<Tables>,
  tags: readonly UnchangedTag[],
  found: FindingTime,
): Promise<void> {
  const read = tags.map(({ key, imageKey }): Read => [key, imageKey, imageKey]);
  await confirmTags(db, read, found);
}

/**
 * A reading of a whole repository that began later than now, by a clock that was ahead, counts for no tag of it any
 * more: it would hide what is read of one of them until the clocks have come there.
 */
async function leaveAhead(db: Kysely<Tables>, tagKey: number, now: Date): Promise<void> {
  await sql`update repository set tags_confirmed_from = null where tags_confirmed_from > ${now.getTime() + clockSkew}
    and id = (select repository_id from tag where id = ${tagKey})`.execute(db);
}

/**
 * A tag that went and comes back on the digest it had keeps its time, as when a registry was away from its storage for
 * two listings. A notification of its push says more. `pairs` as in applyReadings: the tags that are about to get their
 * first image.
 */
async function keepTimes(db: Kysely<Tables>, pairs: RawBuilder<unknown>): Promise<void> {
  const { join } = dialectOf(db);
  await sql`update tag set updated_at = kept.updated_at, updated_source = kept.updated_source
    from (select back.id, last.updated_at, last.updated_source
      from ${pairs} as now ${join} tag as back on back.id = now.tag_id ${join} repository
      on repository.id = back.repository_id
        ${join} image on image.id = now.image_id
        ${join} tag_revision as last on last.id = (select max(id) from tag_revision
          where registry_id = repository.registry_id and repository = repository.name and tag = back.name)
      where back.image_id is null and back.updated_source <> 'NOTIFICATION'
        and last.digest = image.digest and last.updated_at is not null) as kept
    where tag.id = kept.id`.execute(db);
}

/** Only of tags that are as old as their images: the push of any other was seen, or told of, when it came. */
export async function recordPush(
  trx: Kysely<Tables>,
  repositoryKey: number,
  names: readonly TagName[],
  at: Date,
): Promise<boolean> {
  const { numAffectedRows = 0n } = await sql`update tag set updated_at = ${at.getTime()},
        updated_source = 'NOTIFICATION'
      where repository_id = ${repositoryKey} and ${dialectOf(trx).among(sql`name`, names)}
        and updated_source in (${undecided}, 'IMAGE_CONFIG')`.execute(trx);
  if (numAffectedRows > 0n) await renewVersion(trx, repositoryKey);
  return numAffectedRows > 0n;
}
