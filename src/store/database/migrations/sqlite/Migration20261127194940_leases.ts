import { Migration } from '@mikro-orm/migrations';

export class Migration20261127194940_leases extends Migration {

  override name = 'Migration20261127194940_leases';

  override up(): void | Promise<void> {
    this.addSql(`create table \`replica\` (\`id\` text not null primary key, \`started_at\` datetime not null, \`seen_at\` datetime not null);`);

    this.addSql(`create table \`lease\` (\`name\` text not null primary key, \`holder_id\` text not null, \`fence\` bigint not null, constraint \`lease_holder_id_foreign\` foreign key (\`holder_id\`) references \`replica\` (\`id\`) on delete cascade);`);
    this.addSql(`create index \`lease_holder_id_index\` on \`lease\` (\`holder_id\`);`);
  }

  override down(): void | Promise<void> {

    this.addSql(`drop table if exists \`replica\`;`);
    this.addSql(`drop table if exists \`lease\`;`);
  }

}
