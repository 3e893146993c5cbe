import { Migration } from '@mikro-orm/migrations';

export class Migration20261128223015_preferences extends Migration {

  override name = 'Migration20261128223015_preferences';

  override up(): void | Promise<void> {
    this.addSql(`create table "preferences" ("account_id" text collate "C" not null, "chosen" text collate "C" not null, "version" int not null, "changed_at" bigint not null, primary key ("account_id"));`);

    this.addSql(`alter table "preferences" add constraint "preferences_account_id_foreign" foreign key ("account_id") references "account" ("id") on update cascade on delete cascade;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "preferences" cascade;`);
  }

}
