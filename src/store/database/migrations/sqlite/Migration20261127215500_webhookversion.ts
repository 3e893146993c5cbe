import { Migration } from '@mikro-orm/migrations';

export class Migration20261127215500_webhookversion extends Migration {

  override name = 'Migration20261127215500_webhookversion';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`webhook\` add column \`version\` integer not null default 1;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table \`webhook\` drop column \`version\`;`);
  }

}
