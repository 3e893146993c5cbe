import { Migration } from '@mikro-orm/migrations';

export class Migration20261128041239_approvals extends Migration {

  override name = 'Migration20261128041239_approvals';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`registry\` add column \`approvals\` json not null default '[]';`);

    this.addSql(`alter table \`job\` add column \`requested_account\` text null;`);
    this.addSql(`alter table \`job\` add column \`approved_by\` text null;`);
    this.addSql(`alter table \`job\` add column \`approval_expires_at\` datetime null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table \`job\` drop column \`requested_account\`;`);
    this.addSql(`alter table \`job\` drop column \`approved_by\`;`);
    this.addSql(`alter table \`job\` drop column \`approval_expires_at\`;`);

    this.addSql(`alter table \`registry\` drop column \`approvals\`;`);
  }

}
