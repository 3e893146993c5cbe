import { Migration } from '@mikro-orm/migrations';

export class Migration20261128041240_approvals extends Migration {

  override name = 'Migration20261128041240_approvals';

  override up(): void | Promise<void> {
    this.addSql(`alter table "registry" add "approvals" text collate "C" not null default '[]';`);

    this.addSql(`alter table "job" add "requested_account" text collate "C" null, add "approved_by" text collate "C" null, add "approval_expires_at" bigint null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "job" drop column "requested_account", drop column "approved_by", drop column "approval_expires_at";`);

    this.addSql(`alter table "registry" drop column "approvals";`);
  }

}
