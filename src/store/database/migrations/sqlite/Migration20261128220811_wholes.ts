import { Migration } from '@mikro-orm/migrations';

export class Migration20261128220811_wholes extends Migration {

  override name = 'Migration20261128220811_wholes';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`job\` add column \`parent_id\` text null;`);
    this.addSql(`create index \`job_parent_id_index\` on \`job\` (\`parent_id\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index \`job_parent_id_index\`;`);
    this.addSql(`alter table \`job\` drop column \`parent_id\`;`);
  }

}
