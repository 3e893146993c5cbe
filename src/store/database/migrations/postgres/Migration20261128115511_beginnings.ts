import { Migration } from '@mikro-orm/migrations';

/** Where `narrowly`, a name is held against the patterns alone that begin as it does; in 2,000 of them few are. */
function createFunctions(narrowly: boolean): string[] {
  const beginnings = `cross join generate_series(0, least(32, length(named.name))) as beginning (length)
      join access_pattern on access_pattern.beginning = left(named.name, beginning.length) and`;
  const add = (repositories: string): string => `insert into pattern_repository (repository_id, pattern_id, registry_id)
      select named.id, access_pattern.id, named.registry_id from ${repositories} as named
      ${narrowly ? beginnings : 'join access_pattern on'}
        (access_pattern.registry_id is null or access_pattern.registry_id = named.registry_id)
        and is_of_pattern(named.name, access_pattern.pattern)
        order by named.id, access_pattern.id
      on conflict do nothing;`;
  return [
    `create or replace function pattern_repository_insert() returns trigger language plpgsql as $$ begin
      ${add('added')}
      return null;
    end $$;`,
    `create or replace function pattern_repository_update() returns trigger language plpgsql as $$ begin
      delete from pattern_repository where repository_id = new.id;
      ${add('(select new.id, new.registry_id, new.name)')}
      return null;
    end $$;`,
  ];
}

/** A gateway of an earlier version adds patterns without a beginning: every name is held against those. */
export class Migration20261128115511_beginnings extends Migration {

  override name = 'Migration20261128115511_beginnings';

  override up(): void | Promise<void> {
    this.addSql(`alter table "access_pattern" add "beginning" text collate "C" not null default '';`);
    this.addSql(`create index "access_pattern_beginning_index" on "access_pattern" ("beginning");`);

    this.addSql(`update access_pattern set beginning = substring(pattern from '^[^*?]{0,32}');`);
    for (const statement of createFunctions(true)) this.addSql(statement);
  }

  override down(): void | Promise<void> {
    for (const statement of createFunctions(false)) this.addSql(statement);

    this.addSql(`drop index "access_pattern_beginning_index";`);
    this.addSql(`alter table "access_pattern" drop column "beginning";`);
  }

}
