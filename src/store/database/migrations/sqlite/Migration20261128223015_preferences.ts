import { Migration } from '@mikro-orm/migrations';

export class Migration20261128223015_preferences extends Migration {

  override name = 'Migration20261128223015_preferences';

  override up(): void | Promise<void> {
    this.addSql(`create table \`preferences\` (\`account_id\` text not null primary key, \`chosen\` json not null, \`version\` integer not null, \`changed_at\` datetime not null, constraint \`preferences_account_id_foreign\` foreign key (\`account_id\`) references \`account\` (\`id\`) on update cascade on delete cascade);`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists \`preferences\`;`);
  }

}
