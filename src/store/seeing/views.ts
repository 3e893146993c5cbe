/** Tables whose rows are seen with a repository that has them: see `Dialect.reached`. */
export const reachedTables = ['tag', 'image', 'image_blob'] as const;
export type ReachedTable = (typeof reachedTables)[number];

/** The name by which a viewer's connection has all rows of such a table, in place of those that are seen. */
export function nameReached(table: ReachedTable): string {
  return `reached_${table}`;
}

/** The pieces of the views that the engines write differently. */
export interface ViewPieces {
  /** The table itself, and not the view of its name. */
  readonly base: (table: string) => string;
  /** Joins what stands on both sides, in this order. */
  readonly join: string;
  /** Whether the viewer has the pattern whose id is in the column. */
  readonly isMine: (patternId: string) => string;
  /** The patterns of the viewer, as `mine(id, registry_id, pattern)`. */
  readonly mine: string;
  /** Whether a name is of a pattern. */
  readonly isOf: (name: string, pattern: string) => string;
}

/** A view that shadows the table of its name: a query of rows that are called `own`. */
export interface SeenTable {
  /** Those that it has; absent: all. */
  readonly columns?: readonly string[];
  /** Holds of the rows that it has. */
  readonly where: string;
}

/** Hold where a viewer sees the thing that an expression names. */
export interface SeenConditions {
  readonly repository: (id: string) => string;
  readonly image: (id: string) => string;
  /** A repository by its name, which may be gone. */
  readonly named: (registryId: string, name: string) => string;
  readonly registry: (id: string) => string;
  /** All of a registry, whatever will be in it. */
  readonly whole: (registryId: string) => string;
}

export function createSeenConditions({ base, join, isMine, mine, isOf }: ViewPieces): SeenConditions {
  const held = (id: string): string => `${base('pattern_repository')} as held on held.repository_id = ${id}
    and ${isMine('held.pattern_id')}`;
  const repository = (id: string): string => `exists (select 1 from ${base('pattern_repository')} as held
    where held.repository_id = ${id} and ${isMine('held.pattern_id')})`;
  const isOfRegistry = (id: string): string => `(mine.registry_id is null or mine.registry_id = ${id})`;
  return {
    repository,
    image: (id) => `(exists (select 1 from ${base('repository_image')} as kept ${join} ${held('kept.repository_id')}
        where kept.image_id = ${id})
      or exists (select 1 from ${base('tag')} as named ${join} ${held('named.repository_id')}
        where named.image_id = ${id}))`,
    named: (registryId, name) => `(exists (select 1 from ${base('repository')} as named ${join} ${held('named.id')}
        where named.registry_id = ${registryId} and named.name = ${name})
      or exists (select 1 from ${mine} where ${isOfRegistry(registryId)} and ${isOf(name, 'mine.pattern')}))`,
    registry: (id) => `(exists (select 1 from ${mine} where mine.registry_id = ${id})
      or exists (select 1 from ${mine} ${join} ${base('pattern_repository')} as held
        on held.pattern_id = mine.id and held.registry_id = ${id}))`,
    whole: (registryId) => `exists (select 1 from ${mine} where mine.pattern = '*' and ${isOfRegistry(registryId)})`,
  };
}

/**
 * The tables that a viewer with grants alone sees something of: as if all else were not there. Each table that is not
 * named here, or added by an engine for its searches, is seen empty. No row that is seen has a count, a size or a total
 * of rows that are not.
 */
export function listSeen(pieces: ViewPieces): Readonly<Record<string, SeenTable>> {
  const sees = createSeenConditions(pieces);
  // Of a registry that is not seen nothing is left but events, which outlive it.
  const isSeenJob = (job: string): string => `case when ${job}.repository is null
    then ${sees.whole(`${job}.registry_id`)}
    else ${sees.named(`${job}.registry_id`, `${job}.repository`)} and ${sees.registry(`${job}.registry_id`)} end`;
  return {
    repository: { where: sees.repository('own.id') },
    tag: { where: sees.repository('own.repository_id') },
    repository_image: { where: sees.repository('own.repository_id') },
    absent_content: { where: sees.repository('own.repository_id') },
    image: { where: sees.image('own.id') },
    image_entry: { where: sees.image('own.index_id') },
    image_blob: { where: sees.image('own.image_id') },
    // A digest alone, and read of images that are seen: those of a base layer would all be looked at for one that is.
    blob: { where: 'true' },
    tag_revision: {
      where: `${sees.named('own.registry_id', 'own.repository')} and ${sees.registry('own.registry_id')}`,
    },
    // A crawl, and a run of retention, count what is not seen.
    event: {
      where: `case when own.repository is not null then ${sees.named('own.registry_id', 'own.repository')}
        when own.job_id is null then ${sees.registry('own.registry_id')} or ${sees.whole('own.registry_id')}
        else ${sees.whole('own.registry_id')} end`,
    },
    job: { where: isSeenJob('own') },
    deletion_step: {
      where: `exists (select 1 from ${pieces.base('job')} as done where done.id = own.job_id and ${isSeenJob('done')})`,
    },
    // How it is reached, and its state, are read elsewhere: see catalogue/seeing/.
    size_sample: {
      where: `case when own.repository = '' then ${sees.whole('own.registry_id')}
        else ${sees.named('own.registry_id', 'own.repository')} end`,
    },
    registry: { columns: ['id', 'name'], where: sees.registry('own.id') },
    // How far events are no longer kept: see prunedToKey of store/events/.
    setting: { where: `own.key = 'events-pruned-to'` },
  };
}
