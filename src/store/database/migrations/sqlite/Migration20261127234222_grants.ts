import { Migration } from '@mikro-orm/migrations';

export class Migration20261127234222_grants extends Migration {

  override name = 'Migration20261127234222_grants';

  override up(): void | Promise<void> {
    this.addSql(`create table \`team\` (\`id\` text not null primary key, \`name\` text not null, \`description\` text not null default '', \`created_at\` datetime not null);`);
    this.addSql(`create unique index \`team_name_unique\` on \`team\` (\`name\`);`);

    this.addSql(`create table \`team_member\` (\`team_id\` text not null, \`account_id\` text not null, primary key (\`team_id\`, \`account_id\`), constraint \`team_member_team_id_foreign\` foreign key (\`team_id\`) references \`team\` (\`id\`) on update cascade on delete cascade, constraint \`team_member_account_id_foreign\` foreign key (\`account_id\`) references \`account\` (\`id\`) on update cascade on delete cascade);`);
    this.addSql(`create index \`team_member_account_id_index\` on \`team_member\` (\`account_id\`);`);

    this.addSql(`create table \`access_grant\` (\`id\` text not null primary key, \`account_id\` text null, \`team_id\` text null, \`token_id\` text null, \`registry_id\` text null, \`repositories\` text not null, \`access_right\` text not null, \`given_by\` text not null, \`given_at\` datetime not null, constraint \`access_grant_account_id_foreign\` foreign key (\`account_id\`) references \`account\` (\`id\`) on delete cascade, constraint \`access_grant_team_id_foreign\` foreign key (\`team_id\`) references \`team\` (\`id\`) on delete cascade, constraint \`access_grant_token_id_foreign\` foreign key (\`token_id\`) references \`token\` (\`id\`) on delete cascade, constraint \`access_grant_registry_id_foreign\` foreign key (\`registry_id\`) references \`registry\` (\`id\`) on delete cascade);`);
    this.addSql(`create index \`access_grant_account_id_index\` on \`access_grant\` (\`account_id\`);`);
    this.addSql(`create index \`access_grant_team_id_index\` on \`access_grant\` (\`team_id\`);`);
    this.addSql(`create index \`access_grant_token_id_index\` on \`access_grant\` (\`token_id\`);`);
    this.addSql(`create index \`access_grant_registry_id_index\` on \`access_grant\` (\`registry_id\`);`);
  }

  override down(): void | Promise<void> {

    this.addSql(`drop table if exists \`team\`;`);
    this.addSql(`drop table if exists \`team_member\`;`);
    this.addSql(`drop table if exists \`access_grant\`;`);
  }

}
