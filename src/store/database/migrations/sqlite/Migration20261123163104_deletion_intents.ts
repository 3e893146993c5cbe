import { Migration } from '@mikro-orm/migrations';

export class Migration20261123163104_deletion_intents extends Migration {

  override name = 'Migration20261123163104_deletion_intents';

  override up(): void | Promise<void> {
    this.addSql(`create table \`deletion_intent\` (\`id\` text not null primary key, \`registry_id\` text not null, \`repository\` text not null, \`tag\` text not null, \`original_digest\` text not null, \`placeholder_digest\` text not null, \`created_at\` datetime not null, constraint \`deletion_intent_registry_id_foreign\` foreign key (\`registry_id\`) references \`registry\` (\`id\`) on delete cascade);`);
    this.addSql(`create index \`deletion_intent_registry_id_index\` on \`deletion_intent\` (\`registry_id\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`deletion_intent\`;`);
  }

}
