import { Migration } from '@mikro-orm/migrations';

/** The new index before the old one goes: images are read by one of them all the time. */
export class Migration20261129023659_holders extends Migration {

  override name = 'Migration20261129023659_holders';

  override up(): void | Promise<void> {
    this.addSql(`create index \`image_blob_blob_id_image_id_index\` on \`image_blob\` (\`blob_id\`, \`image_id\`);`);
    this.addSql(`drop index \`image_blob_blob_id_index\`;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`create index \`image_blob_blob_id_index\` on \`image_blob\` (\`blob_id\`);`);
    this.addSql(`drop index \`image_blob_blob_id_image_id_index\`;`);
  }

}
