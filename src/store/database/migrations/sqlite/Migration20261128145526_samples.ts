import { Migration } from '@mikro-orm/migrations';

export class Migration20261128145526_samples extends Migration {

  override name = 'Migration20261128145526_samples';

  override up(): void | Promise<void> {
    this.addSql(`create table \`size_sample\` (\`registry_id\` text not null, \`repository\` text not null, \`day\` integer not null, \`size\` bigint not null, \`tag_count\` integer not null, primary key (\`registry_id\`, \`repository\`, \`day\`), constraint \`size_sample_registry_id_foreign\` foreign key (\`registry_id\`) references \`registry\` (\`id\`) on delete cascade);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`size_sample\`;`);
  }

}
