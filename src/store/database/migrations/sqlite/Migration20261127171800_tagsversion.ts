import { Migration } from '@mikro-orm/migrations';

export class Migration20261127171800_tagsversion extends Migration {

  override name = 'Migration20261127171800_tagsversion';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`repository\` add column \`tags_version\` integer not null default 0;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table \`repository\` drop column \`tags_version\`;`);
  }

}
