import { Migration } from '@mikro-orm/migrations';

export class Migration20261128000015_confirmedfrom extends Migration {

  override name = 'Migration20261128000015_confirmedfrom';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`repository\` add column \`tags_confirmed_from\` datetime null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table \`repository\` drop column \`tags_confirmed_from\`;`);
  }

}
