import { Migration } from '@mikro-orm/migrations';

/**
 * Triggers keep which repositories are of a pattern, so that no writer has to know of it. Patterns have "*" and "?" and no signs of LIKE but
 * "_": see domain/glob.ts.
 */
export class Migration20261127234643_patterns extends Migration {

  override name = 'Migration20261127234643_patterns';

  override up(): void | Promise<void> {
    this.addSql(`create table "access_pattern" ("id" bigserial primary key, "place" text collate "C" not null, "registry_id" text collate "C" null, "pattern" text collate "C" not null, "filled_to" bigint null);`);
    this.addSql(`alter table "access_pattern" add constraint "access_pattern_place_unique" unique ("place");`);
    this.addSql(`create index "access_pattern_registry_id_index" on "access_pattern" ("registry_id");`);

    this.addSql(`create table "pattern_repository" ("repository_id" bigint not null, "pattern_id" bigint not null, "registry_id" text collate "C" not null, primary key ("repository_id", "pattern_id"));`);
    this.addSql(`create index "pattern_repository_pattern_id_registry_id_index" on "pattern_repository" ("pattern_id", "registry_id");`);

    this.addSql(`alter table "access_pattern" add constraint "access_pattern_registry_id_foreign" foreign key ("registry_id") references "registry" ("id") on delete cascade;`);

    this.addSql(`alter table "pattern_repository" add constraint "pattern_repository_repository_id_foreign" foreign key ("repository_id") references "repository" ("id") on update cascade on delete cascade;`);
    this.addSql(`alter table "pattern_repository" add constraint "pattern_repository_pattern_id_foreign" foreign key ("pattern_id") references "access_pattern" ("id") on update cascade on delete cascade;`);

    this.addSql(`create function is_of_pattern(name text, pattern text) returns boolean language sql immutable parallel safe as $$
      select name like replace(replace(replace(pattern, '_', '\\_'), '*', '%'), '?', '_') $$;`);
    const add = (repositories: string): string => `insert into pattern_repository (repository_id, pattern_id, registry_id)
      select named.id, access_pattern.id, named.registry_id from ${repositories} as named join access_pattern
        on (access_pattern.registry_id is null or access_pattern.registry_id = named.registry_id)
        and is_of_pattern(named.name, access_pattern.pattern)
        order by named.id, access_pattern.id
      on conflict do nothing;`;
    this.addSql(`create function pattern_repository_insert() returns trigger language plpgsql as $$ begin
      ${add('added')}
      return null;
    end $$;`);
    this.addSql(`create trigger pattern_repository_insert after insert on repository referencing new table as added
      for each statement execute function pattern_repository_insert();`);
    this.addSql(`create function pattern_repository_update() returns trigger language plpgsql as $$ begin
      delete from pattern_repository where repository_id = new.id;
      ${add('(select new.id, new.registry_id, new.name)')}
      return null;
    end $$;`);
    this.addSql(`create trigger pattern_repository_update after update of name on repository for each row
      when (old.name is distinct from new.name) execute function pattern_repository_update();`);
  }

  override down(): void | Promise<void> {
    for (const event of ['insert', 'update']) this.addSql(`drop function if exists pattern_repository_${event} cascade;`);
    this.addSql(`drop table if exists "pattern_repository";`);
    this.addSql(`drop table if exists "access_pattern";`);
    this.addSql(`drop function if exists is_of_pattern;`);
  }

}
