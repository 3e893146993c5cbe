import { Migration } from '@mikro-orm/migrations';

export class Migration20261126225029_followed extends Migration {

  override name = 'Migration20261126225029_followed';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`registry\` add column \`followed_repositories\` json not null default '[]';`);

    this.addSql(`alter table \`repository\` add column \`found_by\` text not null default 'CATALOGUE';`);
    this.addSql(`create index \`repository_registry_id_found_by_index\` on \`repository\` (\`registry_id\`, \`found_by\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table \`registry\` drop column \`followed_repositories\`;`);

    this.addSql(`drop index \`repository_registry_id_found_by_index\`;`);
    this.addSql(`alter table \`repository\` drop column \`found_by\`;`);
  }

}
