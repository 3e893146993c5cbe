import { Migration } from '@mikro-orm/migrations';

/**
 * What gateways tell each other: the changes of each registry are counted in rows, and whoever writes events, jobs,
 * accounts or tokens, the command line and psql too, says so by triggers. A statement of many rows is told of once.
 */
export class Migration20261127200000_generations extends Migration {

  override name = 'Migration20261127200000_generations';

  override up(): void | Promise<void> {
    this.addSql(`create table "generation" ("name" text collate "C" not null, "value" bigint not null, "changed" bigint not null, primary key ("name"));`);
    this.addSql(`create index "generation_changed_index" on "generation" ("changed");`);

    this.addSql(`create function tell_write() returns trigger language plpgsql as $$ begin
      perform pg_notify('registry_gateway', tg_argv[0]);
      return null;
    end $$;`);
    this.addSql(`create trigger event_told after insert on "event" for each statement execute function tell_write('event');`);
    this.addSql(`create trigger job_told after insert or update or delete on "job" for each statement execute function tell_write('job');`);
    // A token that is used is none that has changed: each gateway remembers that for itself.
    this.addSql(`create trigger account_told after update or delete on "account" for each statement execute function tell_write('accounts');`);
    this.addSql(`create trigger token_told after delete or update of "account_id", "roles", "expires_at", "revoked_at" on "token"
      for each statement execute function tell_write('accounts');`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop function if exists tell_write cascade;`);
    this.addSql(`drop table if exists "generation" cascade;`);
  }

}
