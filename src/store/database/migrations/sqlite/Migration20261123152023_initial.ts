import { Migration } from '@mikro-orm/migrations';

export class Migration20261123152023_initial extends Migration {

  override name = 'Migration20261123152023_initial';

  override up(): void | Promise<void> {
    this.addSql(`create table \`account\` (\`id\` text not null primary key, \`username\` text not null, \`password_hash\` text null, \`roles\` json not null, \`created_at\` datetime not null);`);
    this.addSql(`create unique index \`account_username_unique\` on \`account\` (\`username\`);`);

    this.addSql(`create table \`blob\` (\`id\` integer not null primary key autoincrement, \`digest\` text not null);`);
    this.addSql(`create unique index \`blob_digest_unique\` on \`blob\` (\`digest\`);`);

    this.addSql(`create table \`image\` (\`id\` integer not null primary key autoincrement, \`digest\` text not null, \`kind\` text not null, \`media_type\` text not null, \`artifact_type\` text null, \`manifest_size\` integer not null, \`config_digest\` text null, \`config_media_type\` text null, \`os\` text null, \`architecture\` text null, \`variant\` text null, \`created_at\` datetime null, \`size\` bigint null, \`author\` text null, \`labels\` json not null, \`annotations\` json not null, \`history\` json not null, \`subject\` text null, \`config_state\` text not null, \`first_seen_at\` datetime not null);`);
    this.addSql(`create unique index \`image_digest_unique\` on \`image\` (\`digest\`);`);
    this.addSql(`create index \`image_subject_index\` on \`image\` (\`subject\`);`);

    this.addSql(`create table \`image_blob\` (\`image_id\` integer not null, \`position\` integer not null, \`blob_id\` integer not null, \`media_type\` text not null, \`size\` bigint not null, \`is_foreign\` integer not null default false, primary key (\`image_id\`, \`position\`), constraint \`image_blob_image_id_foreign\` foreign key (\`image_id\`) references \`image\` (\`id\`) on delete cascade, constraint \`image_blob_blob_id_foreign\` foreign key (\`blob_id\`) references \`blob\` (\`id\`));`);
    this.addSql(`create index \`image_blob_blob_id_index\` on \`image_blob\` (\`blob_id\`);`);

    this.addSql(`create table \`image_entry\` (\`index_id\` integer not null, \`position\` integer not null, \`child_digest\` text not null, \`child_id\` integer null, \`is_missing\` integer not null default false, \`media_type\` text not null, \`size\` bigint not null, \`os\` text null, \`architecture\` text null, \`variant\` text null, \`artifact_type\` text null, \`attestation\` integer not null default false, primary key (\`index_id\`, \`position\`), constraint \`image_entry_index_id_foreign\` foreign key (\`index_id\`) references \`image\` (\`id\`) on delete cascade, constraint \`image_entry_child_id_foreign\` foreign key (\`child_id\`) references \`image\` (\`id\`) on delete set null);`);
    this.addSql(`create index \`image_entry_child_digest_index\` on \`image_entry\` (\`child_digest\`);`);
    this.addSql(`create index \`image_entry_child_id_index\` on \`image_entry\` (\`child_id\`);`);

    this.addSql(`create table \`registry\` (\`id\` text not null primary key, \`name\` text not null, \`addr\` text not null, \`username\` text null, \`password_sealed\` text null, \`tls_skip_verify\` integer not null default false, \`ca_certificate\` text null, \`auth_realm\` text null, \`max_age\` integer not null default 30, \`created_at\` datetime not null, \`reachable\` integer null, \`authenticated\` integer null, \`latency_ms\` integer null, \`checked_at\` datetime null, \`health_message\` text null, \`can_delete\` text null, \`catalog_supported\` integer null, \`names_confirmed_at\` datetime null, \`names_error_code\` text null, \`names_error_message\` text null, \`names_error_at\` datetime null, \`dropped_names\` integer not null default 0, \`indexed_at\` datetime null, \`size\` bigint null, \`events_secret_hash\` text null);`);
    this.addSql(`create unique index \`registry_name_unique\` on \`registry\` (\`name\`);`);

    this.addSql(`create table \`job\` (\`id\` text not null primary key, \`kind\` text not null, \`registry_id\` text not null, \`state\` text not null, \`done\` integer not null default 0, \`total\` integer not null default 0, \`requested_by\` text not null, \`failures\` json not null, \`failure_count\` integer not null default 0, \`created_at\` datetime not null, \`finished_at\` datetime null, constraint \`job_registry_id_foreign\` foreign key (\`registry_id\`) references \`registry\` (\`id\`) on delete cascade);`);
    this.addSql(`create index \`job_registry_id_index\` on \`job\` (\`registry_id\`);`);
    this.addSql(`create index \`job_registry_id_created_at_index\` on \`job\` (\`registry_id\`, \`created_at\`);`);

    this.addSql(`create table \`repository\` (\`id\` integer not null primary key autoincrement, \`registry_id\` text not null, \`name\` text not null, \`first_seen_at\` datetime not null, \`tags_confirmed_at\` datetime null, \`tags_error_code\` text null, \`tags_error_message\` text null, \`tags_error_at\` datetime null, \`missed_scans\` integer not null default 0, \`is_settled\` integer not null default false, \`tag_count\` integer not null default 0, \`size\` bigint not null default '0', \`updated_at\` datetime null, constraint \`repository_registry_id_foreign\` foreign key (\`registry_id\`) references \`registry\` (\`id\`) on delete cascade);`);
    this.addSql(`create index \`repository_name_index\` on \`repository\` (\`name\`);`);
    this.addSql(`create index \`repository_registry_id_updated_at_index\` on \`repository\` (\`registry_id\`, \`updated_at\`);`);
    this.addSql(`create index \`repository_updated_at_index\` on \`repository\` (\`updated_at\`);`);
    this.addSql(`create index \`repository_registry_id_size_index\` on \`repository\` (\`registry_id\`, \`size\`);`);
    this.addSql(`create index \`repository_size_index\` on \`repository\` (\`size\`);`);
    this.addSql(`create index \`repository_registry_id_tag_count_index\` on \`repository\` (\`registry_id\`, \`tag_count\`);`);
    this.addSql(`create index \`repository_tag_count_index\` on \`repository\` (\`tag_count\`);`);
    this.addSql(`create unique index \`repository_registry_id_name_unique\` on \`repository\` (\`registry_id\`, \`name\`);`);

    this.addSql(`create table \`repository_image\` (\`repository_id\` integer not null, \`image_id\` integer not null, \`attestation\` integer not null default false, primary key (\`repository_id\`, \`image_id\`), constraint \`repository_image_repository_id_foreign\` foreign key (\`repository_id\`) references \`repository\` (\`id\`) on update cascade on delete cascade, constraint \`repository_image_image_id_foreign\` foreign key (\`image_id\`) references \`image\` (\`id\`) on update cascade on delete cascade);`);
    this.addSql(`create index \`repository_image_repository_id_index\` on \`repository_image\` (\`repository_id\`);`);
    this.addSql(`create index \`repository_image_image_id_index\` on \`repository_image\` (\`image_id\`);`);

    this.addSql(`create table \`setting\` (\`key\` text not null primary key, \`value\` text not null);`);

    this.addSql(`create table \`tag\` (\`id\` integer not null primary key autoincrement, \`repository_id\` integer not null, \`name\` text not null, \`sort_key\` text not null, \`is_hidden\` integer not null default false, \`image_id\` integer null, \`first_seen_at\` datetime not null, \`changed_at\` datetime not null, \`updated_at\` datetime not null, \`updated_source\` text not null, \`confirmed_at\` datetime null, \`error_code\` text null, \`error_message\` text null, \`error_at\` datetime null, constraint \`tag_repository_id_foreign\` foreign key (\`repository_id\`) references \`repository\` (\`id\`) on delete cascade, constraint \`tag_image_id_foreign\` foreign key (\`image_id\`) references \`image\` (\`id\`) on delete no action);`);
    this.addSql(`create index \`tag_image_id_index\` on \`tag\` (\`image_id\`);`);
    this.addSql(`create index \`tag_repository_id_sort_key_index\` on \`tag\` (\`repository_id\`, \`sort_key\`);`);
    this.addSql(`create index \`tag_repository_id_updated_at_index\` on \`tag\` (\`repository_id\`, \`updated_at\`);`);
    this.addSql(`create unique index \`tag_repository_id_name_unique\` on \`tag\` (\`repository_id\`, \`name\`);`);

    this.addSql(`create table \`token\` (\`id\` text not null primary key, \`account_id\` text not null, \`hash\` text not null, \`label\` text not null, \`roles\` json not null, \`created_at\` datetime not null, \`expires_at\` datetime not null, \`last_used_at\` datetime null, \`revoked_at\` datetime null, constraint \`token_account_id_foreign\` foreign key (\`account_id\`) references \`account\` (\`id\`) on delete cascade);`);
    this.addSql(`create index \`token_account_id_index\` on \`token\` (\`account_id\`);`);
    this.addSql(`create unique index \`token_hash_unique\` on \`token\` (\`hash\`);`);
  }

  override down(): void | Promise<void> {

    this.addSql(`drop table if exists \`account\`;`);
    this.addSql(`drop table if exists \`blob\`;`);
    this.addSql(`drop table if exists \`image\`;`);
    this.addSql(`drop table if exists \`image_blob\`;`);
    this.addSql(`drop table if exists \`image_entry\`;`);
    this.addSql(`drop table if exists \`registry\`;`);
    this.addSql(`drop table if exists \`job\`;`);
    this.addSql(`drop table if exists \`repository\`;`);
    this.addSql(`drop table if exists \`repository_image\`;`);
    this.addSql(`drop table if exists \`setting\`;`);
    this.addSql(`drop table if exists \`tag\`;`);
    this.addSql(`drop table if exists \`token\`;`);
  }

}
