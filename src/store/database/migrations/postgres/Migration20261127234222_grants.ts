import { Migration } from '@mikro-orm/migrations';

export class Migration20261127234222_grants extends Migration {

  override name = 'Migration20261127234222_grants';

  override up(): void | Promise<void> {
    this.addSql(`create table "team" ("id" text collate "C" not null, "name" text collate "C" not null, "description" text collate "C" not null default '', "created_at" bigint not null, primary key ("id"));`);
    this.addSql(`alter table "team" add constraint "team_name_unique" unique ("name");`);

    this.addSql(`create table "team_member" ("team_id" text collate "C" not null, "account_id" text collate "C" not null, primary key ("team_id", "account_id"));`);
    this.addSql(`create index "team_member_account_id_index" on "team_member" ("account_id");`);

    this.addSql(`create table "access_grant" ("id" text collate "C" not null, "account_id" text collate "C" null, "team_id" text collate "C" null, "token_id" text collate "C" null, "registry_id" text collate "C" null, "repositories" text collate "C" not null, "access_right" text collate "C" not null, "given_by" text collate "C" not null, "given_at" bigint not null, primary key ("id"));`);
    this.addSql(`create index "access_grant_account_id_index" on "access_grant" ("account_id");`);
    this.addSql(`create index "access_grant_team_id_index" on "access_grant" ("team_id");`);
    this.addSql(`create index "access_grant_token_id_index" on "access_grant" ("token_id");`);
    this.addSql(`create index "access_grant_registry_id_index" on "access_grant" ("registry_id");`);

    this.addSql(`alter table "team_member" add constraint "team_member_team_id_foreign" foreign key ("team_id") references "team" ("id") on update cascade on delete cascade;`);
    this.addSql(`alter table "team_member" add constraint "team_member_account_id_foreign" foreign key ("account_id") references "account" ("id") on update cascade on delete cascade;`);

    this.addSql(`alter table "access_grant" add constraint "access_grant_account_id_foreign" foreign key ("account_id") references "account" ("id") on delete cascade;`);
    this.addSql(`alter table "access_grant" add constraint "access_grant_team_id_foreign" foreign key ("team_id") references "team" ("id") on delete cascade;`);
    this.addSql(`alter table "access_grant" add constraint "access_grant_token_id_foreign" foreign key ("token_id") references "token" ("id") on delete cascade;`);
    this.addSql(`alter table "access_grant" add constraint "access_grant_registry_id_foreign" foreign key ("registry_id") references "registry" ("id") on delete cascade;`);

    // As accounts are told of: what is remembered of tokens has the grants with it.
    this.addSql(`create trigger team_member_told after insert or update or delete on "team_member" for each statement execute function tell_write('accounts');`);
    this.addSql(`create trigger access_grant_told after insert or update or delete on "access_grant" for each statement execute function tell_write('accounts');`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "team_member" drop constraint "team_member_team_id_foreign";`);
    this.addSql(`alter table "access_grant" drop constraint "access_grant_team_id_foreign";`);

    this.addSql(`drop table if exists "team" cascade;`);
    this.addSql(`drop table if exists "team_member" cascade;`);
    this.addSql(`drop table if exists "access_grant" cascade;`);
  }

}
