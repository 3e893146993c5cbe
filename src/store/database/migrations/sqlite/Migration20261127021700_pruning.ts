import { Migration } from '@mikro-orm/migrations';

export class Migration20261127021700_pruning extends Migration {

  override name = 'Migration20261127021700_pruning';

  override up(): void | Promise<void> {
    this.addSql(`alter table \`image\` add column \`is_orphan\` integer not null default false;`);

    // See pruneAudit in store/pruning/aging.ts, which sets the bound within the transaction that removes what is older. Written by
    // hand, as the trigger it replaces.
    this.addSql(`drop trigger audit_entry_delete;`);
    this.addSql(`create trigger audit_entry_delete before delete on audit_entry
      when not exists (select 1 from setting where key = 'audit-kept-from' and old.at < cast(value as integer))
      begin select raise(abort, 'the audit log is never changed'); end;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop trigger audit_entry_delete;`);
    this.addSql(`create trigger audit_entry_delete before delete on audit_entry begin select raise(abort, 'the audit log is never changed'); end;`);

    this.addSql(`alter table \`image\` drop column \`is_orphan\`;`);
  }

}
