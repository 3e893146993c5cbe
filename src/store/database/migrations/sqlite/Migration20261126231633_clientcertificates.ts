import { Migration } from '@mikro-orm/migrations';

export class Migration20261126231633_clientcertificates extends Migration {

  override name = 'Migration20261126231633_clientcertificates';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`registry\` add column \`client_certificate_sealed\` text null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table \`registry\` drop column \`client_certificate_sealed\`;`);
  }

}
