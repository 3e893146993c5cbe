import { Migration } from '@mikro-orm/migrations';

export class Migration20261127211412_crawl_requests extends Migration {

  override name = 'Migration20261127211412_crawl_requests';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`registry\` add column \`crawl_requests\` integer null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table \`registry\` drop column \`crawl_requests\`;`);
  }

}
