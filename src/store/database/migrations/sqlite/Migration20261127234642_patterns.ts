import { Migration } from '@mikro-orm/migrations';

/**
 * Triggers keep which repositories are of a pattern, so that no writer has to know of it. A later migration that rebuilds `repository`
 * drops its triggers, and has to make them again.
 */
export class Migration20261127234642_patterns extends Migration {

  override name = 'Migration20261127234642_patterns';

  override up(): void | Promise<void> {
    this.addSql(`create table \`access_pattern\` (\`id\` integer not null primary key autoincrement, \`place\` text not null, \`registry_id\` text null, \`pattern\` text not null, \`filled_to\` bigint null, constraint \`access_pattern_registry_id_foreign\` foreign key (\`registry_id\`) references \`registry\` (\`id\`) on delete cascade);`);
    this.addSql(`create unique index \`access_pattern_place_unique\` on \`access_pattern\` (\`place\`);`);
    this.addSql(`create index \`access_pattern_registry_id_index\` on \`access_pattern\` (\`registry_id\`);`);

    this.addSql(`create table \`pattern_repository\` (\`repository_id\` integer not null, \`pattern_id\` integer not null, \`registry_id\` text not null, primary key (\`repository_id\`, \`pattern_id\`), constraint \`pattern_repository_repository_id_foreign\` foreign key (\`repository_id\`) references \`repository\` (\`id\`) on update cascade on delete cascade, constraint \`pattern_repository_pattern_id_foreign\` foreign key (\`pattern_id\`) references \`access_pattern\` (\`id\`) on update cascade on delete cascade);`);
    this.addSql(`create index \`pattern_repository_pattern_id_registry_id_index\` on \`pattern_repository\` (\`pattern_id\`, \`registry_id\`);`);

    const add = `insert into pattern_repository (repository_id, pattern_id, registry_id)
      select new.id, id, new.registry_id from access_pattern
        where (registry_id is null or registry_id = new.registry_id) and new.name glob pattern;`;
    this.addSql(`create trigger pattern_repository_insert after insert on repository begin
      ${add}
    end;`);
    this.addSql(`create trigger pattern_repository_update after update of name on repository when old.name is not new.name begin
      delete from pattern_repository where repository_id = new.id;
      ${add}
    end;`);
  }

  override down(): void | Promise<void> {
    for (const event of ['insert', 'update']) this.addSql(`drop trigger if exists pattern_repository_${event};`);
    this.addSql(`drop table if exists \`pattern_repository\`;`);
    this.addSql(`drop table if exists \`access_pattern\`;`);
  }

}
