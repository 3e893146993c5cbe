import { Migration } from '@mikro-orm/migrations';

export class Migration20261128220812_wholes extends Migration {

  override name = 'Migration20261128220812_wholes';

  override up(): void | Promise<void> {
    this.addSql(`alter table "job" add "parent_id" text collate "C" null;`);
    this.addSql(`create index "job_parent_id_index" on "job" ("parent_id" nulls FIRST);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "job_parent_id_index";`);
    this.addSql(`alter table "job" drop column "parent_id";`);
  }

}
