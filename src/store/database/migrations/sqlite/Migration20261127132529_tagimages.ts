import { Migration } from '@mikro-orm/migrations';

export class Migration20261127132529_tagimages extends Migration {

  override name = 'Migration20261127132529_tagimages';

  override up(): void | Promise<void> {
    this.addSql(`create index \`tag_repository_id_image_id_is_hidden_index\` on \`tag\` (\`repository_id\`, \`image_id\`, \`is_hidden\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index \`tag_repository_id_image_id_is_hidden_index\`;`);
  }

}
