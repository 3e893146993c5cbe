import { Migration } from '@mikro-orm/migrations';

export class Migration20261127194940_leases extends Migration {

  override name = 'Migration20261127194940_leases';

  override up(): void | Promise<void> {
    this.addSql(`create table "replica" ("id" text collate "C" not null, "started_at" bigint not null, "seen_at" bigint not null, primary key ("id"));`);

    this.addSql(`create table "lease" ("name" text collate "C" not null, "holder_id" text collate "C" not null, "fence" bigserial, primary key ("name"));`);
    this.addSql(`create index "lease_holder_id_index" on "lease" ("holder_id");`);

    this.addSql(`alter table "lease" add constraint "lease_holder_id_foreign" foreign key ("holder_id") references "replica" ("id") on delete cascade;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "lease" drop constraint "lease_holder_id_foreign";`);

    this.addSql(`drop table if exists "replica" cascade;`);
    this.addSql(`drop table if exists "lease" cascade;`);
  }

}
