import { Migration } from '@mikro-orm/migrations';

export class Migration20261127072117_registry_proxies extends Migration {

  override name = 'Migration20261127072117_registry_proxies';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`registry\` add column \`proxy\` text null;`);
    this.addSql(`alter table \`registry\` add column \`proxy_credentials_sealed\` text null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table \`registry\` drop column \`proxy\`;`);
    this.addSql(`alter table \`registry\` drop column \`proxy_credentials_sealed\`;`);
  }

}
