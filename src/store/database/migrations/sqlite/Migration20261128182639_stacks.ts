import { Migration } from '@mikro-orm/migrations';

export class Migration20261128182639_stacks extends Migration {

  override name = 'Migration20261128182639_stacks';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`image\` add column \`stack\` text null;`);
    this.addSql(`create index \`image_stack_id_index\` on \`image\` (\`stack\`, \`id\`);`);

    this.addSql(`alter table \`image_blob\` add column \`stack\` text null;`);
    this.addSql(`create index \`image_blob_stack_image_id_index\` on \`image_blob\` (\`stack\`, \`image_id\`) where stack is not null;`);

    this.addSql(`alter table \`image_entry\` add column \`base_name\` text null;`);
    this.addSql(`alter table \`image_entry\` add column \`base_digest\` text null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index \`image_stack_id_index\`;`);
    this.addSql(`alter table \`image\` drop column \`stack\`;`);

    this.addSql(`drop index \`image_blob_stack_image_id_index\`;`);
    this.addSql(`alter table \`image_blob\` drop column \`stack\`;`);

    this.addSql(`alter table \`image_entry\` drop column \`base_name\`;`);
    this.addSql(`alter table \`image_entry\` drop column \`base_digest\`;`);
  }

}
