import { Migration } from '@mikro-orm/migrations';

/**
 * Repositories by their namespaces, with all that is counted of them: see `namespaceOf` of the dialect, which writes the
 * same expression. A later migration that rebuilds `repository` drops the index, and has to make it again.
 */
export class Migration20261128181500_namespaces extends Migration {

  override name = 'Migration20261128181500_namespaces';

  override up(): void | Promise<void> {
    this.addSql(`create index \`repository_namespace_index\` on \`repository\`
      (rtrim(rtrim(\`name\`, replace(\`name\`, '/', '')), '/'), \`registry_id\`, \`tag_count\`, \`size\`, \`updated_at\`);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index \`repository_namespace_index\`;`);
  }

}
