import { Migration } from '@mikro-orm/migrations';

/** Wrong passwords of a window, which all gateways count together. */
export class Migration20261127205500_loginguesses extends Migration {

  override name = 'Migration20261127205500_loginguesses';

  override up(): void | Promise<void> {
    this.addSql(`create table "login_guess" ("key" text collate "C" not null, "used" integer not null, "ends_at" bigint not null, primary key ("key"));`);
    this.addSql(`create index "login_guess_ends_at_index" on "login_guess" ("ends_at");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "login_guess" cascade;`);
  }

}
