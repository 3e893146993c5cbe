import { Migration } from '@mikro-orm/migrations';

/** The columns behind `repository_`, and in the index. */
const orders = [
  ['updated_at', '"updated_at" nulls FIRST'],
  ['size', '"size"'],
  ['tag_count', '"tag_count"'],
] as const;

/**
 * Lists of repositories end with the id, and so do their indexes: with the same number of tags in each of 100,000 repositories, all of them
 * were put in order for a page.
 */
export class Migration20261128005000_repositoryorders extends Migration {

  override name = 'Migration20261128005000_repositoryorders';

  override up(): void | Promise<void> {
    for (const [name, column] of orders) {
      this.addSql(`create index "repository_registry_id_${name}_id_index" on "repository" ("registry_id", ${column}, "id");`);
      this.addSql(`create index "repository_${name}_id_index" on "repository" (${column}, "id");`);
      this.addSql(`drop index "repository_registry_id_${name}_index";`);
      this.addSql(`drop index "repository_${name}_index";`);
    }
  }

  override down(): void | Promise<void> {
    for (const [name, column] of orders) {
      this.addSql(`create index "repository_registry_id_${name}_index" on "repository" ("registry_id", ${column});`);
      this.addSql(`create index "repository_${name}_index" on "repository" (${column});`);
      this.addSql(`drop index "repository_registry_id_${name}_id_index";`);
      this.addSql(`drop index "repository_${name}_id_index";`);
    }
  }

}
