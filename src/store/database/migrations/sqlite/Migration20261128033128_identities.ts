import { Migration } from '@mikro-orm/migrations';

export class Migration20261128033128_identities extends Migration {

  override name = 'Migration20261128033128_identities';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`account\` add column \`issuer\` text null;`);
    this.addSql(`alter table \`account\` add column \`subject\` text null;`);
    this.addSql(`create unique index \`account_issuer_subject_unique\` on \`account\` (\`issuer\`, \`subject\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index \`account_issuer_subject_unique\`;`);
    this.addSql(`alter table \`account\` drop column \`issuer\`;`);
    this.addSql(`alter table \`account\` drop column \`subject\`;`);
  }

}
