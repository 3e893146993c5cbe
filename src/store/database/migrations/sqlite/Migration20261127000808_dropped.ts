import { Migration } from '@mikro-orm/migrations';

export class Migration20261127000808_dropped extends Migration {

  override name = 'Migration20261127000808_dropped';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`registry\` add column \`dropped_name_examples\` json not null default '[]';`);

    this.addSql(`alter table \`repository\` add column \`dropped_tags\` integer not null default 0;`);
    this.addSql(`alter table \`repository\` add column \`dropped_tag_examples\` json not null default '[]';`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table \`registry\` drop column \`dropped_name_examples\`;`);

    this.addSql(`alter table \`repository\` drop column \`dropped_tags\`;`);
    this.addSql(`alter table \`repository\` drop column \`dropped_tag_examples\`;`);
  }

}
