import type { EntityManager } from '@mikro-orm/core';
import { type Kysely, type RawBuilder, type Selectable, sql, type SqlBool } from 'kysely';
import type { EventKind } from '../../domain/event.js';
import { ownRequesters } from '../../domain/job.js';
import type { Registry } from '../../domain/registry.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { Event as EventEntity } from '../entities/history.js';
import { isPlaceholder } from '../sql/filters.js';

// A tag's event is no row of `tag_revision` told otherwise: that has what a tag no longer points to, of each tag its
// last hundred, and is dropped with its repository; an event has what it points to now as well, and stays its time.

/** How moves are told of. */
export interface MovesTold {
  /** Tags that get their first image are told of too. */
  readonly isNewTold: boolean;
  /** By their repository, with how many they are. */
  readonly isCounted: boolean;
}

/**
 * Writes down that these tags are about to point elsewhere: `pairs` has `tag_id`, `image_id` and `was`, as
 * `applyReadings` reads them, and only of tags that still point where they did is anything told. In the transaction of
 * the change, before it. A placeholder of a deletion is no image: a tag that gets one is deleted. Tags that are hidden
 * are not told of.
 */
export async function recordMoves(
  db: Kysely<Tables>,
  pairs: RawBuilder<unknown>,
  at: number,
  { isNewTold, isCounted }: MovesTold,
): Promise<void> {
  const dialect = dialectOf(db);
  const had = sql`(former.id is not null and not ${isPlaceholder(dialect, sql`former`)})`;
  const has = sql`(not ${isPlaceholder(dialect, sql`image`)})`;
  const moves = sql`${pairs} as now join tag on tag.id = now.tag_id join repository on repository.id = tag.repository_id
        join registry on registry.id = repository.registry_id join image on image.id = now.image_id
        left join image as former on former.id = tag.image_id
      where tag.image_id is distinct from now.image_id and tag.image_id is not distinct from now.was
        and tag.is_hidden = 0 and (${isNewTold ? 1 : 0} = 1 or tag.image_id is not null) and (${had} or ${has})`;
  const statement = isCounted
    ? sql`insert into event (at, kind, registry_id, registry_name, repository, tag_count)
    select ${at}, ${kind('REPOSITORY_CHANGED')}, registry.id, registry.name, repository.name, count(*)
      from ${moves} group by repository.id, registry.id`
    : sql`insert into event (at, kind, registry_id, registry_name, repository, tag, digest, former_digest)
    select ${at}, case when not ${has} then ${kind('TAG_DELETED')} when ${had} then ${kind('TAG_MOVED')}
        else ${kind('TAG_PUSHED')} end,
      registry.id, registry.name, repository.name, tag.name, case when ${has} then image.digest end,
      case when ${had} then former.digest end
      from ${moves} order by tag.id`;
  await statement.execute(db);
}

/**
 * Writes down that these tags go; `tagIds` is a list or a query of tag.id. In the transaction of the change, before it.
 */
export async function recordRemovals(db: Kysely<Tables>, tagIds: RawBuilder<unknown>, at: number): Promise<void> {
  const dialect = dialectOf(db);
  await sql`insert into event (at, kind, registry_id, registry_name, repository, tag, former_digest)
    select ${at}, ${kind('TAG_DELETED')}, registry.id, registry.name, repository.name, tag.name, image.digest
      from tag join repository on repository.id = tag.repository_id
        join registry on registry.id = repository.registry_id join image on image.id = tag.image_id
      where tag.id in ${tagIds} and tag.is_hidden = 0 and not ${isPlaceholder(dialect, sql`image`)}
      order by tag.id`.execute(db);
}

function kind(of: EventKind): RawBuilder<unknown> {
  return sql.lit(of);
}

/** The kinds of events of repositories that are there. */
export type RepositoryEventKind = Exclude<Extract<EventKind, `REPOSITORY_${string}`>, 'REPOSITORY_GONE'>;

/**
 * Writes down what became of repositories; `keys` is a list or a query of repository.id, `tagCount` an expression over
 * `repository`, or a number. In the transaction of the change; those that it removes are told of by `recordGone`.
 */
export async function recordRepositories(
  db: Kysely<Tables>,
  keys: RawBuilder<unknown>,
  kind: RepositoryEventKind,
  tagCount: RawBuilder<unknown> | number,
  at: number,
): Promise<void> {
  await sql`insert into event (at, kind, registry_id, registry_name, repository, tag_count)
    select ${at}, ${kind}, registry.id, registry.name, repository.name, ${tagCount}
      from repository join registry on registry.id = repository.registry_id
      where repository.id in ${keys} order by repository.id`.execute(db);
}

/** A repository as it was when it was removed. */
export type GoneRepository = Pick<Selectable<Tables['repository']>, 'id' | 'registry_id' | 'name' | 'tag_count'>;

/** Writes down that these repositories are gone. In the transaction that removes them, and after that. */
export async function recordGone(
  db: Kysely<Tables>,
  repositories: readonly GoneRepository[],
  at: number,
): Promise<void> {
  if (repositories.length === 0) return;
  const inOrder = repositories.toSorted((a, b) => a.id - b.id);
  const gone = dialectOf(db).tableOf(inOrder.map(({ registry_id, name, tag_count }) => [registry_id, name, tag_count]));
  await sql`insert into event (at, kind, registry_id, registry_name, repository, tag_count)
    select ${at}, ${kind('REPOSITORY_GONE')}, registry.id, registry.name, gone.value ->> 1,
        cast(gone.value ->> 2 as bigint)
      from ${gone} as gone join registry on registry.id = gone.value ->> 0 order by gone.key`.execute(db);
}

/**
 * Writes down that jobs began, or ended; `jobIds` is a list or a query of job.id. In the transaction of the change, and
 * after it. Crawls that nobody asked for are not told of: each registry has one every few seconds or minutes, and what
 * they find has its events.
 */
export async function recordJobs(
  db: Kysely<Tables>,
  jobIds: RawBuilder<unknown>,
  kind: Extract<EventKind, `JOB_${string}`>,
  at: number,
): Promise<void> {
  await sql`insert into event (at, kind, registry_id, registry_name, repository, job_id, job_kind, job_state)
    select ${at}, ${kind}, registry.id, registry.name, job.repository, job.id, job.kind, job.state
      from job join registry on registry.id = job.registry_id
      where job.id in ${jobIds} and ${isAskedFor} order by job.created_at, job.id`.execute(db);
}

/** Of `job`. */
const isAskedFor = sql<SqlBool>`(job.kind <> 'CRAWL' or job.requested_by not in (${sql.join(ownRequesters)}))`;

/** Has it written with what else `em` writes. `message`: why it is not reached, in a sentence. */
export function persistRegistryEvent(
  em: EntityManager,
  { id: registryId, name: registryName }: Pick<Registry, 'id' | 'name'>,
  kind: Extract<EventKind, `REGISTRY_${string}`>,
  at: Date,
  message: string | null = null,
): void {
  em.create(EventEntity, { at, kind, registryId, registryName, message });
}
