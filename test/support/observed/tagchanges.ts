import { CompiledQuery } from 'kysely';
import type { Database } from '../../../src/store/database/database.js';

export interface TagChanges {
  /** The repositories of which a list of tags may show something else since it was last asked, and which are there. */
  take(): Promise<{ readonly key: number; readonly version: number; readonly isSettled: 0 | 1 }[]>;
}

/** The columns that lists of tags show, are in the order of, or leave tags out by. */
const shown = {
  tag: ['repository_id', 'name', 'sort_key', 'is_hidden', 'image_id', 'updated_at', 'updated_source'],
  image: ['kind', 'digest', 'config_digest', 'size'],
} as const;

/** Has SQLite itself note each such change, whoever makes it: for a database with one connection. */
export async function watchTagChanges({ kysely }: Database): Promise<TagChanges> {
  const run = (statement: string) => kysely.executeQuery(CompiledQuery.raw(statement));
  const note = (keys: string): string => `begin insert into changed_repository ${keys}; end`;
  const isChanged = (table: keyof typeof shown): string => {
    const list = (row: string): string => shown[table].map((column) => `${row}.${column}`).join(', ');
    return `when (${list('old')}) is not (${list('new')})`;
  };
  await run('create temp table changed_repository (id integer)');
  await run(`create temp trigger tag_added after insert on tag ${note('values (new.repository_id)')}`);
  await run(`create temp trigger tag_removed after delete on tag ${note('values (old.repository_id)')}`);
  await run(`create temp trigger tag_changed after update on tag ${isChanged('tag')}
    ${note('values (old.repository_id), (new.repository_id)')}`);
  await run(`create temp trigger image_changed after update on image ${isChanged('image')}
    ${note('select repository_id from tag where image_id = new.id')}`);
  return {
    async take() {
      const { rows } = await run(`select id as key, tags_version as version, is_settled as "isSettled" from repository
        where id in (select id from changed_repository)`);
      await run('delete from changed_repository');
      return rows as { key: number; version: number; isSettled: 0 | 1 }[];
    },
  };
}
