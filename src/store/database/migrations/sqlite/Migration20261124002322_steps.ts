import { Migration } from '@mikro-orm/migrations';

export class Migration20261124002322_steps extends Migration {

  override name = 'Migration20261124002322_steps';

  override up(): void | Promise<void> {
    this.addSql(`drop table if exists \`deletion_intent\`;`);

    this.addSql(`alter table \`registry\` add column \`can_delete_tag\` integer null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`create table \`deletion_intent\` (\`created_at\` datetime not null, \`id\` text not null primary key, \`original_digest\` text not null, \`placeholder_digest\` text not null, \`registry_id\` text not null, \`repository\` text not null, \`tag\` text not null, constraint \`deletion_intent_registry_id_foreign\` foreign key (\`registry_id\`) references \`registry\` (\`id\`) on delete cascade);`);
    this.addSql(`create index \`deletion_intent_registry_id_index\` on \`deletion_intent\` (\`registry_id\`);`);

    this.addSql(`alter table \`registry\` drop column \`can_delete_tag\`;`);
  }

}
