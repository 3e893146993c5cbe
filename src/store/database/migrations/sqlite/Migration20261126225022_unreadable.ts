import { Migration } from '@mikro-orm/migrations';

export class Migration20261126225022_unreadable extends Migration {

  override name = 'Migration20261126225022_unreadable';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`image\` add column \`os_version\` text null;`);
    this.addSql(`alter table \`image\` add column \`os_features\` json null;`);
    this.addSql(`alter table \`image\` add column \`has_unknown_children\` integer not null default false;`);
    this.addSql(`alter table \`image\` add column \`problems\` json null;`);

    this.addSql(`alter table \`image_blob\` add column \`is_size_known\` integer not null default true;`);

    this.addSql(`alter table \`image_entry\` add column \`role\` text not null default 'manifest';`);
    this.addSql(`alter table \`image_entry\` add column \`os_version\` text null;`);
    this.addSql(`alter table \`image_entry\` add column \`os_features\` json null;`);

    this.addSql(`alter table \`absent_content\` add column \`is_unreadable\` integer not null default false;`);

    this.addSql(`drop index \`tag_repository_id_updated_at_index\`;`);
    this.addSql(`create index \`tag_repository_id_updated_at_sort_key_name_index\` on \`tag\` (\`repository_id\`, \`updated_at\`, \`sort_key\`, \`name\`);`);

    // Entries that were read before, by their media types; see judgeRole in upstream/content/mediatype.ts.
    this.addSql(`update image_entry set role = case
      when media_type in ('application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json') then 'index'
      when media_type like 'application/vnd.docker.distribution.manifest.v1+%' then 'manifest'
      when media_type like '%json%' or media_type like '%manifest%' or media_type like '%index%' then 'unknown' else 'blob' end
      where media_type not in ('application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json');`);
    // Content that could not be decoded before may be now, and configs of Windows tell its version.
    this.addSql(`update image set config_state = 'pending' where os = 'windows' and config_state = 'read' and kind = 'image';`);
    this.addSql(`update repository set is_settled = 0 where id in (select repository_id from absent_content)
      or id in (select repository_id from repository_image join image on image.id = image_id where os = 'windows');`);
    this.addSql(`delete from absent_content;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table \`absent_content\` drop column \`is_unreadable\`;`);

    this.addSql(`alter table \`image\` drop column \`os_version\`;`);
    this.addSql(`alter table \`image\` drop column \`os_features\`;`);
    this.addSql(`alter table \`image\` drop column \`has_unknown_children\`;`);
    this.addSql(`alter table \`image\` drop column \`problems\`;`);

    this.addSql(`alter table \`image_blob\` drop column \`is_size_known\`;`);

    this.addSql(`alter table \`image_entry\` drop column \`role\`;`);
    this.addSql(`alter table \`image_entry\` drop column \`os_version\`;`);
    this.addSql(`alter table \`image_entry\` drop column \`os_features\`;`);

    this.addSql(`drop index \`tag_repository_id_updated_at_sort_key_name_index\`;`);
    this.addSql(`create index \`tag_repository_id_updated_at_index\` on \`tag\` (\`repository_id\`, \`updated_at\`);`);
  }

}
