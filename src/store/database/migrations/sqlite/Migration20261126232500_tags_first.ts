import { Migration } from '@mikro-orm/migrations';

export class Migration20261126232500_tags_first extends Migration {

  override name = 'Migration20261126232500_tags_first';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`registry\` add column \`deletes_tags_first\` integer null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table \`registry\` drop column \`deletes_tags_first\`;`);
  }

}
