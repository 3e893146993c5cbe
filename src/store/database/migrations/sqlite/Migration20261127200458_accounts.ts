import { Migration } from '@mikro-orm/migrations';

export class Migration20261127200458_accounts extends Migration {

  override name = 'Migration20261127200458_accounts';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`account\` add column \`disabled_at\` datetime null;`);
    this.addSql(`alter table \`account\` add column \`password_expires_at\` datetime null;`);

    this.addSql(`alter table \`token\` add column \`kind\` text not null default 'TOKEN';`);
    this.addSql(`alter table \`token\` add column \`last_used_from\` text null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table \`account\` drop column \`disabled_at\`;`);
    this.addSql(`alter table \`account\` drop column \`password_expires_at\`;`);

    this.addSql(`alter table \`token\` drop column \`kind\`;`);
    this.addSql(`alter table \`token\` drop column \`last_used_from\`;`);
  }

}
