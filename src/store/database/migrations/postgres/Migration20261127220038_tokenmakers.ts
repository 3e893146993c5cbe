import { Migration } from '@mikro-orm/migrations';

export class Migration20261127220038_tokenmakers extends Migration {

  override name = 'Migration20261127220038_tokenmakers';

  override up(): void | Promise<void> {
    this.addSql(`alter table "token" add "made_by" text collate "C" null;`);
    this.addSql(`create index "token_made_by_index" on "token" ("made_by" nulls FIRST);`);
    this.addSql(`create index "token_created_at_id_index" on "token" ("created_at", "id");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "token_made_by_index";`);
    this.addSql(`drop index "token_created_at_id_index";`);
    this.addSql(`alter table "token" drop column "made_by";`);
  }

}
