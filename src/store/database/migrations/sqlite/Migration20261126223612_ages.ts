import { Migration } from '@mikro-orm/migrations';
import { toSortKey } from '../../../../domain/version.js';

/** Tags that are looked at in one step. */
const step = 5000;

export class Migration20261126223612_ages extends Migration {

  override name = 'Migration20261126223612_ages';

  override async up(): Promise<void> {
    this.addSql(`alter table \`repository\` add column \`in_first_listing\` integer not null default false;`);

    this.addSql(`alter table \`tag_revision\` add column \`updated_at\` datetime null;`);
    this.addSql(`alter table \`tag_revision\` add column \`updated_source\` text null;`);

    await this.renewSortKeys();
  }

  /** Tags with "_" or a capital "V" are read as versions in another way than before. */
  private async renewSortKeys(): Promise<void> {
    for (let last = 0, isMore = true; isMore; ) {
      const rows = (await this.execute(
        `select id, name, sort_key from tag where id > ${last} and (instr(name, '_') > 0 or name glob 'V*') order by id limit ${step}`,
      )) as { id: number; name: string; sort_key: string }[];
      const changed = rows.map((row) => [row.id, toSortKey(row.name), row.sort_key]).filter(([, now, before]) => now !== before);
      const pairs = JSON.stringify(changed).replaceAll("'", "''");
      await this.execute(
        `update tag set sort_key = now.value ->> 1 from json_each('${pairs}') as now where tag.id = now.value ->> 0`,
      );
      last = rows.at(-1)?.id ?? last;
      isMore = rows.length === step;
    }
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table \`repository\` drop column \`in_first_listing\`;`);

    this.addSql(`alter table \`tag_revision\` drop column \`updated_at\`;`);
    this.addSql(`alter table \`tag_revision\` drop column \`updated_source\`;`);
  }

}
