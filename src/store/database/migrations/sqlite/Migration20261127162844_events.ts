import { Migration } from '@mikro-orm/migrations';

export class Migration20261127162844_events extends Migration {

  override name = 'Migration20261127162844_events';

  override up(): void | Promise<void> {
    this.addSql(`create table \`event\` (\`id\` integer not null primary key autoincrement, \`at\` datetime not null, \`kind\` text not null, \`registry_id\` text not null, \`registry_name\` text not null, \`repository\` text null, \`tag\` text null, \`digest\` text null, \`former_digest\` text null, \`tag_count\` integer null, \`job_id\` text null, \`job_kind\` text null, \`job_state\` text null, \`message\` text null);`);
    this.addSql(`create index \`event_registry_id_repository_id_index\` on \`event\` (\`registry_id\`, \`repository\`, \`id\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`event\`;`);
  }

}
