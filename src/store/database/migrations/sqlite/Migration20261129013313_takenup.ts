import { Migration } from '@mikro-orm/migrations';

export class Migration20261129013313_takenup extends Migration {

  override name = 'Migration20261129013313_takenup';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`job\` add column \`started_at\` datetime null;`);
    this.addSql(`alter table \`job\` add column \`resumed_at\` datetime null;`);
    this.addSql(`alter table \`job\` add column \`resumed_done\` integer not null default 0;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table \`job\` drop column \`started_at\`;`);
    this.addSql(`alter table \`job\` drop column \`resumed_at\`;`);
    this.addSql(`alter table \`job\` drop column \`resumed_done\`;`);
  }

}
