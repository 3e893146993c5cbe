import { Migration } from '@mikro-orm/migrations';

export class Migration20261123164159_absent_content extends Migration {

  override name = 'Migration20261123164159_absent_content';

  override up(): void | Promise<void> {
    this.addSql(`create table \`absent_content\` (\`repository_id\` integer not null, \`digest\` text not null, primary key (\`repository_id\`, \`digest\`), constraint \`absent_content_repository_id_foreign\` foreign key (\`repository_id\`) references \`repository\` (\`id\`) on delete cascade);`);

    this.addSql(`alter table \`image_entry\` drop column \`is_missing\`;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`absent_content\`;`);

    this.addSql(`alter table \`image_entry\` add column \`is_missing\` integer not null default false;`);
  }

}
