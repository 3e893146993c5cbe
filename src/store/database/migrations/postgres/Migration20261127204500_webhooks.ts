import { Migration } from '@mikro-orm/migrations';

export class Migration20261127204500_webhooks extends Migration {

  override name = 'Migration20261127204500_webhooks';

  override up(): void | Promise<void> {
    this.addSql(`create table "webhook" ("id" text collate "C" not null, "url" text collate "C" not null, "kinds" text collate "C" null, "registry_ids" text collate "C" null, "repository_pattern" text collate "C" null, "secret_sealed" text collate "C" not null, "former_secret_sealed" text collate "C" null, "former_secret_until" bigint null, "owner_id" text collate "C" null, "created_at" bigint not null, "disabled_at" bigint null, "disabled_reason" text collate "C" null, "place" bigint not null, "last_event_id" bigint null, "last_delivered_at" bigint null, "last_attempt_at" bigint null, "last_status" int null, "last_failure" text collate "C" null, "last_ms" int null, "attempts" int not null default 0, "failing_since" bigint null, "next_attempt_at" bigint null, primary key ("id"));`);
    this.addSql(`create index "webhook_owner_id_index" on "webhook" ("owner_id");`);

    this.addSql(`alter table "webhook" add constraint "webhook_owner_id_foreign" foreign key ("owner_id") references "account" ("id") on delete set null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "webhook" cascade;`);
  }

}
