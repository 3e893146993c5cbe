import { type Kysely, sql, type SqlBool } from 'kysely';
import type { Digest } from '../../domain/digest.js';
import type { Tables } from '../database/database.js';
import { dialectOf } from '../dialect/dialects.js';
import { chunk } from '../sql/rows.js';

/** Keeps which content registries were found to lack, or to have in a form that cannot be used: by repository. */
export interface AbsentContent {
  /** The repository's registry does not have these. */
  markAbsent(repositoryKey: number, digests: readonly Digest[]): Promise<void>;
  /** The repository's registry has these, and they cannot be used: each is too large. */
  markUnreadable(repositoryKey: number, digests: readonly Digest[]): Promise<void>;
  /** Those of these that the repository's registry was found to lack, or that cannot be used. */
  findAbsent(repositoryKey: number, digests: readonly Digest[]): Promise<Digest[]>;
  /** Those of these that it was found to lack. */
  findMissing(repositoryKey: number, digests: readonly Digest[]): Promise<Set<Digest>>;
  /**
   * The repository changed, or these were pushed to it: what its registry lacked before, it may have now. Without
   * digests, of thousands those that were asked for longest ago.
   */
  forgetAbsent(repositoryKey: number, digests?: readonly Digest[]): Promise<void>;
}

export function createAbsentContent(db: Kysely<Tables>): AbsentContent {
  const { among, arrival } = dialectOf(db);
  return {
    markAbsent: (repositoryKey, digests) => insertAbsent(db, repositoryKey, digests, 0),
    markUnreadable: (repositoryKey, digests) => insertAbsent(db, repositoryKey, digests, 1),
    async findAbsent(repositoryKey, digests) {
      const isAbsent = sql<SqlBool>`repository_id = ${repositoryKey} and ${among(sql`digest`, digests)}`;
      const rows = await db.selectFrom('absent_content').select('digest').where(isAbsent).execute();
      return rows.map((row) => row.digest);
    },
    async findMissing(repositoryKey, digests) {
      const isMissing = sql<SqlBool>`repository_id = ${repositoryKey} and is_unreadable = 0
      and ${among(sql`digest`, digests)}`;
      const rows = await db.selectFrom('absent_content').select('digest').where(isMissing).execute();
      return new Set(rows.map((row) => row.digest));
    },
    async forgetAbsent(repositoryKey, digests) {
      // Most repositories lack nothing, and a statement that may write takes the file's lock first.
      const any = db.selectFrom('absent_content').select('digest').where('repository_id', '=', repositoryKey).limit(1);
      if ((await any.executeTakeFirst()) === undefined) return;
      const number = arrival('absent_content');
      const some = digests ? sql`and ${among(sql`digest`, digests)}` : sql`order by ${number} limit ${askedAgain}`;
      await sql`delete from absent_content where ${number} in (select ${number} from absent_content
        where repository_id = ${repositoryKey} ${some})`.execute(db);
    },
  };
}

/**
 * Each is a request, at every change of the repository: an index of thousands that are gone would take minutes each
 * time.
 */
const askedAgain = 500;

async function insertAbsent(
  db: Kysely<Tables>,
  repositoryKey: number,
  digests: readonly Digest[],
  isUnreadable: 0 | 1,
): Promise<void> {
  for (const some of chunk(digests)) {
    const rows = some.map((digest) => ({ repository_id: repositoryKey, digest, is_unreadable: isUnreadable }));
    await db
      .insertInto('absent_content')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}
