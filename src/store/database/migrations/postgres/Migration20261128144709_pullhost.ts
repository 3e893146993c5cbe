import { Migration } from '@mikro-orm/migrations';

export class Migration20261128144709_pullhost extends Migration {

  override name = 'Migration20261128144709_pullhost';

  override up(): void | Promise<void> {
    this.addSql(`alter table "registry" add "pull_host" text collate "C" null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "registry" drop column "pull_host";`);
  }

}
