import { Migration } from '@mikro-orm/migrations';

export class Migration20261128114946_tagtimes extends Migration {

  override name = 'Migration20261128114946_tagtimes';

  override up(): void | Promise<void> {
    this.addSql(`create index \`tag_updated_at_id_index\` on \`tag\` (\`updated_at\`, \`id\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index \`tag_updated_at_id_index\`;`);
  }

}
