import { Migration } from '@mikro-orm/migrations';

export class Migration20261129014500_lastevent extends Migration {

  override name = 'Migration20261129014500_lastevent';

  override up(): void | Promise<void> {
    this.addSql(`alter table "registry" add column "last_event_at" bigint null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "registry" drop column "last_event_at";`);
  }

}
