import { Migration } from '@mikro-orm/migrations';

export class Migration20261127204500_webhooks extends Migration {

  override name = 'Migration20261127204500_webhooks';

  override up(): void | Promise<void> {
    this.addSql(`create table \`webhook\` (\`id\` text not null primary key, \`url\` text not null, \`kinds\` json null, \`registry_ids\` json null, \`repository_pattern\` text null, \`secret_sealed\` text not null, \`former_secret_sealed\` text null, \`former_secret_until\` datetime null, \`owner_id\` text null, \`created_at\` datetime not null, \`disabled_at\` datetime null, \`disabled_reason\` text null, \`place\` bigint not null, \`last_event_id\` bigint null, \`last_delivered_at\` datetime null, \`last_attempt_at\` datetime null, \`last_status\` integer null, \`last_failure\` text null, \`last_ms\` integer null, \`attempts\` integer not null default 0, \`failing_since\` datetime null, \`next_attempt_at\` datetime null, constraint \`webhook_owner_id_foreign\` foreign key (\`owner_id\`) references \`account\` (\`id\`) on delete set null);`);
    this.addSql(`create index \`webhook_owner_id_index\` on \`webhook\` (\`owner_id\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`webhook\`;`);
  }

}
