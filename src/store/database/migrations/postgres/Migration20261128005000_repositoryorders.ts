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
    this.replace('', '_id', ', "id"');
  }

  override down(): void | Promise<void> {
    this.replace('_id', '', '');
  }

  /**
   * A drop takes the strongest lock, so all of them go first: whoever has read the table and then writes to it would
   * wait for the indexes that are made, and those for the reader.
   */
  private replace(before: string, after: string, last: string): void {
    for (const [name] of orders) {
      this.addSql(`drop index "repository_registry_id_${name}${before}_index";`);
      this.addSql(`drop index "repository_${name}${before}_index";`);
    }
    for (const [name, column] of orders) {
      const key = `${column}${last}`;
      this.addSql(`create index "repository_registry_id_${name}${after}_index" on "repository" ("registry_id", ${key});`);
      this.addSql(`create index "repository_${name}${after}_index" on "repository" (${key});`);
    }
  }

}
