import { Migration } from '@mikro-orm/migrations';

export class Migration20261129013313_takenup extends Migration {

  override name = 'Migration20261129013313_takenup';

  override up(): void | Promise<void> {
    this.addSql(`alter table "job" add "started_at" bigint null, add "resumed_at" bigint null, add "resumed_done" int not null default 0;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "job" drop column "started_at", drop column "resumed_at", drop column "resumed_done";`);
  }

}
