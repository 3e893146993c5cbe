import { Migration } from '@mikro-orm/migrations';

export class Migration20261123161721_referrers extends Migration {

  override name = 'Migration20261123161721_referrers';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`registry\` add column \`referrers_supported\` integer null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table \`registry\` drop column \`referrers_supported\`;`);
  }

}
