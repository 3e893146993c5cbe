import { Migration } from '@mikro-orm/migrations';

/** Where `narrowly`, a name is held against the patterns alone that begin as it does; in 2,000 of them few are. */
function createTriggers(narrowly: boolean): string[] {
  const beginnings = `(with recursive beginning (length) as
      (select 0 union all select length + 1 from beginning where length < min(32, length(new.name)))
      select length from beginning) as beginning
      cross join access_pattern on access_pattern.beginning = substr(new.name, 1, beginning.length)`;
  const add = `insert into pattern_repository (repository_id, pattern_id, registry_id)
      select new.id, id, new.registry_id from ${narrowly ? beginnings : 'access_pattern'}
        where (registry_id is null or registry_id = new.registry_id) and new.name glob pattern;`;
  return [
    `drop trigger pattern_repository_insert;`,
    `drop trigger pattern_repository_update;`,
    `create trigger pattern_repository_insert after insert on repository begin
      ${add}
    end;`,
    `create trigger pattern_repository_update after update of name on repository when old.name is not new.name begin
      delete from pattern_repository where repository_id = new.id;
      ${add}
    end;`,
  ];
}

/** A later migration that rebuilds `repository` drops its triggers, and has to make them again. */
export class Migration20261128115511_beginnings extends Migration {

  override name = 'Migration20261128115511_beginnings';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`access_pattern\` add column \`beginning\` text not null default '';`);
    this.addSql(`create index \`access_pattern_beginning_index\` on \`access_pattern\` (\`beginning\`);`);

    this.addSql(`update access_pattern set beginning =
      substr(pattern, 1, min(32, instr(pattern || '*', '*') - 1, instr(pattern || '?', '?') - 1));`);
    for (const statement of createTriggers(true)) this.addSql(statement);
  }

  override down(): void | Promise<void> {
    for (const statement of createTriggers(false)) this.addSql(statement);

    this.addSql(`drop index \`access_pattern_beginning_index\`;`);
    this.addSql(`alter table \`access_pattern\` drop column \`beginning\`;`);
  }

}
