import { Migration } from '@mikro-orm/migrations';

export class Migration20261128033128_identities extends Migration {

  override name = 'Migration20261128033128_identities';

  override up(): void | Promise<void> {
    this.addSql(`alter table "account" add "issuer" text collate "C" null, add "subject" text collate "C" null;`);
    this.addSql(`alter table "account" add constraint "account_issuer_subject_unique" unique ("issuer", "subject");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "account" drop constraint "account_issuer_subject_unique";`);
    this.addSql(`alter table "account" drop column "issuer", drop column "subject";`);
  }

}
