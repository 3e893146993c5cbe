import { Migration } from '@mikro-orm/migrations';

export class Migration20261127200458_accounts extends Migration {

  override name = 'Migration20261127200458_accounts';

  override up(): void | Promise<void> {
    this.addSql(`alter table "account" add "disabled_at" bigint null, add "password_expires_at" bigint null;`);

    this.addSql(`alter table "token" add "kind" text collate "C" not null default 'TOKEN', add "last_used_from" text collate "C" null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "account" drop column "disabled_at", drop column "password_expires_at";`);

    this.addSql(`alter table "token" drop column "kind", drop column "last_used_from";`);
  }

}
